/**
 * A worker's counters in shared memory: written by that worker alone, read by any thread at any time without
 * a lock. Values are f64, exact up to 2^53. Job-wide figures are sums over the workers.
 */

import {
  type OperatorCounterName,
  type OperatorCounters,
  type OperatorName,
  operatorCounterNames,
  operatorNames,
} from '../operators/measured/operator-meter.ts';

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
  /** Groups owned now, and what their tables take of the heap. */
  'groups',
  'stateBytes',
  'busyMicros',
  /** Its tasks stood with rows in hand before a full ring; others may have run meanwhile. */
  'blockedMicros',
  'idleMicros',
  /** 1 while rows are aggregated before they travel. */
  'preAggregating',
  'sleeps',
] as const;

export type CounterName = (typeof counterNames)[number];

/** Counters of each stage, behind the worker's own: rows in, rows out, microseconds. */
export const stageCounterNames = ['rowsIn', 'rowsOut', 'micros', 'batches', 'blockedMicros'] as const;
export type StageCounterName = (typeof stageCounterNames)[number];

const stageBase = counterNames.length;
const operatorStride = operatorCounterNames.length;
/** Behind a stage's counters stand those of its operators. */
const stageStride = stageCounterNames.length + operatorNames.length * operatorStride;

/** What one worker's counters take in a job of so many stages. */
export function counterBytes(stageCount: number): number {
  return (stageBase + stageCount * stageStride) * Float64Array.BYTES_PER_ELEMENT;
}

export type CounterIndex = number;

export const counterIndex: Readonly<Record<CounterName, CounterIndex>> = Object.fromEntries(
  counterNames.map((name, index) => [name, index]),
) as Record<CounterName, CounterIndex>;

export class Counters implements OperatorCounters {
  readonly #values: Float64Array;

  /** `address`: byte offset of the worker's counters in the shared memory. */
  constructor(memory: ArrayBufferLike, address: number, stageCount: number) {
    const count = counterBytes(stageCount) / Float64Array.BYTES_PER_ELEMENT;
    this.#values = new Float64Array(memory, address, count);
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

  addOperator(stage: number, operator: OperatorName, name: OperatorCounterName, amount: number): void {
    this.#values[operatorIndex(stage, operator, name)]! += amount;
  }

  getOperator(stage: number, operator: OperatorName, name: OperatorCounterName): number {
    return this.#values[operatorIndex(stage, operator, name)]!;
  }
}

function stageIndex(stage: number, name: StageCounterName): number {
  return stageBase + stage * stageStride + stageCounterNames.indexOf(name);
}

function operatorIndex(stage: number, operator: OperatorName, name: OperatorCounterName): number {
  const first = stageBase + stage * stageStride + stageCounterNames.length;
  return first + operatorNames.indexOf(operator) * operatorStride + operatorCounterNames.indexOf(name);
}
