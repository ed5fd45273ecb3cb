/**
 * A physical plan as text: what comes out and in which order, the architecture with the rule that chose it,
 * then the stages from the sink down, each with the exchange it reads from and the reason for it.
 */
import { printSchema } from '../columns/schema.ts';
import { printExpression } from '../expressions/print-expression.ts';
import type { Parallelism } from './architecture.ts';
import type {
  AggregateProducer,
  Exchange,
  MergeProducer,
  PhysicalPlan,
  ResultOrder,
  ScanProducer,
  SortProducer,
  Stage,
} from './physical-plan.ts';
import { inputExchangeOf } from './physical-plan.ts';
import { printLimit, printProjection } from './print-logical-plan.ts';
import { printSortKeys } from './print-sort-keys.ts';

/** With `withColumns` every stage says which columns it gives, not only those whose rows change hands. */
export function printPhysicalPlan(plan: PhysicalPlan, withColumns: boolean = false): string {
  return [...printProperties(plan), ...printStages(plan, withColumns)].join('\n');
}

function printProperties(plan: PhysicalPlan): readonly string[] {
  const { parallelism } = plan;
  return [
    `Result: ${printSchema(plan.schema)}`,
    `Order: ${printOrder(plan.resultOrder, plan)}`,
    `Architecture: ${printArchitecture(parallelism)}`,
    `Strategy: ${parallelism.strategy} (${parallelism.strategyEffect})`,
  ];
}

function printArchitecture({ architecture, partitions, rule, reason }: Parallelism): string {
  const count = partitions === 1 ? '1 partition' : `${partitions} partitions`;
  return `${architecture}, ${count} (rule "${rule}": ${reason})`;
}

function printOrder(order: ResultOrder, plan: PhysicalPlan): string {
  switch (order.kind) {
    case 'sorted':
      return `${printSortKeys(order.keys, plan.schema) || 'by columns not shown'} (${order.reason})`;
    case 'input':
      return `that of the input (${order.reason})`;
    case 'unspecified':
      return `unspecified (${order.reason})`;
  }
}

/** The last stage on top; what feeds a stage stands indented below it. */
function printStages(plan: PhysicalPlan, withColumns: boolean): readonly string[] {
  return plan.stages.toReversed().flatMap((stage, depth) => {
    const lines = printStage(stage, plan, withColumns);
    return lines.map((line, i) => `${'  '.repeat(depth)}${i === 0 ? '-> ' : '   '}${line}`);
  });
}

function printStage(stage: Stage, plan: PhysicalPlan, withColumns: boolean): readonly string[] {
  const { partitions } = plan.parallelism;
  const tasks = stage.width === 'one' || partitions === 1 ? 'one task' : `${partitions} tasks`;
  const lines = [`Stage ${stage.id} ${stage.name}: ${tasks} (${stage.widthReason})`];
  lines.push(...printOutput(stage, plan));
  lines.push(`Project: ${printProjection(stage.projection, stage.outputSchema)}`);
  if (withColumns) lines.push(`Columns: ${printSchema(stage.outputSchema) || 'none'}`);
  if (stage.filter !== undefined) lines.push(`Filter: ${printExpression(stage.filter)}`);
  lines.push(...printProducer(stage));
  const input = inputExchangeOf(stage.producer);
  const exchange = input === undefined ? undefined : plan.exchanges[input];
  return exchange === undefined ? lines : [...lines, ...printExchange(exchange)];
}

function printOutput({ output }: Stage, plan: PhysicalPlan): readonly string[] {
  if (output.kind === 'sink') {
    return [output.target.kind === 'client' ? 'Sink: the client' : `Sink: ${output.target.relation}`];
  }
  if (output.kind === 'shared') return [];
  const preAggregation = plan.exchanges[output.exchange]?.preAggregation;
  if (preAggregation === undefined) return [];
  return [`Pre-aggregate: ${preAggregation.mode} (${preAggregation.reason})`];
}

function printExchange(exchange: Exchange): readonly string[] {
  const { distribution, schema } = exchange;
  const order = exchange.order.length === 0 ? '' : `, in order of ${printSortKeys(exchange.order, schema)}`;
  return [`Exchange ${exchange.id}: ${printDistribution(exchange)}${order} (${exchange.reason})`].concat(
    distribution.kind === 'local' ? [] : [`  Rows: ${printSchema(schema) || 'no columns'}`],
  );
}

function printDistribution({ distribution, schema }: Exchange): string {
  if (distribution.kind !== 'hash') return distribution.kind;
  return `hash(${schema
    .slice(0, distribution.keyCount)
    .map((column) => column.name)
    .join(', ')})`;
}

function printProducer({ producer, inputSchema }: Stage): readonly string[] {
  switch (producer.kind) {
    case 'scan':
      return [
        `Scan ${producer.relation}: ${printSchema(inputSchema) || 'no columns'}`,
        ...printScan(producer),
      ];
    case 'shared':
      return [`Rows of stage ${producer.stage}: ${printSchema(inputSchema) || 'no columns'}`];
    case 'values':
      return ['One row'];
    case 'pages':
      return ['Rows as they come'];
    case 'aggregate':
      return printGrouping(producer, inputSchema);
    case 'sort':
    case 'merge':
      return [printOrdered(producer, inputSchema)];
  }
}

function printScan({ assignment, stopAfterRows }: ScanProducer): readonly string[] {
  const chunks = { free: 'to whoever is free', round_robin: 'in turn', by_split: 'by split' }[assignment];
  const stop = stopAfterRows === undefined ? '' : `; a task stops after ${stopAfterRows} rows`;
  return [`Chunks: ${chunks}${stop}`];
}

function printGrouping({ grouping }: AggregateProducer, schema: Stage['inputSchema']): readonly string[] {
  const { keyCount, aggregates } = grouping;
  const names = schema.map((column) => column.name);
  const keys = names.slice(0, keyCount).join(', ');
  const calls = aggregates.map(({ name, column }) =>
    column.name.startsWith('_') ? `${name.toUpperCase()}(${column.name})` : column.name,
  );
  const group = keys === '' ? 'Group: all rows' : `Group: by ${keys}`;
  return calls.length === 0 ? [group] : [group, `Aggregates: ${calls.join(', ')}`];
}

function printOrdered(producer: SortProducer | MergeProducer, schema: Stage['inputSchema']): string {
  const { kind, keys, limit, offset } = producer;
  const verb = kind === 'merge' ? 'Merge' : limit === undefined ? 'Sort' : 'Top-N';
  const rows = limit === undefined && offset === 0n ? '' : `, ${printLimit(limit, offset)}`;
  return `${verb}: ${printSortKeys(keys, schema) || 'as they come'}${rows}`;
}
