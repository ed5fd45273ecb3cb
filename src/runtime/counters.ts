/**
 * A worker's counters in shared memory: written by that worker alone, read by any thread at any time without
 * a lock. Values are f64, exact up to 2^53. Job-wide figures are sums over the workers.
 */

export const counterNames = [
  /** Records read from sources, good and bad. */
  'recordsRead',
  'bytesRead',
  'unitsRead',
  'badRecords',
  /** Rows handed to the sink. */
  'rowsWritten',
  'pagesSent',
  'bytesSent',
  'pagesReceived',
  /** Groups owned now, and what the heap took since their table was opened: a little more than the table. */
  'groups',
  'stateBytes',
  'busyMicros',
  /** Waiting with rows in hand for a full ring. */
  'blockedMicros',
  'idleMicros',
  /** 1 while rows are aggregated before they travel. */
  'preAggregating',
  'sleeps',
] as const;

export type CounterName = (typeof counterNames)[number];

/** Counters of each stage, behind the worker's own: rows in, rows out, microseconds. */
export const stageCounterNames = ['rowsIn', 'rowsOut', 'micros', 'batches'] as const;
export type StageCounterName = (typeof stageCounterNames)[number];

const stageBase = 32;
const stageStride = 8;

export type CounterIndex = number;

export const counterIndex: Readonly<Record<CounterName, CounterIndex>> = Object.fromEntries(
  counterNames.map((name, index) => [name, index]),
) as Record<CounterName, CounterIndex>;

export class Counters {
  readonly #values: Float64Array;

  /** `address`: byte offset of the worker's counters in the shared memory. */
  constructor(memory: ArrayBufferLike, address: number) {
    this.#values = new Float64Array(memory, address, 512);
  }

  add(name: CounterName, amount: number): void {
    this.#values[counterIndex[name]]! += amount;
  }

  set(name: CounterName, value: number): void {
    this.#values[counterIndex[name]] = value;
  }

  get(name: CounterName): number {
    return this.#values[counterIndex[name]]!;
  }

  addStage(stage: number, name: StageCounterName, amount: number): void {
    this.#values[stageIndex(stage, name)]! += amount;
  }

  setStage(stage: number, name: StageCounterName, value: number): void {
    this.#values[stageIndex(stage, name)] = value;
  }

  getStage(stage: number, name: StageCounterName): number {
    return this.#values[stageIndex(stage, name)]!;
  }
}

function stageIndex(stage: number, name: StageCounterName): number {
  return stageBase + stage * stageStride + stageCounterNames.indexOf(name);
}
