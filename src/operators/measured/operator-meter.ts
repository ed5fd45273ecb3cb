/**
 * Rows and time of each operator of a task, for EXPLAIN ANALYZE; other runs have no meters and pay nothing.
 * The time is an operator's own: where one calls another, as an exchange does that delivers to a group table
 * of its own worker, the caller's clock stands still. One look at the clock at each change.
 */
import type { Clock } from '../../base/clock.ts';

/** The operators of a task, in the order in which its rows pass them. */
export const operatorNames = ['exchange_in', 'producer', 'map', 'pre_aggregate', 'output'] as const;
export type OperatorName = (typeof operatorNames)[number];

/** What is known of an operator; `meters` says that there is one, and that it is measured. */
export const operatorCounterNames = ['meters', 'rowsIn', 'rowsOut', 'micros'] as const;
export type OperatorCounterName = (typeof operatorCounterNames)[number];

/** Where the figures go. */
export interface OperatorCounters {
  addOperator(stage: number, operator: OperatorName, name: OperatorCounterName, amount: number): void;
}

export interface OperatorMeter {
  count(rowsIn: number, rowsOut: number): void;
  /** Runs `work` on this operator's time. */
  time<T>(work: () => T): T;
}

/** Makes the meters of one worker; they share one clock. */
export type OpenMeter = (stage: number, operator: OperatorName) => OperatorMeter;

type Spend = (micros: number) => void;

export function createMeters(clock: Clock, counters: OperatorCounters): OpenMeter {
  let spend: Spend | undefined;
  let sinceMillis = 0;
  const change = (next: Spend | undefined): void => {
    const now = clock.monotonicMillis();
    spend?.((now - sinceMillis) * 1000);
    spend = next;
    sinceMillis = now;
  };
  return (stage, operator) => {
    counters.addOperator(stage, operator, 'meters', 1);
    const spendOwn: Spend = (micros) => counters.addOperator(stage, operator, 'micros', micros);
    return {
      count: (rowsIn, rowsOut) => {
        counters.addOperator(stage, operator, 'rowsIn', rowsIn);
        counters.addOperator(stage, operator, 'rowsOut', rowsOut);
      },
      time: (work) => {
        const caller = spend;
        change(spendOwn);
        try {
          return work();
        } finally {
          change(caller);
        }
      },
    };
  };
}
