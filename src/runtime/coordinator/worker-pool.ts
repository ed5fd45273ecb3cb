/**
 * The worker threads of the process, for all its jobs. Starting one takes tens of milliseconds, so a thread
 * that ended its part of a job cleanly waits for the next; it holds nothing of the last one. Never more wait
 * than the machine has cores. No thread keeps the process alive: whoever waits for a job does.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerMessage, WorkerStart } from '../messages.ts';

export interface WorkerEvents {
  readonly onMessage: (message: WorkerMessage) => void;
  /** The thread threw where nobody caught it; it ends. */
  readonly onError: (error: unknown) => void;
}

/** How a thread's part of a job ended: it waits for the next one, or exited. */
export type WorkerEnd = { readonly kind: 'idle' } | { readonly kind: 'exit'; readonly code: number };

/**
 * A thread has the flags of the process, and cannot be given some of them. The one that says how to read a
 * program on the command line is none for a file: where it is, a thread has no flags.
 */
const ownFlags = process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};
const waitingMax = availableParallelism();
const waiting = new Set<WorkerThread>();
let startedCount = 0;

/** Has so many threads waiting, or on their way there: for a job that is still being planned. */
export function prepareWorkers(count: number): void {
  while (waiting.size < Math.min(count, waitingMax)) waiting.add(startThread());
}

/** Ends the threads that wait. Resolves when they are gone. */
export async function endWaitingWorkers(): Promise<void> {
  const threads = [...waiting];
  waiting.clear();
  await Promise.all(threads.map((thread) => thread.terminate()));
}

/** Runs a part of a job on a waiting thread, or a new one. Resolves when the part has ended. */
export async function runOnWorker(start: WorkerStart, events: WorkerEvents): Promise<WorkerEnd> {
  const [first] = waiting;
  const thread = first ?? startThread();
  waiting.delete(thread);
  const end = await thread.run(start, events);
  if (end.kind === 'idle') {
    if (waiting.size < waitingMax) waiting.add(thread);
    else await thread.terminate();
  }
  return end;
}

function startThread(): WorkerThread {
  return new WorkerThread(`velo-${startedCount++}`, (thread) => waiting.delete(thread));
}

class WorkerThread {
  readonly #worker: Worker;
  #events: WorkerEvents | undefined;
  #end: (end: WorkerEnd) => void = () => {};

  constructor(name: string, onExit: (thread: WorkerThread) => void) {
    // Readers close what they open; a socket on a descriptor does so where Node's own tracking cannot see it.
    const options = { name, trackUnmanagedFds: false, ...ownFlags };
    this.#worker = new Worker(new URL('../worker/worker-main.ts', import.meta.url), options);
    this.#worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'idle') this.#rest();
      else this.#events?.onMessage(message);
    });
    this.#worker.on('error', (error) => this.#events?.onError(error));
    this.#worker.on('exit', (code) => {
      onExit(this);
      this.#end({ kind: 'exit', code });
    });
    // Last, because listening to messages takes the reference again.
    this.#worker.unref();
  }

  run(start: WorkerStart, events: WorkerEvents): Promise<WorkerEnd> {
    this.#events = events;
    this.#worker.postMessage(start);
    return new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #rest(): void {
    this.#events = undefined;
    this.#end({ kind: 'idle' });
  }
}
