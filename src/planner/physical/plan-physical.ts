/**
 * From an optimised logical plan to stages and exchanges. Works from the scan up: operators without state
 * join the stage below them, state closes it. Positions are carried only where an operator above takes rows
 * by their order.
 */
import { literal } from '../../expressions/binding/literals.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import type { Parallelism } from '../../plan/architecture.ts';
import { columnReference } from '../../plan/build-plan.ts';
import type { AggregateNode, LogicalPlan, ProjectNode, ScanNode } from '../../plan/logical-plan.ts';
import { needsPosition } from '../../plan/needs-position.ts';
import type { PhysicalPlan, PhysicalScanColumn, SinkTarget } from '../../plan/physical-plan.ts';
import { classify } from './classify.ts';
import { chunkAssignmentOf } from './partitioning-strategy.ts';
import { placeAggregate } from './place-aggregate.ts';
import { placeLimit, placeSort } from './place-order.ts';
import { gather, ownerReason, type Placement, statelessWidth } from './placement.ts';
import { describeResultOrder } from './result-order.ts';
import { addFilter, fits, overInput, passThrough, positionColumn, type StageDraft } from './stage-draft.ts';
import { StageList } from './stage-list.ts';

/** `plan` has no DISTINCT left: the optimiser has made groupings of them. */
export function planPhysical(plan: LogicalPlan, parallelism: Parallelism, target: SinkTarget): PhysicalPlan {
  const list = new StageList();
  const placement: Placement = { parallelism, list };
  const draft = fanIn(lower(plan, placement, false), placement);
  const outputs = draft.outputs.map((column, i) => ({
    ...column,
    name: plan.schema[i]?.name ?? column.name,
  }));
  list.finish({ ...draft, outputs }, target);
  return {
    parallelism,
    queryClass: classify(plan).queryClass,
    stages: list.stages,
    exchanges: list.exchanges,
    schema: plan.schema,
    resultOrder: describeResultOrder(draft, parallelism.architecture),
  };
}

/** The draft's outputs are the plan's columns and, where it is asked for, the position. */
function lower(plan: LogicalPlan, placement: Placement, position: boolean): StageDraft {
  switch (plan.kind) {
    case 'scan':
      return placeScan(plan, placement, position);
    case 'values':
      return placeValues(position);
    case 'filter': {
      const input = lower(plan.input, placement, position);
      return addFilter(room(input, [plan.predicate], placement), plan.predicate);
    }
    case 'project':
      return placeProject(plan, placement, position);
    case 'aggregate':
      return placeGroups(plan, placement, position);
    case 'sort':
    case 'top_n': {
      const input = lower(plan.input, placement, false);
      const { keys } = plan;
      const rows = plan.kind === 'top_n' ? plan : { limit: undefined, offset: 0n };
      return placeSort(
        input,
        { keys, limit: rows.limit, offset: rows.offset, numbered: position },
        placement,
      );
    }
    case 'limit': {
      const { limit, offset } = plan;
      const input = lower(plan.input, placement, true);
      return placeLimit(input, { limit, offset, numbered: position }, placement);
    }
    case 'distinct':
      throw new RangeError('DISTINCT is a grouping by now');
  }
}

function placeScan(scan: ScanNode, placement: Placement, position: boolean): StageDraft {
  const columns: PhysicalScanColumn[] = [...scan.columns];
  if (position) columns.push({ kind: 'position' });
  const inputSchema = position ? [...scan.schema, positionColumn] : scan.schema;
  return {
    noun: `scan_${scan.relation}`,
    ...statelessWidth(placement),
    producer: {
      kind: 'scan',
      relation: scan.relation,
      columns,
      assignment: chunkAssignmentOf(placement.parallelism.strategy),
      stopAfterRows: undefined,
    },
    inputSchema,
    filter: scan.filter,
    outputs: passThrough(inputSchema),
    inPositionOrder: true,
  };
}

function placeValues(position: boolean): StageDraft {
  const zero = { name: positionColumn.name, expression: literal(positionColumn.type, 0n) };
  return {
    noun: 'values',
    width: 'one',
    widthReason: 'there is one row',
    producer: { kind: 'values' },
    inputSchema: [],
    filter: undefined,
    outputs: position ? [zero] : [],
    inPositionOrder: true,
  };
}

function placeProject(project: ProjectNode, placement: Placement, position: boolean): StageDraft {
  const input = room(lower(project.input, placement, position), project.expressions, placement);
  const columns = project.expressions.map((expression, i) => ({
    name: project.schema[i]?.name ?? '?column?',
    expression: overInput(input, expression),
  }));
  return { ...input, outputs: position ? [...columns, ...input.outputs.slice(-1)] : columns };
}

function placeGroups(node: AggregateNode, placement: Placement, position: boolean): StageDraft {
  const keyed = node.keys.length > 0;
  const below = node.aggregates.some(needsPosition) || (position && keyed);
  const input = lower(node.input, placement, below);
  const inner: BoundExpression[] = [...node.keys, ...node.aggregates.flatMap((aggregate) => aggregate.args)];
  const draft = placeAggregate(node, room(input, inner, placement), placement, position && keyed);
  if (!position || keyed) return draft;
  // The only row of a global aggregate is the first one.
  const zero = { name: positionColumn.name, expression: literal(positionColumn.type, 0n) };
  return { ...draft, outputs: [...draft.outputs, zero] };
}

/** The draft itself, or a new one behind it where the expressions would grow out of hand in it. */
function room(draft: StageDraft, expressions: readonly BoundExpression[], { list }: Placement): StageDraft {
  if (fits(draft, expressions)) return draft;
  const sent = list.send(draft, {
    distribution: { kind: 'local' },
    reason: 'values that are used many times are computed once',
  });
  return {
    ...draft,
    noun: 'project',
    producer: { kind: 'pages', exchange: sent.exchange },
    inputSchema: sent.schema,
    filter: undefined,
    outputs: sent.schema.map(({ name }, index) => ({
      name,
      expression: columnReference(sent.schema, index),
    })),
  };
}

/** With fan_in even rows without state end in partition 0. */
function fanIn(draft: StageDraft, placement: Placement): StageDraft {
  if (draft.width === 'one' || placement.parallelism.strategy !== 'fan_in') return draft;
  const sent = gather(draft, placement, ownerReason(placement));
  return {
    ...draft,
    noun: 'collect',
    width: 'one',
    widthReason: ownerReason(placement),
    producer: { kind: 'pages', exchange: sent.exchange },
    inputSchema: sent.schema,
    filter: undefined,
    outputs: passThrough(sent.schema),
    inPositionOrder: false,
  };
}
