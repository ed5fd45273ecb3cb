/**
 * Groupings. Before the exchange every row is cut down to its key, the aggregates' arguments and their
 * filters; the task that owns the key groups them. One group for all rows is computed in two phases, partials
 * everywhere and one that merges them.
 */

import { nullLiteral } from '../../expressions/binding/literals.ts';
import type { BoundAggregate, BoundExpression } from '../../expressions/bound-expression.ts';
import { isFallible } from '../../expressions/fallible.ts';
import type { AggregateNode } from '../../plan/logical-plan.ts';
import { needsPosition } from '../../plan/needs-position.ts';
import type { Grouping, PhysicalAggregate, PreAggregation } from '../../plan/physical-plan.ts';
import { sameExpression } from '../../plan/same-expression.ts';
import { gather, hasOneOwner, ownerReason, type Placement, type Width } from './placement.ts';
import { type DraftColumn, overInput, passThrough, positionColumn, type StageDraft } from './stage-draft.ts';
import type { Sent } from './stage-list.ts';

/**
 * The draft that gives the groups; `input` carries a position where `node` or the plan above needs one. With
 * `withPosition` a group stands where its first row stood.
 */
export function placeAggregate(
  node: AggregateNode,
  input: StageDraft,
  placement: Placement,
  withPosition: boolean,
): StageDraft {
  const sent = new SentColumns(node, input);
  const grouping = sent.grouping(withPosition);
  const inputSchema = [...node.schema, ...(withPosition ? [positionColumn] : [])];
  const { exchange } = send(node, input, { placement, grouping, columns: sent.columns });
  return {
    noun: node.aggregates.length > 0 ? 'aggregate' : 'distinct',
    ...aggregateWidth(node, placement),
    producer: { kind: 'aggregate', exchange, grouping },
    inputSchema,
    filter: undefined,
    outputs: passThrough(inputSchema),
    inPositionOrder: false,
  };
}

interface AggregateSending {
  readonly placement: Placement;
  readonly grouping: Grouping;
  readonly columns: readonly DraftColumn[];
}

function send(
  node: AggregateNode,
  input: StageDraft,
  { placement, grouping, columns }: AggregateSending,
): Sent {
  const preAggregation = preAggregationOf(node, grouping, placement);
  if (node.keys.length === 0) {
    const reason = hasDistinct(grouping)
      ? 'global aggregate with DISTINCT: one task sees every value'
      : 'global aggregate: one task merges the partials';
    return gather(input, placement, reason, { columns, preAggregation });
  }
  if (hasOneOwner(placement))
    return gather(input, placement, ownerReason(placement), { columns, preAggregation });
  const keys = grouping.keyCount === 1 ? 'the key' : `the whole key of ${grouping.keyCount} columns`;
  const rows = hasDistinct(grouping)
    ? 'all rows of a group, each by itself for DISTINCT,'
    : 'all rows of a group';
  return placement.list.send(input, {
    columns,
    preAggregation,
    distribution: { kind: 'hash', keyCount: grouping.keyCount },
    reason: `by the hash of ${keys}: ${rows} meet in the partition that owns it`,
  });
}

/** Which values are new is known only where all rows of a group meet, so they travel one by one. */
function hasDistinct({ aggregates }: Grouping): boolean {
  return aggregates.some(({ distinct }) => distinct);
}

function aggregateWidth(node: AggregateNode, placement: Placement): Width {
  if (node.keys.length === 0) return { width: 'one', widthReason: 'there is one group, so one task owns it' };
  if (hasOneOwner(placement)) return { width: 'one', widthReason: ownerReason(placement) };
  return { width: 'all', widthReason: 'every partition owns its keys and their state' };
}

function preAggregationOf(
  node: AggregateNode,
  grouping: Grouping,
  { parallelism }: Placement,
): PreAggregation | undefined {
  const raw = parallelism.architecture === 'single_actor' && parallelism.singleActorInput === 'raw';
  if (parallelism.architecture === 'v1' || raw || hasDistinct(grouping)) return undefined;
  if (node.keys.length === 0) {
    return {
      mode: 'always',
      grouping,
      reason: 'one group: a partition sends one partial instead of its rows',
    };
  }
  return { mode: 'adaptive', grouping, reason: 'while it shrinks what is sent, measured at run time' };
}

/** The columns sent to the group table, each once: keys, then arguments and filters, then the position. */
class SentColumns {
  readonly columns: DraftColumn[] = [];
  readonly #node: AggregateNode;
  readonly #input: StageDraft;

  constructor(node: AggregateNode, input: StageDraft) {
    this.#node = node;
    this.#input = input;
    for (const [i, key] of node.keys.entries()) {
      this.columns.push({ name: node.schema[i]?.name ?? `key_${i + 1}`, expression: overInput(input, key) });
    }
  }

  grouping(withPosition: boolean): Grouping {
    const { keys, aggregates, schema } = this.#node;
    const physical = aggregates.map((aggregate, i): PhysicalAggregate => {
      const { name, order, distinct, type, nullable } = aggregate;
      const column = schema[keys.length + i] ?? { name, type, nullable };
      return { ...this.#inputsOf(aggregate), name, order, distinct, column };
    });
    const first: PhysicalAggregate = {
      name: 'min',
      args: withPosition ? [this.#position()] : [],
      order: [],
      distinct: false,
      filter: undefined,
      position: undefined,
      column: positionColumn,
    };
    return { keyCount: keys.length, aggregates: withPosition ? [...physical, first] : physical };
  }

  #inputsOf(aggregate: BoundAggregate): Pick<PhysicalAggregate, 'args' | 'filter' | 'position'> {
    const filter = aggregate.filter && overInput(this.#input, aggregate.filter);
    const args = aggregate.args.map((arg) => this.#add(guarded(overInput(this.#input, arg), filter)));
    return {
      args,
      filter: filter && this.#add(filter),
      position: needsPosition(aggregate) ? this.#position() : undefined,
    };
  }

  #position(): number {
    const column = this.#input.outputs.at(-1);
    if (column?.name !== positionColumn.name) throw new RangeError('the input carries no position');
    return this.#add(column.expression, positionColumn.name);
  }

  #add(expression: BoundExpression, name?: string): number {
    const known = this.columns.findIndex((column) => sameExpression(column.expression, expression));
    if (known >= 0) return known;
    const ownName =
      name ?? (expression.kind === 'column' ? expression.name : `input_${this.columns.length + 1}`);
    return this.columns.push({ name: ownName, expression }) - 1;
  }
}

/** An argument that can fail is computed only for the rows that the aggregate's filter lets through. */
function guarded(arg: BoundExpression, filter: BoundExpression | undefined): BoundExpression {
  if (filter === undefined || !isFallible(arg)) return arg;
  const { type, span } = arg;
  const otherwise = nullLiteral(span, type);
  return {
    kind: 'case',
    branches: [{ condition: filter, result: arg }],
    otherwise,
    type,
    nullable: true,
    span,
  };
}
