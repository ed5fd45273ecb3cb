/** The figures as Markdown tables. */
import type { Measured } from './measure.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Million records a second: median of the quiet runs, best of all, first pass over untouched memory; the
 * speed-up over the first case; processor time a record, all workers; how many runs were quiet.
 */
export function speedTable(caption: string, measured: readonly Measured[], recordCount: number): string {
  const head = [caption, 'M/s', 'best', 'cold', 'x', 'cpu ns/record', 'quiet runs'];
  const speed = (millis: number | undefined) =>
    millis === undefined ? '' : (recordCount / millis / 1000).toFixed(1);
  const rows = measured.map((each) => [
    each.name,
    speed(each.millis),
    speed(each.bestMillis),
    speed(each.coldMillis),
    each.ratio.toFixed(2),
    each.cpuMillis === undefined ? '' : ((each.cpuMillis * 1e6) / recordCount).toFixed(1),
    `${each.quietCount}`,
  ]);
  return table(head, rows);
}

const phases = ['read', 'scan', 'map', 'send', 'receive', 'update', 'idle'] as const;

/**
 * Nanoseconds of all workers' time per input record and phase; send and receive also per row that travelled.
 */
export function phaseTable(caption: string, measured: readonly Measured[], recordCount: number): string {
  const head = [caption, ...phases, 'send / row sent', 'receive / row sent', 'parks', 'sleeps'];
  const rows = measured.map(({ name, notes }) => {
    const per = (phase: string, count: number) =>
      count > 0 ? (((notes[phase] ?? 0) * 1e6) / count).toFixed(1) : '';
    const sent = notes.rowsSent ?? 0;
    const perPhase = phases.map((phase) => per(phase, recordCount));
    return [name, ...perPhase, per('send', sent), per('receive', sent), `${notes.parks}`, `${notes.sleeps}`];
  });
  return table(head, rows);
}
