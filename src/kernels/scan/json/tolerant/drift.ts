/**
 * What happens when a record leaves its predicted shape: reads on by look-up and with the tolerant value
 * routine, until the text is back on the shape or the record ends. The fast states are only entered further
 * on than any passed before, so a column that comes again, or out of order, is read here.
 *
 *   json_drift(at, consumed, code, entered, row) -> state << 32 | address where that state goes on
 *
 * `code` is twice the state that was left, and one more if its value was read (then `consumed` bytes before
 * `at`) but the text after it is not what was predicted. `entered` is the state that the fast path was
 * entered at.
 */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i8x16, i32, i64, select, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import { badState, blankState, finishedState, type ScanPlan, type ScanState } from '../scan-plan.ts';
import { convertValue } from './convert-value.ts';
import { type FieldTable, markPassed } from './field-table.ts';
import { entryField, entryState, findKey } from './key-table.ts';
import { reasonCode, type ScanGlobals } from './scan-globals.ts';
import { closeBrace, colon, comma, openBrace, skipBlanks, skipValue } from './skip-value.ts';
import { quote } from './strings.ts';

const lineFeed = 0x0a;

/** How a state can be entered, and how its value can have been left unfinished. */
const stateModes = { plain: 0, quoted: 1, tolerant: 2, number: 3 } as const;

const stateEntryBytesLog2 = 4;
const stateField = 0;
const stateMode = 4;
const stateLiteral = 8;
const stateLiteralBytes = 12;

interface Drift {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly globals: ScanGlobals;
  readonly plan: ScanPlan;
  readonly states: number;
  readonly readValue: FunctionSlot;
  readonly at: Local<'i32'>;
  readonly byte: Local<'i32'>;
  readonly row: Local<'i32'>;
  /** The first state whose key may come on the fast path. */
  readonly next: Local<'i32'>;
  /** The state whose value is at `at`. */
  readonly state: Local<'i32'>;
  readonly bad: Label;
}

export interface TolerantPieces {
  readonly globals: ScanGlobals;
  readonly plan: ScanPlan;
  readonly fields: FieldTable;
}

export function emitDrift(module: ModuleBuilder, { globals, plan, fields }: TolerantPieces): FunctionSlot {
  const states = placeStates(module, plan);
  const readValue = emitReadValue(module, globals, fields);
  const matches = emitMatches(module);
  const params = { at: 'i32', consumed: 'i32', code: 'i32', entered: 'i32', row: 'i32' } as const;
  return module.function('json_drift', params, 'i64', (f, { at, consumed, code, entered, row }) => {
    const state = f.let('i32', 'state', i32.shr_u(code, 1));
    const next = f.let('i32', 'next', i32.add(state, 1));
    const byte = f.local('i32', 'byte');
    markPassed(f, fields, entered, next);
    f.block('bad', (bad) => {
      const drift: Drift = {
        ...{ f, module, globals, plan, states, readValue, at, byte, row, next, state, bad },
      };
      f.block('ended', (ended) => {
        const isAtKey = f.local('i32', 'is_at_key');
        f.if(
          state,
          () => finishValue(drift, code, consumed),
          () => openRecord(drift, { isAtKey, ended }),
        );
        f.loop('step', (step) => {
          f.block('value', (value) => {
            f.if(i32.eqz(isAtKey), () => toNextKey(drift, { value, ended, matches }));
            f.set(isAtKey, 0);
            lookUpKey(drift, step);
          });
          enterState(drift);
          f.branch(step);
        });
      });
      endRecord(drift);
    });
    f.return(packed(badState(plan), 0));
  });
}

function packed(state: Arg<'i32'>, at: Arg<'i32'>): Expr<'i64'> {
  return i64.or(i64.shl(i64.extend_i32_u(state), 32), i64.extend_i32_u(at));
}

function failSyntax({ f, globals, bad }: Drift): void {
  f.setGlobal(globals.error, reasonCode('syntax'));
  f.setGlobal(globals.errorField, -1);
  f.branch(bad);
}

function stateEntry(drift: Drift, state: Expr<'i32'>): Expr<'i32'> {
  return i32.add(i32.shl(state, stateEntryBytesLog2), drift.states);
}

/** Emits: the value at `at`, or after more blanks than predicted, by the tolerant routine. */
function readSlowly({ f, at, bad, readValue, row }: Drift, field: Expr<'i32'>): void {
  skipBlanks(f, at);
  f.set(at, call(readValue, field, at, row) as Expr<'i32'>);
  f.branchIf(bad, i32.eqz(at));
}

