/**
 * A thread that writes records into a named pipe at times fixed beforehand: load of a steady rate, and probes
 * between it. Its writes block, so what it reports is when a record was due and when the pipe had taken it.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

export interface GeneratorPlan {
  readonly pipe: string;
  /** Records of load a second, or as many as are taken. */
  readonly loadPerSecond: number;
  readonly seconds: number;
  readonly probesPerSecond: number;
}

export interface GeneratorReport {
  /** For probe 1, 2, ...: when it was due, by the clock of `process.hrtime`, in nanoseconds. */
  readonly dueNanos: BigInt64Array;
  /** By how much later than due its write began. */
  readonly lateNanos: BigInt64Array;
  readonly loadRecords: number;
  readonly nanos: bigint;
}

/** Load has id 0 and gives no row. */
export const loadRecord = '{"id":0,"price":0.0,"symbol":"SYM12"}\n';

const blockRecords = 64;
const blocksTogetherMax = 26;
const block = Buffer.from(loadRecord.repeat(blockRecords * blocksTogetherMax));
const blockBytes = loadRecord.length * blockRecords;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

if (parentPort !== null) parentPort.postMessage(generate(workerData as GeneratorPlan));

function generate(plan: GeneratorPlan): GeneratorReport {
  const descriptor = openSync(plan.pipe, 'w');
  const probeCount = Math.floor(plan.seconds * plan.probesPerSecond);
  const dueNanos = new BigInt64Array(probeCount);
  const lateNanos = new BigInt64Array(probeCount);
  const gapNanos = 1e9 / plan.probesPerSecond;
  const started = process.hrtime.bigint();
  for (let i = 0; i < probeCount; i++) dueNanos[i] = started + BigInt(Math.round((i + jitter(i)) * gapNanos));
  const end = started + BigInt(plan.seconds * 1e9);
  let loadBlocks = 0;
  for (let next = 0; ; ) {
    const now = process.hrtime.bigint();
    if (now >= end && next === probeCount) break;
    const share = Number((now < end ? now : end) - started) / 1e9;
    const due = Math.floor((share * plan.loadPerSecond) / blockRecords) - loadBlocks;
    const blocks = Math.max(0, Math.min(due, blocksTogetherMax));
    if (blocks > 0) writeAll(descriptor, block.subarray(0, blocks * blockBytes));
    loadBlocks += blocks;
    for (; next < probeCount && dueNanos[next]! <= process.hrtime.bigint(); next++) {
      lateNanos[next] = process.hrtime.bigint() - dueNanos[next]!;
      writeAll(descriptor, Buffer.from(`{"id":${next + 1},"price":1.5,"symbol":"SYM12"}\n`));
    }
    if (due <= blocksTogetherMax) pause(next < probeCount ? dueNanos[next]! : end);
  }
  const nanos = process.hrtime.bigint() - started;
  closeSync(descriptor);
  return { dueNanos, lateNanos, loadRecords: loadBlocks * blockRecords, nanos };
}

/** Between 0 and 1, the same in every run, so that probes do not keep step with anything. */
function jitter(index: number): number {
  return ((index * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;
}

/** Sleeps until then, but at most a quarter of a millisecond, after which more load is due. */
function pause(untilNanos: bigint): void {
  const millis = Math.min(0.25, Number(untilNanos - process.hrtime.bigint()) / 1e6);
  if (millis > 0.02) Atomics.wait(sleeper, 0, 0, millis);
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
