/**
 * What a scan has learnt about records that are not of the predicted shape: the texts between their values,
 * and which text came after which. A text is exact, `,"limits":[` with its blanks, and holds everything from
 * the end of one value to the start of the next, through as many levels of nesting as that takes. It was read
 * with every check when it was learnt, so that finding it again after the same text proves the same.
 *
 *   node = 2 x u32 the texts that came next after a value, the latest first; 2 x u32 without a value, which
 *          is where one text was too short to reach it; u64 one bit for each byte, u32 bytes, u32 action;
 *          the text; u64 levels before, u64 levels behind, u32 member before, u32 member behind, u32 what is
 *          expected behind
 *
 * `levels` has one bit for each level of nesting, 1 for an object, the innermost lowest, and 0 above them:
 * the record's own is a 1, and outside of it there is none.
 * A member is the node at which its top-level key was read: the commas of two arrays are not one text.
 *
 * The graph only predicts: whatever it holds or has forgotten, the answer is the same.
 */
import type { FunctionBuilder, Global, Local } from '../../../../wasm/function-builder.ts';
import { i8x16, i32, i64, select, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import type { ScanPlan } from '../scan-plan.ts';

const nodeBytes = 128;
/** Texts beyond this many are read anew each time; the next record finds the graph full and clears it. */
const nodesMax = 1024;
const slotCount = 2 * nodesMax;
export const slotMask: number = slotCount - 1;

export const nodeNext = 0;
/** Added to a node's address, it stands for the text without a value behind it. */
export const withoutValue = 8;
const nodeMask = 16;
export const nodeLength = 24;
export const nodeAction = 28;
const nodeText = 32;
export const nodeLevelsBefore = 96;
export const nodeLevels = 104;
export const nodeMemberBefore = 112;
export const nodeMember = 116;
export const nodeExpects = 120;

export const textBytesMax = 64;

/** What to do behind a text; further actions read columns, from `firstField` on. */
export const textActions = { skip: 0, end: 1, cutOff: 2, blankLine: 3 } as const;
/** Of a text not yet known: it ends with the last key read, which may be a column's. */
export const unsettled = -1;
export const firstField = 4;

/** What may come behind a text, unless a value does: a value only, or the end of an empty array. */
export const expects = { value: 0, element: 1, record: 2, separator: 3 } as const;

export interface TextGraph {
  /** Address of node 0, which holds what is not learnt: only its length and what is behind it count. */
  readonly nodes: number;
  /** Address of the node that stands for each state of the predicted shape that records leave. */
  readonly roots: number;
  readonly rootCount: number;
  /** Address of the hash table: u32 address of a node or 0. */
  readonly slots: number;
  readonly nodeCount: Global<'i32'>;
}

/** The node of a line feed, which no record that goes on may hold, so that it may be predicted anywhere. */
const cutOffNode = 1;
/** The node of `{}` as a record. */
const emptyNode = 2;
const firstRoot = 3;

export function placeTextGraph(module: ModuleBuilder, { states }: ScanPlan): TextGraph {
  const rootCount = Math.max(1, states.length);
  const nodes = module.reserve(nodeBytes * (firstRoot + rootCount + nodesMax), nodeBytes);
  return {
    nodes,
    roots: nodes + nodeBytes * firstRoot,
    rootCount,
    slots: module.reserve(4 * slotCount, 64),
    // Full, so that the first record clears it.
    nodeCount: module.global('i32', 'json_text_count', nodesMax),
  };
}

export const scratchNode = ({ nodes }: TextGraph): number => nodes;

/** The address to go on from at a root; the first is the record's start. */
export function rootLinks({ roots }: TextGraph, root: Expr<'i32'>): Expr<'i32'> {
  return i32.add(i32.mul(root, nodeBytes), select('i32', root, roots, roots + withoutValue));
}

/** The node that links belong to, and whether they follow a value. */
export const nodeOf = (links: Expr<'i32'>): Expr<'i32'> => i32.and(links, -nodeBytes);
export const followsValue = (links: Expr<'i32'>): Expr<'i32'> => i32.eqz(i32.and(links, withoutValue));

interface TextPlace {
  readonly at: Expr<'i32'>;
  readonly links: Expr<'i32'>;
  /** The node of the text at `at`. */
  readonly node: Local<'i32'>;
}

/** Emits: the node of the text at `at`, if it is one of the two that came last; else out to `unknown`. */
export function followText(f: FunctionBuilder, { at, links, node }: TextPlace, unknown: Label): void {
  f.block('found', (found) => {
    f.block('other', (other) => {
      f.set(node, i32.load(links, nodeNext));
      leaveUnlessText(f, at, node, other);
      f.branch(found);
    });
    f.set(node, i32.load(links, nodeNext + 4));
    leaveUnlessText(f, at, node, unknown);
    linkText(f, links, node);
  });
}

/** Emits: out to `other` unless the node's text is at `at`. */
export function leaveUnlessText(f: FunctionBuilder, at: Expr<'i32'>, node: Expr<'i32'>, other: Label): void {
  // In order, so that no block is looked at unless those before it match: none lies past the record.
  const compare = (offset: number): void => {
    const equal = i8x16.eq(v128.load(at, offset), v128.load(node, nodeText + offset));
    const different = i32.xor(i8x16.bitmask(equal), 0xffff);
    f.branchIf(other, i32.and(different, i32.load16_u(node, nodeMask + offset / 8)));
    const next = offset + 16;
    if (next < textBytesMax) f.if(i32.gt_u(i32.load(node, nodeLength), next), () => compare(next));
  };
  compare(0);
}

/** Emits: `node` came behind `links`. */
export function linkText(f: FunctionBuilder, links: Expr<'i32'>, node: Arg<'i32'>): void {
  f.do(i32.store(links, i32.load(links, nodeNext), nodeNext + 4), i32.store(links, node, nodeNext));
}

export const isFull = ({ nodeCount }: TextGraph): Expr<'i32'> => i32.ge_u(nodeCount, nodesMax);

/** Emits: a new node for the text of `length` bytes at `at`; what is behind it remains to be set. */
export function addNode(
  f: FunctionBuilder,
  graph: TextGraph,
  at: Expr<'i32'>,
  length: Expr<'i32'>,
): Expr<'i32'> {
  const { nodeCount, roots, rootCount } = graph;
  const first = roots + nodeBytes * rootCount;
  const node = f.let('i32', 'node', i32.add(i32.mul(nodeCount, nodeBytes), first));
  f.setGlobal(nodeCount, i32.add(nodeCount, 1));
  putText(f, graph, node, length);
  for (let offset = 0; offset < textBytesMax; offset += 16) {
    f.do(v128.store(node, v128.load(at, offset), nodeText + offset));
  }
  return node;
}

/** Emits: the node is of a text of that length, behind which nothing has been seen. */
export function putText(
  f: FunctionBuilder,
  { nodes }: TextGraph,
  node: Expr<'i32'>,
  length: Arg<'i32'>,
): void {
  const cutOff = nodes + nodeBytes * cutOffNode;
  for (let link = nodeNext; link < nodeLength; link += 4) f.do(i32.store(node, cutOff, link));
  f.do(
    i32.store(node, length, nodeLength),
    i64.store(node, i64.shr_u(-1n, i64.sub(64, i64.extend_i32_u(length))), nodeMask),
  );
}

/** `json_forget_texts()`: as if nothing had been read. */
export function forgetTexts(module: ModuleBuilder, graph: TextGraph): FunctionSlot {
  return module.routine('json_forget_texts', () =>
    module.function('json_forget_texts', {}, undefined, (f) => {
      const { nodes, roots, rootCount, slots, nodeCount } = graph;
      f.setGlobal(nodeCount, 0);
      f.memoryFill(slots, 0, 4 * slotCount);
      f.memoryFill(nodes, 0, nodeBytes * (firstRoot + rootCount));
      const put = (index: number, text: string, action: number): void => {
        const node = i32.const(nodes + nodeBytes * index);
        putText(f, graph, node, text.length);
        f.do(i32.store(node, action, nodeAction));
        [...text].forEach((character, i) => {
          f.do(i32.store8(node, character.charCodeAt(0), nodeText + i));
        });
      };
      put(cutOffNode, '\n', textActions.cutOff);
      put(emptyNode, '{}\n', textActions.end);
      const root = f.let('i32', 'root', roots);
      f.loop('roots', (next) => {
        putText(f, graph, root, 0);
        f.do(i64.store(root, 1n, nodeLevels));
        f.set(root, i32.add(root, nodeBytes));
        f.branchIf(next, i32.lt_u(root, roots + nodeBytes * rootCount));
      });
      f.do(i64.store(roots, 0n, nodeLevels), i32.store(roots, expects.record, nodeExpects));
      for (const link of [0, 4]) {
        f.do(i32.store(roots, nodes + nodeBytes * emptyNode, nodeNext + withoutValue + link));
      }
      f.return();
    }),
  );
}