/** Emits: makes sure that the value of the state that was left has been read, and moves past it. */
function finishValue(drift: Drift, code: Expr<'i32'>, consumed: Expr<'i32'>): void {
  const { f, at, byte, state, globals } = drift;
  const mode = f.let('i32', 'mode', i32.load(stateEntry(drift, state), stateMode));
  f.block('complete', (complete) => {
    f.if(i32.and(code, 1), () => {
      f.set(byte, i32.load8_u(at));
      f.if(i32.eq(mode, stateModes.quoted), () => {
        f.if(i32.eq(byte, quote), () => {
          f.set(at, i32.add(at, 1));
          f.branch(complete);
        });
        f.set(at, i32.sub(at, consumed));
      });
      f.if(i32.eq(mode, stateModes.number), () => {
        const goesOn = i32.or(i32.eq(byte, 0x2e), i32.eq(i32.or(byte, 0x20), 0x65));
        f.branchIf(complete, i32.eqz(goesOn));
        f.set(at, i32.sub(at, consumed));
      });
      const isWhole = i32.or(i32.eq(mode, stateModes.plain), i32.eq(mode, stateModes.tolerant));
      f.branchIf(complete, isWhole);
    });
    f.set(at, i32.sub(at, i32.eq(mode, stateModes.quoted)));
    f.setGlobal(globals.slowCount, i32.add(globals.slowCount, 1));
    readSlowly(drift, i32.load(stateEntry(drift, state), stateField));
  });
}

/** Emits: at a record's start: up to its first key, out to `ended` if it has none, or a blank line. */
function openRecord(
  drift: Drift,
  { isAtKey, ended }: { readonly isAtKey: Local<'i32'>; readonly ended: Label },
): void {
  const { f, at, byte, module, globals, plan, bad } = drift;
  skipBlanks(f, at);
  f.set(byte, i32.load8_u(at));
  f.if(i32.eq(byte, lineFeed), () => f.return(packed(blankState(plan), i32.add(at, 1))));
  f.if(i32.ne(byte, openBrace), () => {
    f.set(at, call(skipValue(module, globals), at) as Expr<'i32'>);
    f.branchIf(bad, i32.eqz(at));
    skipBlanks(f, at);
    f.if(i32.ne(i32.load8_u(at), lineFeed), () => failSyntax(drift));
    f.setGlobal(globals.error, reasonCode('not_an_object'));
    f.setGlobal(globals.errorField, -1);
    f.branch(bad);
  });
  f.set(at, i32.add(at, 1));
  skipBlanks(f, at);
  f.if(i32.eq(i32.load8_u(at), closeBrace), () => {
    f.set(at, i32.add(at, 1));
    f.branch(ended);
  });
  f.set(isAtKey, 1);
}

/**
 * Emits: after a value: out to `value` if the predicted text follows, else up to the next key or out to
 * `ended`.
 */
function toNextKey(
  drift: Drift,
  { value, ended, matches }: { readonly value: Label; readonly ended: Label; readonly matches: FunctionSlot },
): void {
  const { f, at, byte, next, state, plan } = drift;
  // Without a shape there is nothing to predict.
  const isPredicted = plan.states.length > 0 ? i32.le_u(next, finishedState(plan)) : i32.const(0);
  f.if(isPredicted, () => {
    const entry = f.let('i32', 'entry', stateEntry(drift, next));
    const bytes = f.let('i32', 'bytes', i32.load(entry, stateLiteralBytes));
    f.if(call(matches, at, i32.load(entry, stateLiteral), bytes) as Expr<'i32'>, () => {
      f.set(at, i32.add(at, bytes));
      f.if(i32.eq(next, finishedState(plan)), () => f.return(packed(next, at)));
      f.set(state, next);
      f.branch(value);
    });
  });
  skipBlanks(f, at);
  f.set(byte, i32.load8_u(at));
  f.set(at, i32.add(at, 1));
  f.branchIf(ended, i32.eq(byte, closeBrace));
  f.if(i32.ne(byte, comma), () => failSyntax(drift));
  skipBlanks(f, at);
}

