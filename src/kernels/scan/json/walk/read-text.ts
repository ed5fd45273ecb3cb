/**
 * A text that was not predicted, read with every check from the end of one value to the start of the next,
 * and looked up in the graph, or learnt. It ends before a value that is no object and no array, before the
 * value of a column, or where it would get too long.
 *
 *   json_read_text(at, links) -> node | 0
 */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import type { ScanPieces } from '../tolerant/field-table.ts';
import { readKey } from '../tolerant/key-table.ts';
import { failWith, type ScanGlobals } from '../tolerant/scan-globals.ts';
import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  isOpening,
  openBrace,
  skipBlanks,
  skipValue,
} from '../tolerant/skip-value.ts';
import { quote } from '../tolerant/strings.ts';
import { actionOfKey, findText } from './find-text.ts';
import {
  expects,
  followsValue,
  nodeAction,
  nodeExpects,
  nodeLevels,
  nodeMember,
  nodeOf,
  putText,
  scratchNode,
  type TextGraph,
  textActions,
  textBytesMax,
  unsettled,
} from './text-graph.ts';

const lineFeed = 0x0a;
const minus = 0x2d;
const openBracket = 0x5b;

/** The text up to where a value may come, as far as it has been read. */
interface Reading {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly pieces: ScanPieces;
  readonly globals: ScanGlobals;
  readonly start: Local<'i32'>;
  readonly at: Local<'i32'>;
  readonly byte: Local<'i32'>;
  readonly levels: Local<'i64'>;
  readonly expected: Local<'i32'>;
  /** Whether the text leaves the member that it started in. */
  readonly leavesMember: Local<'i32'>;
  /** The place before a value that the text is taken to: one is found unless the record is bad. */
  readonly stop: {
    readonly end: Local<'i32'>;
    readonly levels: Local<'i64'>;
    readonly expected: Local<'i32'>;
    readonly action: Local<'i32'>;
    readonly leavesMember: Local<'i32'>;
  };
}

export function readText(module: ModuleBuilder, pieces: ScanPieces, graph: TextGraph): FunctionSlot {
  const find = findText(module, pieces, graph);
  return module.function('json_read_text', { start: 'i32', links: 'i32' }, 'i32', (f, { start, links }) => {
    const before = f.let('i32', 'before', nodeOf(links));
    const reading: Reading = {
      ...{ module, f, pieces, globals: pieces.globals, start },
      at: f.let('i32', 'at', start),
      byte: f.local('i32', 'byte'),
      levels: f.let('i64', 'levels', i64.load(before, nodeLevels)),
      expected: f.let('i32', 'expected', i32.load(before, nodeExpects)),
      leavesMember: f.local('i32', 'leaves_member'),
      stop: {
        end: f.local('i32', 'stop_end'),
        levels: f.local('i64', 'stop_levels'),
        expected: f.local('i32', 'stop_expected'),
        action: f.local('i32', 'stop_action'),
        leavesMember: f.local('i32', 'stop_leaves_member'),
      },
    };
    f.if(followsValue(links), () => f.set(reading.expected, expects.separator));
    const levelsBefore = f.let('i64', 'levels_before', reading.levels);
    const isNested = i64.gt_u(levelsBefore, 1n);
    const memberBefore = f.let('i32', 'member_before', i32.mul(isNested, i32.load(before, nodeMember)));
    f.set(reading.leavesMember, i32.eqz(isNested));
    f.if(i32.eq(reading.expected, expects.record), () => openRecord(reading, graph));
    f.block('stopped', (stopped) => f.loop('step', (step) => readStep(reading, stopped, step)));
    const { stop } = reading;
    const scratch = i32.const(scratchNode(graph));
    // What `find` learns of the text, and what it is if it does not.
    putText(f, graph, scratch, f.let('i32', 'length', i32.sub(stop.end, start)));
    f.do(
      i32.store(scratch, stop.action, nodeAction),
      i32.store(scratch, stop.expected, nodeExpects),
      i64.store(scratch, stop.levels, nodeLevels),
      i32.store(scratch, i32.mul(i32.eqz(stop.leavesMember), memberBefore), nodeMember),
    );
    // Whichever member a text comes from, the same member follows it.
    f.set(memberBefore, i32.mul(i64.ne(stop.levels, 1n), memberBefore));
    f.return(call(find, start, links, levelsBefore, memberBefore) as Expr<'i32'>);
  });
}

/** Emits: returns what a record is that does not begin as an object: a blank line or a bad one. */
function openRecord({ module, f, globals, start, at, byte }: Reading, graph: TextGraph): void {
  skipBlanks(f, at);
  f.set(byte, i32.load8_u(at));
  f.if(i32.eq(byte, lineFeed), () => {
    const scratch = i32.const(scratchNode(graph));
    putText(f, graph, scratch, i32.sub(i32.add(at, 1), start));
    f.do(i32.store(scratch, textActions.blankLine, nodeAction));
    f.return(scratch);
  });
  f.if(i32.ne(byte, openBrace), () => {
    f.set(at, call(skipValue(module, globals), at) as Expr<'i32'>);
    f.if(i32.eqz(at), () => f.return(i32.const(0)));
    skipBlanks(f, at);
    f.if(i32.ne(i32.load8_u(at), lineFeed), () => failWith(f, globals, 'syntax'));
    failWith(f, globals, 'not_an_object');
  });
}

