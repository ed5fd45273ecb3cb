/**
 * What runs as one job. Statements that read the same relation and are spread alike can share its scan: a
 * stage of its own then only reads, and the first stage of each statement works on its batches. Everything
 * behind them stays as it was planned.
 */
import { assert } from '../../base/assert.ts';
import type { Schema } from '../../columns/schema.ts';
import type {
  Exchange,
  JobPlan,
  PhysicalPlan,
  PhysicalScanColumn,
  Producer,
  ScanProducer,
  Stage,
} from '../../plan/physical-plan.ts';

export function jobPlanOf({ parallelism, stages, exchanges, schema }: PhysicalPlan): JobPlan {
  return { parallelism, stages, exchanges, results: [{ stage: stages.length - 1, firstStage: 0, schema }] };
}

/** Whether two plans can run as one job over one scan. */
export function canShareScan(a: PhysicalPlan, b: PhysicalPlan): boolean {
  const first = scanOf(a);
  const second = scanOf(b);
  return (
    first !== undefined &&
    second !== undefined &&
    first.relation === second.relation &&
    first.assignment === second.assignment &&
    a.stages[0]?.width === b.stages[0]?.width &&
    a.parallelism.architecture === b.parallelism.architecture &&
    a.parallelism.partitions === b.parallelism.partitions &&
    a.parallelism.enableCoreAffinity === b.parallelism.enableCoreAffinity
  );
}

/** Whether every row of the plan comes after the end of its input. */
export function answersAtEnd({ stages }: PhysicalPlan): boolean {
  return stages.some(({ producer: { kind } }) => kind === 'aggregate' || kind === 'sort' || kind === 'merge');
}

/** A scan that ends early belongs to one statement. */
function scanOf({ stages }: PhysicalPlan): ScanProducer | undefined {
  const producer = stages[0]?.producer;
  return producer?.kind === 'scan' && producer.stopAfterRows === undefined ? producer : undefined;
}

/** `plans`: at least two, each of which can share its scan with the first. Stage 0 is the scan. */
export function shareScan(plans: readonly PhysicalPlan[]): JobPlan {
  const [first] = plans;
  assert(first !== undefined, 'there is a plan');
  const columns = new SharedColumns();
  const stages: Stage[] = [];
  const exchanges: Exchange[] = [];
  const results = plans.map((plan, statement) => {
    const at: Place = { statement, stage: 1 + stages.length, exchange: exchanges.length };
    stages.push(...plan.stages.map((stage) => moveStage(stage, at, columns)));
    exchanges.push(...plan.exchanges.map((exchange) => moveExchange(exchange, at)));
    return { stage: stages.length, firstStage: at.stage, schema: plan.schema };
  });
  return {
    parallelism: first.parallelism,
    stages: [scanStage(first, columns), ...stages],
    exchanges,
    results,
  };
}

/** The columns that any of the statements reads, each once. */
class SharedColumns {
  readonly columns: PhysicalScanColumn[] = [];
  readonly schema: Schema[number][] = [];

  indexOf(column: PhysicalScanColumn, described: Schema[number] | undefined): number {
    assert(described !== undefined, 'the input has a column for each that is read');
    const known = this.columns.findIndex((each) => sameColumn(each, column));
    if (known >= 0) return known;
    this.schema.push(described);
    return this.columns.push(column) - 1;
  }
}

function sameColumn(a: PhysicalScanColumn, b: PhysicalScanColumn): boolean {
  if (a.kind === 'field' && b.kind === 'field') return a.index === b.index;
  if (a.kind === 'system' && b.kind === 'system') return a.name === b.name;
  return a.kind === 'position' && b.kind === 'position';
}

/** Where a statement's own numbers and names begin. */
interface Place {
  readonly statement: number;
  readonly stage: number;
  readonly exchange: number;
}

function moveStage(stage: Stage, at: Place, columns: SharedColumns): Stage {
  const { output } = stage;
  return {
    ...stage,
    id: stage.id + at.stage,
    name: `${stage.name}_${at.statement + 1}`,
    producer: moveProducer(stage, at, columns),
    output: output.kind === 'exchange' ? { ...output, exchange: output.exchange + at.exchange } : output,
  };
}

function moveProducer({ producer, inputSchema }: Stage, at: Place, columns: SharedColumns): Producer {
  if ('exchange' in producer) return { ...producer, exchange: producer.exchange + at.exchange };
  if (producer.kind !== 'scan') return producer;
  const indexes = producer.columns.map((column, i) => columns.indexOf(column, inputSchema[i]));
  return { kind: 'shared', stage: 0, columns: indexes };
}

function moveExchange(exchange: Exchange, at: Place): Exchange {
  const { id, from, to } = exchange;
  return { ...exchange, id: id + at.exchange, from: from + at.stage, to: to + at.stage };
}

function scanStage({ stages: [stage] }: PhysicalPlan, { columns, schema }: SharedColumns): Stage {
  assert(stage?.producer.kind === 'scan', 'the first stage scans');
  const { producer } = stage;
  return {
    id: 0,
    name: `scan_${producer.relation}`,
    width: stage.width,
    widthReason: stage.widthReason,
    producer: { ...producer, columns },
    inputSchema: schema,
    filter: undefined,
    projection: [],
    outputSchema: [],
    output: { kind: 'shared' },
  };
}
