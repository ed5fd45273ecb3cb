/**
 * Runs a physical plan stage by stage, all tasks of a stage before the next. What real threads leave open
 * (who reads a chunk, how the rows of several channels mix) is decided by the random source, so that every
 * run is another timing.
 */
import { inputExchangeOf, type PhysicalPlan, type Stage } from '../../../src/plan/physical-plan.ts';
import { aggregateValues, compareRows, evaluate, type Row, rowText, type Value } from './plan-interpreter.ts';

/** A number from 0 up to, not including, `below`. */
export type Choose = (below: number) => number;

/** The rows of the result, task after task, in the order in which a single writer could see them. */
export function runPhysical(
  plan: PhysicalPlan,
  tables: ReadonlyMap<string, readonly Row[]>,
  choose: Choose,
): readonly Row[] {
  /** Per exchange, per reading task, per writing task: the rows of the channel. */
  const channels: (readonly (readonly (readonly Row[])[])[])[] = [];
  let last: readonly (readonly Row[])[] = [];
  for (const stage of plan.stages) {
    const exchange = inputExchangeOf(stage.producer);
    const tasks = tasksOf(stage, plan);
    const produced =
      exchange === undefined
        ? dealRows(stage, tables, { tasks, choose })
        : Array.from({ length: tasks }, (_, task) =>
            produce(stage, channels[exchange]?.[task] ?? [], choose),
          );
    for (const rows of produced) checkNulls(rows, stage.inputSchema, `into ${stage.name}`);
    last = produced.map((rows) => stageRows(stage, rows));
    for (const rows of last) checkNulls(rows, stage.outputSchema, `out of ${stage.name}`);
    if (stage.output.kind === 'exchange') channels.push(route(plan, stage.output.exchange, last));
  }
  return interleave(last, choose);
}

/** No NULL where the plan says that there is none: kernels leave the check out there. */
function checkNulls(rows: readonly Row[], schema: Stage['inputSchema'], where: string): void {
  for (const [index, { name, nullable }] of schema.entries()) {
    if (nullable || rows.every((row) => row[index] !== null && row[index] !== undefined)) continue;
    throw new Error(`a NULL in column ${name} NOT NULL ${where}`);
  }
}

function tasksOf(stage: Stage, plan: PhysicalPlan): number {
  return stage.width === 'one' ? 1 : plan.parallelism.partitions;
}

/** Cuts the table into chunks and deals them: a task takes its chunks in ascending order. */
function dealRows(
  stage: Stage,
  tables: ReadonlyMap<string, readonly Row[]>,
  { tasks, choose }: { readonly tasks: number; readonly choose: Choose },
): readonly (readonly Row[])[] {
  const dealt: Row[][] = Array.from({ length: tasks }, () => []);
  const { producer } = stage;
  if (producer.kind !== 'scan') return [[[]]];
  const table = tables.get(producer.relation) ?? [];
  let task = 0;
  for (const [position, row] of table.entries()) {
    if (choose(3) === 0) task = choose(tasks);
    dealt[task]?.push(
      producer.columns.map((column): Value => {
        if (column.kind === 'position') return BigInt(position);
        return column.kind === 'field' ? (row[column.index] ?? null) : null;
      }),
    );
  }
  return dealt;
}

/** What a task's producer gives for what came through its channels. */
function produce(stage: Stage, channels: readonly (readonly Row[])[], choose: Choose): readonly Row[] {
  const { producer } = stage;
  switch (producer.kind) {
    case 'pages':
      return interleave(channels, choose);
    case 'sort': {
      const rows = [...interleave(channels, choose)].sort((a, b) => compareRows(a, b, producer.keys));
      return take(rows, producer);
    }
    case 'merge':
      return take(
        merge(channels, (a, b) => compareRows(a, b, producer.keys)),
        producer,
      );
    case 'aggregate':
      return aggregateRows(producer.grouping, interleave(channels, choose));
    default:
      return [];
  }
}

