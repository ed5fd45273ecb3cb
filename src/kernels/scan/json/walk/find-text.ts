/**
 * Looks a text up among the nodes of the graph, or adds it: open addressing, a few places at most, so that
 * texts made to collide are read anew each time and cost no more than that. Texts are compared whole, and
 * with what was around them when they were learnt.
 *
 *   json_find_text(at, links, levels, member) -> node, linked behind `links` unless it is node 0
 *
 * Node 0 tells the length and what is behind the text; `levels` and `member` what was before it.
 */
import type { FunctionBuilder } from '../../../../wasm/function-builder.ts';
import { call, i32, i64, i64x2, select, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { digitMask } from '../digit-block.ts';
import type { ScanPieces } from '../tolerant/field-table.ts';
import { fieldOfKey } from '../tolerant/key-table.ts';
import {
  addNode,
  firstField,
  isFull,
  leaveUnlessText,
  linkText,
  nodeAction,
  nodeExpects,
  nodeLength,
  nodeLevels,
  nodeLevelsBefore,
  nodeMember,
  nodeMemberBefore,
  scratchNode,
  slotMask,
  type TextGraph,
  textActions,
  textBytesMax,
  unsettled,
} from './text-graph.ts';

const probesMax = 8;

const multipliers = [0x9e37_79b9_7f4a_7c15n, 0xc2b2_ae3d_27d4_eb4fn] as const;

interface Sought {
  readonly at: Expr<'i32'>;
  readonly length: Expr<'i32'>;
  readonly levels: Expr<'i64'>;
  readonly member: Expr<'i32'>;
}

export function findText(module: ModuleBuilder, pieces: ScanPieces, graph: TextGraph): FunctionSlot {
  const settle = emitSettle(module, pieces, graph);
  const params = { at: 'i32', links: 'i32', levels: 'i64', member: 'i32' } as const;
  return module.function('json_find_text', params, 'i32', (f, { at, links, levels, member }) => {
    const scratch = i32.const(scratchNode(graph));
    const length = f.let('i32', 'length', i32.load(scratch, nodeLength));
    const sought: Sought = { at, length, levels, member };
    // Behind a text at the deepest level no array may be skipped without a look at the level.
    const isDeepest = i64.lt_s(i64.load(scratch, nodeLevels), 0);
    const isLong = i32.gt_u(length, textBytesMax);
    f.if(i32.or(isLong, isDeepest), () => f.return(call(settle) as Expr<'i32'>));
    const slot = f.let('i32', 'slot', emitHash(module, f, sought));
    const end = f.let('i32', 'last_slot', i32.add(slot, probesMax));
    const place = f.local('i32', 'place');
    const node = f.local('i32', 'found');
    f.loop('probe', (probe) => {
      f.set(place, i32.add(i32.shl(i32.and(slot, slotMask), 2), graph.slots));
      f.set(node, i32.load(place));
      f.if(i32.eqz(node), () => {
        const settled = call(settle) as Expr<'i32'>;
        f.if(isFull(graph), () => f.return(settled));
        f.call(settle);
        const added = learn(f, graph, sought);
        f.do(i32.store(place, added));
        linkText(f, links, added);
        f.return(added);
      });
      f.block('other', (other) => {
        f.branchIf(other, i32.eqz(isAlike(graph, { ...sought, node })));
        leaveUnlessText(f, at, node, other);
        linkText(f, links, node);
        f.return(node);
      });
      f.set(slot, i32.add(slot, 1));
      f.branchIf(probe, i32.ne(slot, end));
    });
    f.return(call(settle) as Expr<'i32'>);
  });
}

/** `json_settle_text() -> node 0`, with its action known. */
function emitSettle(module: ModuleBuilder, pieces: ScanPieces, graph: TextGraph): FunctionSlot {
  return module.function('json_settle_text', {}, 'i32', (f) => {
    const scratch = i32.const(scratchNode(graph));
    f.if(i32.eq(i32.load(scratch, nodeAction), unsettled), () => {
      f.do(i32.store(scratch, call(actionOfKey(module, pieces)) as Expr<'i32'>, nodeAction));
    });
    f.return(scratch);
  });
}

/** `json_action_of_key() -> action` at the value of the last key read, one of the record's own. */
export function actionOfKey(module: ModuleBuilder, { globals, plan }: ScanPieces): FunctionSlot {
  return module.routine('json_action_of_key', () =>
    module.function('json_action_of_key', {}, 'i32', (f) => {
      const field = f.let('i32', 'field', call(fieldOfKey(module, globals, plan)) as Expr<'i32'>);
      f.return(select('i32', i32.lt_s(field, 0), textActions.skip, i32.add(field, firstField)));
    }),
  );
}

/** Of the last 16 bytes, the length, and what is around the text. */
function emitHash(module: ModuleBuilder, f: FunctionBuilder, sought: Sought): Expr<'i32'> {
  const { at, length, levels, member } = sought;
  const last = v128.load(i32.sub(i32.add(at, length), 16));
  const tailBytes = i32.sub(16, i32.and(i32.sub(16, length), i32.shr_s(i32.sub(length, 16), 31)));
  const tail = f.let('v128', 'tail', v128.and(last, digitMask(module, tailBytes)));
  const around = i64.add(i64.shl(i64.extend_i32_u(member), 8), i64.mul(levels, multipliers[1]));
  const first = i64.mul(i64.xor(i64x2.extract_lane(0, tail), around), multipliers[0]);
  const size = i64.extend_i32_u(length);
  const second = i64.mul(i64.add(i64x2.extract_lane(1, tail), size), multipliers[1]);
  return i32.wrap_i64(i64.shr_u(i64.xor(first, second), 44));
}

/** Whether the node is of a text of this length, with the same around it. */
function isAlike(
  graph: TextGraph,
  { length, levels, member, node }: Sought & { readonly node: Expr<'i32'> },
): Expr<'i32'> {
  const expected = i32.load(scratchNode(graph), nodeExpects);
  const isAround = i32.and(
    i64.eq(i64.load(node, nodeLevelsBefore), levels),
    i32.eq(i32.load(node, nodeMemberBefore), member),
  );
  const isBehind = i32.eq(i32.load(node, nodeExpects), expected);
  return i32.and(i32.and(isAround, isBehind), i32.eq(i32.load(node, nodeLength), length));
}

/** Emits: a new node, of what node 0 says; the one at which a member begins is the member's. */
function learn(f: FunctionBuilder, graph: TextGraph, { at, length, levels, member }: Sought): Expr<'i32'> {
  const scratch = i32.const(scratchNode(graph));
  const node = f.let('i32', 'added', addNode(f, graph, at, length));
  const memberBehind = f.let('i32', 'member_behind', i32.load(scratch, nodeMember));
  f.if(i32.eqz(memberBehind), () => f.set(memberBehind, node));
  f.do(
    i32.store(node, i32.load(scratch, nodeAction), nodeAction),
    i32.store(node, memberBehind, nodeMember),
    i32.store(node, i32.load(scratch, nodeExpects), nodeExpects),
    i64.store(node, i64.load(scratch, nodeLevels), nodeLevels),
    i64.store(node, levels, nodeLevelsBefore),
    i32.store(node, member, nodeMemberBefore),
  );
  return node;
}