/** Emits: reads on to the next place where a value may come, and out to `stopped` if the text ends there. */
function readStep(reading: Reading, stopped: Label, step: Label): void {
  const { f, globals, start, at, byte, levels, expected } = reading;
  skipBlanks(f, at);
  f.set(byte, i32.load8_u(at));
  f.block('place', (place) => {
    const close = (): void => closeLevel(reading, stopped, step);
    f.if(i32.eq(expected, expects.separator), () => {
      const isObject = i32.wrap_i64(i64.and(levels, 1));
      f.if(i32.eq(byte, i32.add(closeBracket, i32.shl(isObject, 5))), close);
      f.if(i32.ne(byte, comma), () => failWith(f, globals, 'syntax'));
      f.set(at, i32.add(at, 1));
      f.set(expected, expects.value);
      f.branchIf(place, i32.eqz(isObject));
      skipBlanks(f, at);
      takeKey(reading);
      f.branch(place);
    });
    f.if(i32.and(i32.eq(expected, expects.element), i32.eq(byte, closeBracket)), close);
    f.if(i32.eqz(isOpening(byte)), () => {
      // Blanks at most stand before the value; whatever it is, it is no column's.
      f.if(i32.eq(at, start), () => failWith(f, globals, 'syntax'));
      takeStop(reading, textActions.skip);
      f.branch(stopped);
    });
    openLevel(reading);
    f.set(expected, expects.element);
    f.branchIf(place, i32.ne(byte, openBrace));
    f.set(expected, expects.value);
    skipBlanks(f, at);
    f.if(i32.eq(i32.load8_u(at), closeBrace), close);
    takeKey(reading);
  });
  atPlace(reading, stopped);
  f.branch(step);
}

/** Emits: past the bracket that opens a level. */
function openLevel({ f, globals, at, byte, levels }: Reading): void {
  f.if(i64.lt_s(levels, 0), () => failWith(f, globals, 'too_deep'));
  f.set(levels, i64.or(i64.shl(levels, 1), i64.extend_i32_u(i32.eq(byte, openBrace))));
  f.set(at, i32.add(at, 1));
}

/** Emits: past the bracket that closes a level, on to `step`; out to `stopped` at the record's end. */
function closeLevel(reading: Reading, stopped: Label, step: Label): void {
  const { f, globals, start, at, levels, expected, leavesMember, stop } = reading;
  f.set(at, i32.add(at, 1));
  f.if(i64.eq(levels, 1n), () => {
    skipBlanks(f, at);
    f.if(i32.ne(i32.load8_u(at), lineFeed), () => failWith(f, globals, 'syntax'));
    f.set(at, i32.add(at, 1));
    // A place before it is as good an end, and one that can be learnt.
    f.branchIf(stopped, i32.and(i32.ne(stop.end, 0), i32.gt_u(i32.sub(at, start), textBytesMax)));
    takeStop(reading, textActions.end);
    f.branch(stopped);
  });
  f.set(levels, i64.shr_u(levels, 1));
  f.set(leavesMember, i32.or(leavesMember, i64.eq(levels, 1n)));
  f.set(expected, expects.separator);
  f.branch(step);
}

/** Emits: past a key, its colon and what blanks follow. */
function takeKey({ module, f, globals, at }: Reading): void {
  f.if(i32.ne(i32.load8_u(at), quote), () => failWith(f, globals, 'syntax'));
  f.set(at, call(readKey(module, globals), i32.add(at, 1)) as Expr<'i32'>);
  f.if(i32.eqz(at), () => f.return(i32.const(0)));
  skipBlanks(f, at);
  f.if(i32.ne(i32.load8_u(at), colon), () => failWith(f, globals, 'syntax'));
  f.set(at, i32.add(at, 1));
}

/** Emits: at a place where a value may come: ends the text here, or before, or notes that it could. */
function atPlace(reading: Reading, stopped: Label): void {
  const { module, f, pieces, start, at, byte, levels, expected, stop } = reading;
  skipBlanks(f, at);
  const isLong = i32.gt_u(i32.sub(at, start), textBytesMax);
  f.branchIf(stopped, i32.and(i32.ne(stop.end, 0), isLong));
  const isMember = f.let('i32', 'is_member', i64.eq(levels, 1n));
  takeStop(reading, select('i32', isMember, unsettled, textActions.skip));
  f.set(byte, i32.load8_u(at));
  const isEmptyArray = i32.and(i32.eq(expected, expects.element), i32.eq(byte, closeBracket));
  f.branchIf(stopped, i32.eqz(i32.or(isOpening(byte), isEmptyArray)));
  f.branchIf(stopped, isArrayOfNumbers(at));
  f.if(isMember, () => {
    f.set(stop.action, call(actionOfKey(module, pieces)) as Expr<'i32'>);
    f.branchIf(stopped, stop.action);
  });
}

/** Whether an array begins that is likely to be skipped whole. */
function isArrayOfNumbers(at: Expr<'i32'>): Expr<'i32'> {
  const begins = i32.eq(i32.load8_u(at), openBracket);
  const next = i32.load8_u(at, 1);
  const isNumber = i32.lt_u(i32.sub(next, minus), 13);
  return i32.and(begins, i32.or(isNumber, i32.eq(next, closeBracket)));
}

function takeStop({ f, at, levels, expected, leavesMember, stop }: Reading, action: Arg<'i32'>): void {
  f.set(stop.end, at);
  f.set(stop.levels, levels);
  f.set(stop.expected, expected);
  f.set(stop.leavesMember, leavesMember);
  f.set(stop.action, action);
}
