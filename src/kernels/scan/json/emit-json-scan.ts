/**
 * The JSON-lines scan as scan-contract.ts describes it, speculating on the shape of the records. The
 * generated loop has one state for each key of the shape, falling through from one to the next:
 *
 *   {"symbol":"   compare the text before the value        16 bytes at a time
 *   ACME          read the value into its column           value-string.ts, value-number.ts, value-word.ts
 *   ","price":    compare the text before the next value   ...
 *
 * Whatever differs from that goes to `json_drift` (tolerant/drift.ts), which reads on and comes back at a
 * later state. Both ways check the whole record: structure, numbers, escapes and UTF-8, read or not.
 */
import { storageBytes } from '../../../columns/sql-type.ts';
import { call, i32, i64, select } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../wasm/types.ts';
import { badRecordsMax } from '../scan-contract.ts';
import { createFastPath, type FastPath, matchLiteral, type StatePath } from './fast-path.ts';
import {
  blankState,
  type FastAction,
  finishedState,
  type JsonScanSpec,
  planScan,
  type ScanPlan,
  type ScanState,
} from './scan-plan.ts';
import { emitDrift, type TolerantPieces } from './tolerant/drift.ts';
import { forgetFields, placeFieldTable } from './tolerant/field-table.ts';
import { emitFinishRow, emitNoteBad } from './tolerant/finish-record.ts';
import { declareGlobals } from './tolerant/scan-globals.ts';
import { quote } from './tolerant/strings.ts';
import { readDecimal, readDouble, readEpoch, readInteger, skipNumber } from './value-number.ts';
import { readTemporal, readVarchar, skipString } from './value-string.ts';
import { readBoolean, readTolerantly, skipNested } from './value-word.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const fastActions: Readonly<Record<FastAction, (path: StatePath, state: ScanState) => void>> = {
  tolerant: readTolerantly,
  skip_string: skipString,
  skip_number: skipNumber,
  skip_boolean: readBoolean,
  skip_nested: skipNested,
  varchar: readVarchar,
  boolean: readBoolean,
  integer: readInteger,
  double: readDouble,
  decimal: readDecimal,
  epoch: readEpoch,
  temporal: readTemporal,
};

interface ScanLoop {
  readonly path: FastPath;
  readonly pieces: TolerantPieces;
  readonly drift: FunctionSlot;
  readonly finishRow: FunctionSlot;
  readonly noteBad: FunctionSlot;
}

/** Adds `scan`, `reset_scan` and their globals to a module, which can hold one scan. */
export function emitJsonScan(module: ModuleBuilder, spec: JsonScanSpec): void {
  const plan = planScan(spec);
  const globals = declareGlobals(module);
  const fields = placeFieldTable(module, plan);
  const pieces: TolerantPieces = { globals, plan, fields };
  const drift = emitDrift(module, pieces);
  const finishRow = emitFinishRow(module, pieces);
  const noteBad = emitNoteBad(module, pieces);
  module.export('scan', { start: 'i32', end: 'i32' }, 'i32', (f, { start, end }) => {
    const path = createFastPath(module, f, globals, f.let('i32', 'at', start));
    const { at, row } = path;
    f.setGlobal(globals.badCount, 0);
    clearNulls(path, plan, i32.sub(end, start));
    const kept = f.let('i32', 'kept', i32.load8_u(end));
    const isCut = f.local('i32', 'is_cut');
    f.if(i32.lt_u(start, end), () => f.set(isCut, i32.ne(i32.load8_u(i32.sub(end, 1)), lineFeed)));
    // A record that no line feed ends gets one, so that nothing is read past it.
    f.if(isCut, () => f.do(i32.store8(end, lineFeed)));
    readRecords({ path, pieces, drift, finishRow, noteBad }, end);
    f.if(isCut, () => f.do(i32.store8(end, kept)));
    f.setGlobal(globals.next, select('i32', i32.lt_u(at, end), at, end));
    f.return(row);
  });
  module.export('reset_scan', {}, undefined, (f) => {
    f.setGlobal(globals.driftCount, 0);
    f.setGlobal(globals.slowCount, 0);
  });
}

