/**
 * One call of the library that runs statements. It can be cancelled, by the signal of whoever called or by
 * the library itself; its work sees one signal for all of them, and ends soon.
 */
import type { CancelSignal } from './options.ts';

export class Execution<T> {
  /** Settles when nothing of it runs any more. */
  readonly done: Promise<T>;
  readonly #controller = new AbortController();

  constructor(work: (signal: AbortSignal) => Promise<T>, signal: CancelSignal | undefined) {
    const cancel = (): void => this.cancel(signal?.reason);
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    this.done = work(this.#controller.signal).finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** `reason`: the cause that the error `cancelled` will have. */
  cancel(reason?: unknown): void {
    this.#controller.abort(reason);
  }
}
