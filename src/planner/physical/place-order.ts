/**
 * ORDER BY and LIMIT. Where several tasks hold rows, each puts its own in order (no more than will be
 * wanted), and one task merges them. LIMIT without ORDER BY takes the rows with the lowest positions.
 */
import type { Schema } from '../../columns/schema.ts';
import type { SortKey } from '../../plan/logical-plan.ts';
import { gather, hasOneOwner, ownerReason, type Placement } from './placement.ts';
import { type DraftColumn, passThrough, positionColumn, type StageDraft } from './stage-draft.ts';
import type { Sent } from './stage-list.ts';

export interface Order {
  /** Over the columns of the input's outputs. */
  readonly keys: readonly SortKey[];
  readonly limit: bigint | undefined;
  readonly offset: bigint;
  /** Whether the rows get new positions, by the order they are put in. */
  readonly numbered: boolean;
}

export function placeSort(input: StageDraft, order: Order, placement: Placement): StageDraft {
  if (input.width === 'one' || hasOneOwner(placement)) {
    const reason = input.width === 'one' ? 'one task writes and reads' : ownerReason(placement);
    const sent = gather(input, placement, reason);
    return orderedDraft('sort', sent, order, 'one task holds all rows');
  }
  const sorted = placement.list.send(sortInPlace(input, order, placement), {
    distribution: { kind: 'gather' },
    order: order.keys,
    reason: 'every partition sends its rows in order; one task merges them',
  });
  return orderedDraft('merge', sorted, order, 'one task puts the partitions in one order');
}

/**
 * The rows with the lowest positions. `input` has its position as last column; the result has none, or a new
 * one.
 */
export function placeLimit(input: StageDraft, order: Omit<Order, 'keys'>, placement: Placement): StageDraft {
  const position = input.outputs.length - 1;
  const byPosition: Order = { ...order, keys: [{ index: position, descending: false, nullsFirst: false }] };
  const merged = input.inPositionOrder
    ? takeByPosition(input, byPosition, placement)
    : placeSort(input, byPosition, placement);
  return { ...merged, outputs: merged.outputs.filter((_, index) => index !== position) };
}

/**
 * The rows come in the right order already: every task stops when it has as many as can be wanted. One task
 * takes them all in, because scans may wait for one another and none may be kept waiting by the merge of
 * another's rows.
 */
function takeByPosition(input: StageDraft, order: Order, placement: Placement): StageDraft {
  const stopAfterRows = rowsWanted(order);
  const { producer } = input;
  const stopping = producer.kind === 'scan' ? { ...input, producer: { ...producer, stopAfterRows } } : input;
  const sent = gather(
    stopping,
    placement,
    'every partition sends its rows by position; one task takes the first ones',
    {
      order: order.keys,
    },
  );
  return orderedDraft('limit', sent, order, 'one task counts the rows');
}

/** The local half: each task sorts what it has. */
function sortInPlace(input: StageDraft, order: Order, { list }: Placement): StageDraft {
  const sent = list.send(input, {
    distribution: { kind: 'local' },
    reason: 'rows stay where they are to be sorted',
  });
  const limit = rowsWanted(order);
  return {
    noun: limit === undefined ? 'sort' : 'top_n',
    width: 'all',
    widthReason: 'every partition sorts its own rows',
    producer: { kind: 'sort', exchange: sent.exchange, keys: order.keys, limit, offset: 0n, numbered: false },
    inputSchema: sent.schema,
    filter: undefined,
    outputs: passThrough(sent.schema),
    inPositionOrder: false,
  };
}

function orderedDraft(
  noun: 'sort' | 'merge' | 'limit',
  sent: Sent,
  order: Order,
  widthReason: string,
): StageDraft {
  const { keys, limit, offset, numbered } = order;
  const inputSchema: Schema = [...sent.schema, ...(numbered ? [positionColumn] : [])];
  const outputs: readonly DraftColumn[] = passThrough(inputSchema);
  const kind = noun === 'merge' ? 'merge' : 'sort';
  return {
    noun: noun === 'sort' && limit !== undefined ? 'top_n' : noun,
    width: 'one',
    widthReason,
    producer: { kind, exchange: sent.exchange, keys, limit, offset, numbered },
    inputSchema,
    filter: undefined,
    outputs,
    inPositionOrder: true,
  };
}

/** How many rows of one task can be among the wanted ones. */
function rowsWanted({ limit, offset }: Order): bigint | undefined {
  return limit === undefined ? undefined : limit + offset;
}