/** Emits: the null bytes and absent columns as every row starts with; each record takes two bytes or more. */
function clearNulls(path: FastPath, plan: ScanPlan, byteCount: Expr<'i32'>): void {
  const { f } = path;
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
  const { path, pieces, finishRow, noteBad } = loop;
  const { f, at, row, record, state, drifted, length } = path;
  const { plan, globals, fields } = pieces;
  const { batch, recordAddresses, recordLengths } = plan.spec.layout;
  f.block('done', (done) => {
    f.loop('records', (records) => {
      f.branchIf(done, i32.ge_u(at, end));
      f.branchIf(done, i32.ge_u(row, batch.capacityRows));
      f.set(record, at);
      f.set(state, 0);
      f.set(drifted, plan.alwaysDrifts ? 1 : 0);
      if (plan.alwaysDrifts) forgetFields(f, fields);
      f.block('bad', (bad) => {
        f.block('finished', (finished) => readRecord(loop, { records, bad, finished }));
        f.if(drifted, () => f.branchIf(bad, i32.eqz(call(finishRow, row, state) as Expr<'i32'>)));
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
  readonly finished: Label;
}

/** Emits: one record, from its start to past its line feed. */
function readRecord({ path, pieces, drift }: ScanLoop, exits: RecordExits): void {
  const { f, at, row, record, state, drifted, length, code, consumed } = path;
  const { plan, fields } = pieces;
  const packed = f.local('i64', 'packed');
  f.loop('dispatch', (dispatch) => {
    f.block('left', (left) => {
      nestStates({ ...path, left }, plan);
      f.set(length, i32.sub(i32.sub(at, record), plan.after.at(-2) === carriageReturn ? 2 : 1));
      f.branch(exits.finished);
    });
    f.if(i32.eqz(drifted), () => {
      forgetFields(f, fields);
      f.set(drifted, 1);
    });
    f.set(packed, call(drift, at, consumed, code, state, row) as Expr<'i64'>);
    f.set(at, i32.wrap_i64(packed));
    f.set(state, i32.wrap_i64(i64.shr_u(packed, 32)));
    f.branchIf(dispatch, i32.lt_u(state, finishedState(plan)));
    f.branchIf(exits.records, i32.eq(state, blankState(plan)));
    f.branchIf(exits.bad, i32.gt_u(state, finishedState(plan)));
  });
  f.set(length, i32.sub(i32.sub(at, record), 1));
  const hasReturn = i32.eq(i32.load8_u(i32.sub(at, 2)), carriageReturn);
  f.set(length, i32.sub(length, hasReturn));
}

/** Emits: the branch to the state to go on at, and the states, each falling through to the next. */
function nestStates(path: StatePath, plan: ScanPlan): void {
  const { f, state, code, left } = path;
  const labels: Label[] = [];
  const nest = (index: number): void => {
    f.block(`state_${index}`, (label) => {
      labels[index] = label;
      if (index > 0) nest(index - 1);
      else f.branchTable(state, labels.slice(0, -1), labels.at(-1)!);
    });
    emitState(path, plan, index);
  };
  if (plan.states.length > 0) return nest(plan.states.length);
  f.set(code, 1);
  f.branch(left);
}

/** Emits: the value of state `index`, and the text up to the next one. */
function emitState(path: StatePath, plan: ScanPlan, index: number): void {
  const state = plan.states[index - 1];
  const next = plan.states[index];
  if (state) fastActions[state.action](path, state);
  const text = next ? next.literal : plan.after;
  const literal = [...(state?.isQuoted ? [quote] : []), ...text, ...(next?.isQuoted ? [quote] : [])];
  matchLiteral(path, Uint8Array.from(literal), index);
}
