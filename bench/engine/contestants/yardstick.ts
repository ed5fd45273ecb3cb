/**
 * What the machine itself gains from a second thread, measured in the same rounds: it says how fast anything
 * could run. `arithmetic` touches no memory: virtual processors may share a core. `reading` takes the query's
 * file from the system's cache: cores share the way to memory. Both are shared out in small pieces.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Contestant } from './contestant.ts';

export type YardstickKind = 'arithmetic' | 'reading';

/** Half a millisecond each, or so. */
const pieceCount = 600;
const pieceSteps = 300_000;
/** As large as what the engine reads at once. */
const chunkBytes = 1 << 20;

/** Words of the shared memory; the path of the file follows them. */
const words = { run: 0, next: 1, finished: 2, result: 3, pathBytes: 4 } as const;
const pathStart = 20;

interface Setup {
  readonly kind: YardstickKind;
  readonly shared: SharedArrayBuffer;
}

export function openYardstick(
  kind: YardstickKind,
  threads: number,
): Contestant & { readonly close: () => Promise<void> } {
  const shared = new SharedArrayBuffer(4096);
  const state = new Int32Array(shared);
  const workers = Array.from(
    { length: threads },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: { kind, shared } satisfies Setup }),
  );
  let run = 0;
  return {
    name: `${kind}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    threads,
    isYardstick: true,
    run: async ({ path }: Scenario) => {
      state[words.pathBytes] = Buffer.from(shared, pathStart).write(path);
      Atomics.store(state, words.next, 0);
      Atomics.store(state, words.finished, 0);
      Atomics.store(state, words.run, ++run);
      Atomics.notify(state, words.run);
      for (let seen = 0; seen < threads; seen = Atomics.load(state, words.finished)) {
        await Atomics.waitAsync(state, words.finished, seen).value;
      }
      return { rows: () => {} };
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

if (!isMainThread && isSetup(workerData)) serve(workerData);

function isSetup(data: unknown): data is Setup {
  return typeof data === 'object' && data !== null && 'kind' in data && 'shared' in data;
}

function serve({ kind, shared }: Setup): never {
  const state = new Int32Array(shared);
  const buffer = new Uint8Array(chunkBytes);
  for (let run = 0; ; run++) {
    Atomics.wait(state, words.run, run);
    // Kept, so that nothing can be left out.
    const result = kind === 'arithmetic' ? calculate(state) : read(state, buffer);
    Atomics.store(state, words.result, result);
    Atomics.add(state, words.finished, 1);
    Atomics.notify(state, words.finished);
  }
}

function calculate(state: Int32Array): number {
  let x = 88_172_645;
  while (Atomics.add(state, words.next, 1) < pieceCount) {
    for (let i = 0; i < pieceSteps; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
  }
  return x;
}

function read(state: Int32Array, buffer: Uint8Array): number {
  const path = Buffer.from(state.buffer, pathStart, state[words.pathBytes]).toString();
  const file = openSync(path, 'r');
  let byteCount: number;
  do {
    const position = Atomics.add(state, words.next, 1) * chunkBytes;
    byteCount = readSync(file, buffer, 0, chunkBytes, position);
  } while (byteCount > 0);
  closeSync(file);
  return buffer[0] ?? 0;
}