/** Emits: reads a key; its value too (then on to `step`) unless a state still ahead can do that. */
function lookUpKey(drift: Drift, step: Label): void {
  const { f, at, state, next, module, globals, plan, bad } = drift;
  f.if(i32.ne(i32.load8_u(at), quote), () => failSyntax(drift));
  const key = call(findKey(module, globals, plan), i32.add(at, 1)) as Expr<'i32'>;
  const entry = f.let('i32', 'key', key);
  f.branchIf(bad, i32.eqz(entry));
  f.set(at, globals.keyEnd);
  skipBlanks(f, at);
  f.if(i32.ne(i32.load8_u(at), colon), () => failSyntax(drift));
  f.set(at, i32.add(at, 1));
  f.setGlobal(globals.driftCount, i32.add(globals.driftCount, 1));
  f.set(state, i32.load(entry, entryState));
  f.if(i32.lt_u(state, next), () => {
    readSlowly(drift, i32.load(entry, entryField));
    f.branch(step);
  });
}

/** Emits: at the value of `state`: goes on there, unless the value cannot be of the predicted form. */
function enterState(drift: Drift): void {
  const { f, at, state, next, globals } = drift;
  const entry = f.let('i32', 'state_entry', stateEntry(drift, state));
  const mode = f.let('i32', 'state_mode', i32.load(entry, stateMode));
  skipBlanks(f, at);
  f.block('slow', (slow) => {
    f.branchIf(slow, i32.eq(mode, stateModes.tolerant));
    const isQuoted = f.let('i32', 'is_quoted', i32.eq(mode, stateModes.quoted));
    f.branchIf(slow, i32.and(isQuoted, i32.ne(i32.load8_u(at), quote)));
    f.return(packed(state, i32.add(at, isQuoted)));
  });
  f.set(next, i32.add(state, 1));
  f.setGlobal(globals.slowCount, i32.add(globals.slowCount, 1));
  readSlowly(drift, i32.load(entry, stateField));
}

/** Emits: after the closing brace. */
function endRecord(drift: Drift): void {
  const { f, at, plan } = drift;
  skipBlanks(f, at);
  f.if(i32.ne(i32.load8_u(at), lineFeed), () => failSyntax(drift));
  f.return(packed(finishedState(plan), i32.add(at, 1)));
}

/** `json_read_value(field, at, row) -> address` past the value, or 0; column -1 is not read, only checked. */
function emitReadValue(module: ModuleBuilder, globals: ScanGlobals, fields: FieldTable): FunctionSlot {
  const skip = skipValue(module, globals);
  const convert = convertValue(module, globals, fields);
  const params = { field: 'i32', at: 'i32', row: 'i32' } as const;
  return module.function('json_read_value', params, 'i32', (f, { field, at, row }) => {
    f.if(i32.lt_s(field, 0), () => f.return(call(skip, at) as Expr<'i32'>));
    f.return(call(convert, field, at, row) as Expr<'i32'>);
  });
}

/**
 * `matches_literal(at, literal, bytes) -> 1 or 0`. Looks no further ahead than 16 bytes past what matched.
 */
function emitMatches(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', literal: 'i32', bytes: 'i32' } as const;
  return module.function('matches_literal', params, 'i32', (f, { at, literal, bytes }) => {
    const wanted = f.local('i32', 'wanted');
    f.loop('blocks', (blocks) => {
      const left = select('i32', i32.lt_u(bytes, 16), bytes, 16);
      f.set(wanted, i32.sub(i32.shl(1, left), 1));
      const equal = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(literal)));
      f.if(i32.ne(i32.and(equal, wanted), wanted), () => f.return(i32.const(0)));
      f.if(i32.gt_u(bytes, 16), () => {
        f.set(at, i32.add(at, 16));
        f.set(literal, i32.add(literal, 16));
        f.set(bytes, i32.sub(bytes, 16));
        f.branch(blocks);
      });
    });
    f.return(i32.const(1));
  });
}

/** The table of states; the last entry is that of the record's end. */
function placeStates(module: ModuleBuilder, { states, after }: ScanPlan): number {
  const table = new Uint32Array(((states.length + 2) << stateEntryBytesLog2) / 4);
  const put = (index: number, values: readonly number[]): void =>
    table.set(values, (index << stateEntryBytesLog2) / 4);
  for (const state of states) {
    put(state.index, [state.field, modeOf(state), module.data(state.literal), state.literal.length]);
  }
  put(states.length + 1, [-1, stateModes.plain, module.data(after), after.length]);
  return module.data(new Uint8Array(table.buffer));
}

function modeOf({ action, isQuoted }: ScanState): number {
  switch (action) {
    case 'tolerant':
      return stateModes.tolerant;
    case 'skip_number':
    case 'integer':
    case 'double':
    case 'decimal':
    case 'epoch':
      return stateModes.number;
    default:
      return isQuoted ? stateModes.quoted : stateModes.plain;
  }
}
