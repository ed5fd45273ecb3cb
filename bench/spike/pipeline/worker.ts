/**
 * A worker thread's entry: for each pass builds its task over the same memory, waits for the start, runs and
 * reports. The first pass meets memory that was never touched, later ones memory that is already there.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerInput, WorkerOutput } from './job.ts';
import { awaitStart } from './ring.ts';
import { Task } from './task.ts';

const input = workerData as WorkerInput;
const { spec, layout, rings } = input;
const memory =
  spec.memory === 'shared'
    ? rings.memory
    : new WebAssembly.Memory({ initial: Math.ceil(layout.end / 65_536), maximum: 65_536 });

parentPort?.on('message', (message: 'pass' | 'exit') => {
  if (message === 'exit') process.exit(0);
  const task = new Task(input, memory);
  parentPort?.postMessage('ready');
  awaitStart(new Int32Array(rings.memory.buffer));
  const cpuBefore = process.threadCpuUsage();
  const startedNanos = Number(process.hrtime.bigint());
  const counts = task.run();
  const endedNanos = Number(process.hrtime.bigint());
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const cpuMillis = (user + system) / 1000;
  const groups = spec.collect ? task.collect() : undefined;
  const output: WorkerOutput = { stats: { ...counts, startedNanos, endedNanos, cpuMillis }, groups };
  parentPort?.postMessage(output);
});
