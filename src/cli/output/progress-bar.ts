/**
 * The progress of the running job on one line of a terminal's standard error, drawn anew ten times a second.
 * Whoever prints rows has it cleared first.
 */
import { systemTimers, type Timers } from '../../base/timers.ts';
import type { JobProgress } from '../../runtime/coordinator/job-progress.ts';
import { describeBackpressure } from './backpressure.ts';
import { printBytes, printCount, printRate } from './quantity.ts';

export interface ProgressSource {
  progress(): JobProgress;
  /** Bytes of the whole input; 0 where they are not known. */
  readonly inputBytes: number;
}

export interface ProgressBar {
  show(source: ProgressSource): void;
  /** Takes the line away; it comes back with the next drawing. */
  clear(): void;
  stop(): void;
}

export const noProgressBar: ProgressBar = { show: () => {}, clear: () => {}, stop: () => {} };

const redrawMillis = 100;
const barWidth = 24;

export function createProgressBar(
  write: (text: string) => void,
  columns: () => number,
  timers: Timers = systemTimers,
): ProgressBar {
  let cancel: (() => void) | undefined;
  let isShown = false;
  const clear = (): void => {
    if (isShown) write('\r\u001b[2K');
    isShown = false;
  };
  const stop = (): void => {
    cancel?.();
    cancel = undefined;
    clear();
  };
  const show = (source: ProgressSource): void => {
    stop();
    const draw = (): void => {
      const line = describeProgress(source.progress(), source.inputBytes).slice(
        0,
        Math.max(1, columns() - 1),
      );
      write(`\r\u001b[2K${line}`);
      isShown = true;
      cancel = timers.after(redrawMillis, draw);
    };
    cancel = timers.after(redrawMillis, draw);
  };
  return { show, clear, stop };
}

export function describeProgress(progress: JobProgress, inputBytes: number): string {
  const { recordsRead, bytesRead, badRecords } = progress.total;
  const perSecond = (recordsRead * 1000) / Math.max(1, progress.elapsedMillis);
  const parts = [`${printCount(recordsRead)} records`, `${printRate(perSecond)}/s`];
  if (badRecords > 0) parts.push(`${printCount(badRecords)} bad`);
  parts.push(...describeBackpressure(progress));
  if (inputBytes === 0) return (bytesRead === 0 ? parts : [...parts, printBytes(bytesRead)]).join('  ');
  const fraction = Math.min(1, bytesRead / inputBytes);
  const filled = Math.floor(fraction * barWidth);
  const bar = `[${'='.repeat(filled)}${filled < barWidth ? '>' : ''}`.padEnd(barWidth + 1);
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  return [`${bar}]${percent}`, ...parts, `${printBytes(bytesRead)} of ${printBytes(inputBytes)}`].join('  ');
}
