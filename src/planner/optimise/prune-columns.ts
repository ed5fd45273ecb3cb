/**
 * Drops every column that nothing above reads, down to the scans, which then read only what the query needs.
 * Works from the top with the set of wanted columns; each node answers where those have moved.
 */
import type { Schema } from '../../columns/schema.ts';
import { aggregateOf, columnAt, columnReference, filterOf, projectOf } from '../../plan/build-plan.ts';
import { collectColumns, moveColumns } from '../../plan/expression-columns.ts';
import type {
  AggregateNode,
  FilterNode,
  LogicalPlan,
  ProjectNode,
  ScanNode,
  SortNode,
  TopNNode,
} from '../../plan/logical-plan.ts';

/** The plan with the same columns, over inputs that have no more than they need. */
export function pruneColumns(plan: LogicalPlan): LogicalPlan {
  const pruned = prune(plan, new Set(plan.schema.keys()));
  const inPlace = plan.schema.length === pruned.plan.schema.length;
  if (inPlace && plan.schema.every((_, index) => pruned.moved.get(index) === index)) return pruned.plan;
  const expressions = plan.schema.map((_, index) =>
    columnReference(pruned.plan.schema, target(pruned, index)),
  );
  return projectOf(
    pruned.plan,
    expressions,
    plan.schema.map((column) => column.name),
  );
}

interface Pruned {
  readonly plan: LogicalPlan;
  /** Where each wanted column is now. */
  readonly moved: ReadonlyMap<number, number>;
}

function prune(plan: LogicalPlan, wanted: ReadonlySet<number>): Pruned {
  switch (plan.kind) {
    case 'scan':
      return pruneScan(plan, wanted);
    case 'values':
      return { plan, moved: new Map() };
    case 'filter':
      return pruneFilter(plan, wanted);
    case 'project':
      return pruneProject(plan, wanted);
    case 'aggregate':
      return pruneAggregate(plan, wanted);
    case 'sort':
    case 'top_n':
      return pruneSort(plan, wanted);
    case 'limit': {
      const input = prune(plan.input, wanted);
      return { plan: { ...plan, input: input.plan, schema: input.plan.schema }, moved: input.moved };
    }
    case 'distinct': {
      const input = prune(plan.input, new Set(plan.schema.keys()));
      return { plan: { ...plan, input: input.plan, schema: input.plan.schema }, moved: input.moved };
    }
  }
}

function pruneScan(scan: ScanNode, wanted: ReadonlySet<number>): Pruned {
  const kept = scan.filter === undefined ? wanted : collectColumns(scan.filter, new Set(wanted));
  const indexes = [...scan.columns.keys()].filter((index) => kept.has(index));
  const moved = new Map(indexes.map((index, position) => [index, position]));
  const columns = scan.columns.filter((_, index) => kept.has(index));
  const schema = pick(scan.schema, indexes);
  const filter = scan.filter && moveColumns(scan.filter, moved);
  return { plan: { ...scan, columns, schema, filter }, moved };
}

function pruneFilter(filter: FilterNode, wanted: ReadonlySet<number>): Pruned {
  const input = prune(filter.input, collectColumns(filter.predicate, new Set(wanted)));
  return { plan: filterOf(input.plan, moveColumns(filter.predicate, input.moved)), moved: input.moved };
}

function pruneProject(project: ProjectNode, wanted: ReadonlySet<number>): Pruned {
  const indexes = [...project.expressions.keys()].filter((index) => wanted.has(index));
  const kept = project.expressions.filter((_, index) => wanted.has(index));
  const below = new Set<number>();
  for (const expression of kept) collectColumns(expression, below);
  const input = prune(project.input, below);
  const names = pick(project.schema, indexes).map((column) => column.name);
  const expressions = kept.map((expression) => moveColumns(expression, input.moved));
  return {
    plan: projectOf(input.plan, expressions, names),
    moved: new Map(indexes.map((index, position) => [index, position])),
  };
}

/** Keys stay, whether somebody reads them or not; aggregates go. */
function pruneAggregate(aggregate: AggregateNode, wanted: ReadonlySet<number>): Pruned {
  const keyCount = aggregate.keys.length;
  const indexes = [...aggregate.schema.keys()].filter((index) => index < keyCount || wanted.has(index));
  const kept = aggregate.aggregates.filter((_, i) => wanted.has(keyCount + i));
  const below = new Set<number>();
  for (const key of aggregate.keys) collectColumns(key, below);
  for (const { args, filter } of kept) {
    for (const arg of args) collectColumns(arg, below);
    if (filter !== undefined) collectColumns(filter, below);
  }
  const input = prune(aggregate.input, below);
  const plan = aggregateOf(
    input.plan,
    aggregate.keys.map((key) => moveColumns(key, input.moved)),
    kept.map((call) => ({
      ...call,
      args: call.args.map((arg) => moveColumns(arg, input.moved)),
      filter: call.filter && moveColumns(call.filter, input.moved),
    })),
  );
  return { plan, moved: new Map(indexes.map((index, position) => [index, position])) };
}

function pruneSort(sort: SortNode | TopNNode, wanted: ReadonlySet<number>): Pruned {
  const input = prune(sort.input, new Set([...wanted, ...sort.keys.map((key) => key.index)]));
  const keys = sort.keys.map((key) => ({ ...key, index: target(input, key.index) }));
  return { plan: { ...sort, input: input.plan, keys, schema: input.plan.schema }, moved: input.moved };
}

function target(pruned: Pruned, index: number): number {
  const moved = pruned.moved.get(index);
  if (moved === undefined) throw new RangeError(`column ${index} was dropped though it is wanted`);
  return moved;
}

function pick(schema: Schema, indexes: readonly number[]): Schema {
  return indexes.map((index) => columnAt(schema, index));
}
