/**
 * The JSON-lines scan as scan-contract.ts describes it, speculating on the shape of the records. The
 * generated loop goes from one key of the shape to the next:
 *
 *   {"symbol":"   compare the text before the value        16 bytes at a time
 *   ACME          read the value into its column           value-string.ts, value-number.ts, value-word.ts
 *   ","price":    compare the text before the next value   ...
 *
 * The rest of a record that differs from that is read by `json_walk` (walk/emit-walk.ts), from the last text
 * that matched. Both ways check the whole record: structure, numbers, escapes and UTF-8, read or not.
 */
import { storageBytes } from '../../../columns/sql-type.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../wasm/types.ts';
import { badRecordsMax } from '../scan-contract.ts';
import { createFastPath, type FastPath, matchLiteral, type StatePath } from './fast-path.ts';
import { readValue } from './read-value.ts';
import { type JsonScanSpec, planScan, type ScanPlan } from './scan-plan.ts';
import { placeFieldTable, type ScanPieces } from './tolerant/field-table.ts';
import { emitNoteBad } from './tolerant/finish-record.ts';
import { declareGlobals } from './tolerant/scan-globals.ts';
import { quote } from './tolerant/strings.ts';
import { emitWalk, walkOutcomes } from './walk/emit-walk.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

interface ScanLoop extends FastPath {
  readonly pieces: ScanPieces;
  readonly walk: FunctionSlot;
  readonly noteBad: FunctionSlot;
  /** The record's first byte, and its length once it is read. */
  readonly record: Local<'i32'>;
  readonly length: Local<'i32'>;
  /** How many states have been read, and where the text behind them begins. */
  readonly states: Local<'i32'>;
  readonly statesEnd: Local<'i32'>;
}

/** Adds `scan` and its globals to a module, which can hold one scan. */
export function emitJsonScan(module: ModuleBuilder, spec: JsonScanSpec): void {
  const plan = planScan(spec);
  const globals = declareGlobals(module);
  const pieces: ScanPieces = { globals, plan, fields: placeFieldTable(module, plan) };
  const walk = emitWalk(module, pieces);
  const noteBad = emitNoteBad(module, pieces);
  module.export('scan', { start: 'i32', end: 'i32' }, 'i32', (f, { start, end }) => {
    const at = f.let('i32', 'at', start);
    const row = f.local('i32', 'row');
    const loop: ScanLoop = {
      ...createFastPath(module, f, globals, { at, row }),
      ...{ pieces, walk, noteBad },
      record: f.local('i32', 'record'),
      length: f.local('i32', 'length'),
      states: f.local('i32', 'states'),
      statesEnd: f.local('i32', 'states_end'),
    };
    f.setGlobal(globals.badCount, 0);
    clearNulls(f, plan, i32.sub(end, start));
    const kept = f.let('i32', 'kept', i32.load8_u(end));
    const isCut = f.local('i32', 'is_cut');
    f.if(i32.lt_u(start, end), () => f.set(isCut, i32.ne(i32.load8_u(i32.sub(end, 1)), lineFeed)));
    // A record that no line feed ends gets one, so that nothing is read past it.
    f.if(isCut, () => f.do(i32.store8(end, lineFeed)));
    readRecords(loop, end);
    f.if(isCut, () => f.do(i32.store8(end, kept)));
    f.setGlobal(globals.next, select('i32', i32.lt_u(at, end), at, end));
    f.return(row);
  });
}

/** Emits: the null bytes and absent columns as every row starts with; each record takes two bytes or more. */
function clearNulls(f: FunctionBuilder, plan: ScanPlan, byteCount: Expr<'i32'>): void {
  const { capacityRows, columns } = plan.spec.layout.batch;
  const possible = i32.add(i32.shr_u(byteCount, 1), 1);
  const rows = f.let(
    'i32',
    'rows_max',
    select('i32', i32.lt_u(possible, capacityRows), possible, capacityRows),
  );
  columns.forEach(({ valuesAddress, nullsAddress, storage }, index) => {
    if (nullsAddress === undefined) return;
    const isAbsent = plan.absentFields.includes(index);
    f.memoryFill(nullsAddress, isAbsent ? 1 : 0, rows);
    if (isAbsent) f.memoryFill(valuesAddress, 0, i32.mul(rows, storageBytes[storage]));
  });
}

/** Emits: the loop over the records. */
function readRecords(loop: ScanLoop, end: Expr<'i32'>): void {
  const { f, pieces, at, row, record, length, noteBad } = loop;
  const { plan, globals } = pieces;
  const { batch, recordAddresses, recordLengths } = plan.spec.layout;
  f.block('done', (done) => {
    f.loop('records', (records) => {
      f.branchIf(done, i32.ge_u(at, end));
      f.branchIf(done, i32.ge_u(row, batch.capacityRows));
      f.set(record, at);
      f.block('bad', (bad) => {
        readRecord(loop, { records, bad });
        f.do(
          i32.store(i32.shl(row, 2), record, recordAddresses),
          i32.store(i32.shl(row, 2), length, recordLengths),
        );
        f.set(row, i32.add(row, 1));
        f.branch(records);
      });
      f.set(at, call(noteBad, record, row) as Expr<'i32'>);
      f.branchIf(records, i32.lt_u(globals.badCount, badRecordsMax));
    });
  });
}

interface RecordExits {
  /** The next record, without a row: this was a blank line. */
  readonly records: Label;
  readonly bad: Label;
}

/** Emits: one record, from its start to past its line feed. */
function readRecord(loop: ScanLoop, exits: RecordExits): void {
  const { f, pieces, walk, at, row, record, length, states, statesEnd } = loop;
  const { plan } = pieces;
  const packed = f.local('i64', 'packed');
  f.set(states, 0);
  f.set(statesEnd, at);
  f.block('finished', (finished) => {
    if (plan.states.length > 0) {
      f.block('left', (left) => {
        readStates({ ...loop, left });
        f.set(length, i32.sub(i32.sub(at, record), plan.after.at(-2) === carriageReturn ? 2 : 1));
        f.branch(finished);
      });
    }
    f.set(packed, call(walk, statesEnd, states, row) as Expr<'i64'>);
    f.set(at, i32.wrap_i64(packed));
    const outcome = i32.wrap_i64(i64.shr_u(packed, 32));
    f.branchIf(exits.bad, i32.eq(outcome, walkOutcomes.bad));
    f.branchIf(exits.records, i32.eq(outcome, walkOutcomes.blankLine));
    f.set(length, i32.sub(i32.sub(at, record), 1));
    const hasReturn = i32.eq(i32.load8_u(i32.sub(at, 2)), carriageReturn);
    f.set(length, i32.sub(length, hasReturn));
  });
}

/** Emits: the values of the shape and the texts around them. */
function readStates(loop: ScanLoop & StatePath): void {
  const { f, pieces, at, states, statesEnd } = loop;
  const { plan } = pieces;
  for (let index = 0; index <= plan.states.length; index++) {
    const state = plan.states[index - 1];
    const next = plan.states[index];
    if (state) readValue(loop, state);
    const before = state?.isQuoted ? [quote] : [];
    const text = [...before, ...(next?.literal ?? plan.after), ...(next?.isQuoted ? [quote] : [])];
    matchLiteral(loop, Uint8Array.from(text));
    if (state && next) {
      f.set(states, index);
      f.set(statesEnd, i32.add(at, before.length));
    }
    f.set(at, i32.add(at, text.length));
  }
}
