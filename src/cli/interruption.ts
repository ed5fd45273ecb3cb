/**
 * Ctrl-C, SIGTERM, and a terminal that is closed: the first one lets the running job finish what it has read,
 * the second one ends the process at once, as if the signal had not been caught, so that its caller sees by
 * which signal it ended.
 */
import { removePartialFiles } from '../connectors/file/partial-file.ts';
import type { RunningJob } from '../runtime/coordinator/coordinator.ts';
import { exitCodes } from './exit-codes.ts';

const codes = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hungUp,
} as const;
type Signal = keyof typeof codes;
const signals = Object.keys(codes) as readonly Signal[];

export class Interruption {
  #signal: Signal | undefined;
  #job: Pick<RunningJob, 'stop'> | undefined;
  readonly #onFirst: () => void;
  readonly #listeners: ReadonlyMap<Signal, () => void>;

  /** `onFirst`: told once that the job is being stopped. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
    this.#listeners = new Map(signals.map((signal) => [signal, () => this.#receive(signal)]));
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  /** The code to exit with; undefined while nobody interrupted. */
  get exitCode(): number | undefined {
    return this.#signal && codes[this.#signal];
  }

  /** The job that a signal stops from now on. */
  watch(job: Pick<RunningJob, 'stop'> | undefined): void {
    this.#job = job;
    if (this.#signal !== undefined) job?.stop();
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  #receive(signal: Signal): void {
    if (this.#signal !== undefined || this.#job === undefined) return this.#end(signal);
    this.#signal = signal;
    this.#onFirst();
    this.#job.stop();
  }

  #end(signal: Signal): void {
    removePartialFiles();
    this.close();
    process.kill(process.pid, signal);
  }
}