interface Taken {
  readonly limit: bigint | undefined;
  readonly offset: bigint;
  readonly numbered: boolean;
}

function take(rows: readonly Row[], { limit, offset, numbered }: Taken): readonly Row[] {
  const end = limit === undefined ? rows.length : Number(offset + limit);
  const taken = rows.slice(Number(offset), end);
  return numbered ? taken.map((row, index) => [...row, BigInt(index)]) : taken;
}

/** Takes the least head each time; every channel must be in order already. */
function merge(channels: readonly (readonly Row[])[], compare: (a: Row, b: Row) => number): readonly Row[] {
  const merged: Row[] = [];
  const heads = channels.map(() => 0);
  for (;;) {
    let least = -1;
    for (const [i, channel] of channels.entries()) {
      const head = channel[heads[i] ?? 0];
      const best = channels[least]?.[heads[least] ?? 0];
      if (head !== undefined && (best === undefined || compare(head, best) < 0)) least = i;
    }
    const row = channels[least]?.[heads[least] ?? 0];
    if (row === undefined) return merged;
    merged.push(row);
    heads[least] = (heads[least] ?? 0) + 1;
  }
}

type StageGrouping = Extract<Stage['producer'], { readonly kind: 'aggregate' }>['grouping'];

function aggregateRows({ keyCount, aggregates }: StageGrouping, rows: readonly Row[]): readonly Row[] {
  const groups = Map.groupBy(rows, (row) => rowText(row.slice(0, keyCount)));
  if (keyCount === 0 && groups.size === 0) groups.set(rowText([]), []);
  return [...groups.values()].map((members) => [
    ...(members[0] ?? []).slice(0, keyCount),
    ...aggregates.map((aggregate) => {
      const { args, filter, position } = aggregate;
      const counted = members.filter((row) => filter === undefined || row[filter] === true);
      const inputs = counted.map((row) => ({
        values: args.map((arg) => row[arg] ?? null),
        position: position === undefined ? 0n : BigInt(row[position] as bigint),
      }));
      return aggregateValues(aggregate, inputs);
    }),
  ]);
}

function stageRows(stage: Stage, rows: readonly Row[]): readonly Row[] {
  const result: Row[] = [];
  const stop = stage.producer.kind === 'scan' ? stage.producer.stopAfterRows : undefined;
  for (const row of rows) {
    if (stop !== undefined && BigInt(result.length) >= stop) break;
    if (stage.filter !== undefined && evaluate(stage.filter, row) !== true) continue;
    result.push(stage.projection.map((expression) => evaluate(expression, row)));
  }
  return result;
}

/** For every reading task, the rows of each writing task. */
function route(
  plan: PhysicalPlan,
  id: number,
  written: readonly (readonly Row[])[],
): readonly (readonly (readonly Row[])[])[] {
  const exchange = plan.exchanges[id];
  const reader = exchange && plan.stages[exchange.to];
  if (exchange === undefined || reader === undefined) throw new Error(`no exchange ${id}`);
  const tasks = tasksOf(reader, plan);
  const { distribution } = exchange;
  return Array.from({ length: tasks }, (_, task) =>
    written.map((rows, writer) => {
      if (distribution.kind === 'gather') return rows;
      if (distribution.kind === 'local') return writer === task ? rows : [];
      return rows.filter((row) => hash(rowText(row.slice(0, distribution.keyCount))) % tasks === task);
    }),
  );
}

function hash(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) % 1_000_003;
  return value;
}

/** Mixes lists at random, each in its own order. */
function interleave(lists: readonly (readonly Row[])[], choose: Choose): readonly Row[] {
  const mixed: Row[] = [];
  const rest = lists.filter((list) => list.length > 0).map((list) => [...list]);
  while (rest.length > 0) {
    const which = choose(rest.length);
    const row = rest[which]?.shift();
    if (row !== undefined) mixed.push(row);
    if (rest[which]?.length === 0) rest.splice(which, 1);
  }
  return mixed;
}
