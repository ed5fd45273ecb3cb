/**
 * What the machine itself gains from a second thread: a fixed amount of arithmetic that touches no memory,
 * shared out in small pieces. Virtual processors often share a core with others, and then nothing can run
 * twice as fast on two of them; measured in the same rounds, this says how fast anything could.
 */
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Contestant } from './contestant.ts';

/** Half a millisecond each, or so. */
const pieceCount = 600;
const pieceSteps = 300_000;

/** Words of the shared memory. */
const words = { run: 0, next: 1, finished: 2, result: 3 } as const;

export function openYardstick(threads: number): Contestant & { readonly close: () => Promise<void> } {
  const shared = new Int32Array(new SharedArrayBuffer(16));
  const workers = Array.from(
    { length: threads },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: shared }),
  );
  let run = 0;
  return {
    name: `arithmetic, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    threads,
    isYardstick: true,
    run: async () => {
      Atomics.store(shared, words.next, 0);
      Atomics.store(shared, words.finished, 0);
      Atomics.store(shared, words.run, ++run);
      Atomics.notify(shared, words.run);
      for (let seen = 0; seen < threads; seen = Atomics.load(shared, words.finished)) {
        await Atomics.waitAsync(shared, words.finished, seen).value;
      }
      return { rows: () => {} };
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

if (!isMainThread && workerData instanceof Int32Array) work(workerData);

function work(shared: Int32Array): never {
  for (let run = 0; ; run++) {
    Atomics.wait(shared, words.run, run);
    let x = 88_172_645;
    while (Atomics.add(shared, words.next, 1) < pieceCount) {
      for (let i = 0; i < pieceSteps; i++) {
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
      }
    }
    // So that nothing can be left out.
    Atomics.store(shared, words.result, x);
    Atomics.add(shared, words.finished, 1);
    Atomics.notify(shared, words.finished);
  }
}
