/**
 * The CSV scan as scan-contract.ts describes it; RFC 4180 with any one-byte delimiter and quote. Records end
 * at line feeds outside quotes, a carriage return before one belongs to it, and every quote byte switches
 * between inside and outside, so that where records end never depends on how the input was cut. An empty
 * field is NULL, a quoted empty one an empty string; an empty line is no record, unless records have one
 * field. Two passes:
 *
 *   csv_index   the addresses of all delimiters and line feeds of some records    structural-index.ts
 *   scan        for each record, the fields that are read, found by two loads     field-value.ts
 */

import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { call, i32, select } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../wasm/types.ts';
import { badRecordsMax } from '../scan-contract.ts';
import {
  type CsvGlobals,
  type CsvScanSpec,
  checkCsvSpec,
  declareCsvGlobals,
  lineFeed,
  reasonCode,
} from './csv-spec.ts';
import { type FieldContext, storeNull, storeValue } from './field-value.ts';
import { emitQuoteState } from './quote-state.ts';
import {
  emitCheckRecord,
  emitNoteBad,
  emitNoteUnended,
  noField,
  recordTextEnd,
  recordVerdicts,
} from './record-check.ts';
import { emitStructuralIndex, type StructuralIndex } from './structural-index.ts';
import { emitUnquote } from './unquote.ts';

interface Pieces {
  readonly module: ModuleBuilder;
  readonly spec: CsvScanSpec;
  readonly globals: CsvGlobals;
  readonly index: StructuralIndex;
  readonly checkRecord: FunctionSlot;
  readonly noteBad: FunctionSlot;
  readonly noteUnended: FunctionSlot;
  readonly unquote: FunctionSlot | undefined;
}

/** The scan's place in input and batch. */
interface ScanState {
  readonly f: FunctionBuilder;
  /** The next record. */
  readonly at: Local<'i32'>;
  readonly row: Local<'i32'>;
  /** Records of the window that are left. */
  readonly left: Local<'i32'>;
  /** The first entry of the record at hand, and the one of its line feed. */
  readonly entry: Local<'i32'>;
  readonly lastEntry: Local<'i32'>;
  readonly suspicion: Local<'i32'>;
  readonly hasQuotes: Local<'i32'>;
  readonly record: Local<'i32'>;
  readonly textEnd: Local<'i32'>;
  readonly reason: Local<'i32'>;
  readonly badField: Local<'i32'>;
}

/**
 * Adds `scan`, `csv_quote_count`, `csv_record_end` and their globals to a module that has no
 * scan yet.
 */
export function emitCsvScan(module: ModuleBuilder, spec: CsvScanSpec): void {
  checkCsvSpec(spec);
  const globals = declareCsvGlobals(module);
  const recordEnd = emitQuoteState(module, spec.quote);
  const noteBad = emitNoteBad(module, spec.layout, globals);
  const pieces: Pieces = {
    module,
    spec,
    globals,
    index: emitStructuralIndex(module, spec, globals),
    checkRecord: emitCheckRecord(module, spec, globals),
    noteBad,
    noteUnended: emitNoteUnended(module, { recordEnd, noteBad }),
    unquote: spec.quote === undefined ? undefined : emitUnquote(module, spec.quote, globals),
  };
  module.export('scan', { start: 'i32', end: 'i32' }, 'i32', (f, { start, end }) => {
    const state = declareState(f, start);
    f.setGlobal(globals.badCount, 0);
    const kept = f.let('i32', 'kept', i32.load8_u(end));
    const isCut = f.local('i32', 'is_cut');
    f.if(i32.lt_u(start, end), () => f.set(isCut, i32.ne(i32.load8_u(i32.sub(end, 1)), lineFeed)));
    // A last record that no line feed ends gets one.
    f.if(isCut, () => f.do(i32.store8(end, lineFeed)));
    scanWindows(pieces, state, end, f.let('i32', 'limit', i32.add(end, isCut)));
    f.if(isCut, () => f.do(i32.store8(end, kept)));
    f.setGlobal(globals.next, select('i32', i32.lt_u(state.at, end), state.at, end));
    f.return(state.row);
  });
}

function declareState(f: FunctionBuilder, start: Expr<'i32'>): ScanState {
  return {
    f,
    at: f.let('i32', 'at', start),
    row: f.local('i32', 'row'),
    left: f.local('i32', 'left'),
    entry: f.local('i32', 'entry'),
    lastEntry: f.local('i32', 'last_entry'),
    suspicion: f.local('i32', 'suspicion'),
    hasQuotes: f.local('i32', 'has_quotes'),
    record: f.local('i32', 'record'),
    textEnd: f.local('i32', 'text_end'),
    reason: f.local('i32', 'reason'),
    badField: f.local('i32', 'bad_field'),
  };
}

function scanWindows(pieces: Pieces, state: ScanState, end: Expr<'i32'>, limit: Expr<'i32'>): void {
  const { globals, index, noteUnended, spec } = pieces;
  const { f, at, row, left } = state;
  const capacity = spec.layout.batch.capacityRows;
  f.block('done', (done) => {
    f.loop('windows', (windows) => {
      f.branchIf(done, i32.ge_u(at, limit));
      f.branchIf(done, i32.ge_u(row, capacity));
      f.branchIf(done, i32.ge_u(globals.badCount, badRecordsMax));
      f.set(left, call(index.routine, at, limit, i32.sub(capacity, row)) as Expr<'i32'>);
      f.if(i32.eqz(left), () => {
        f.set(at, call(noteUnended, at, end, limit) as Expr<'i32'>);
        f.branch(windows);
      });
      f.set(state.suspicion, globals.suspicion);
      f.set(state.hasQuotes, globals.hasQuotes);
      f.set(state.entry, index.entries);
      scanRecords(pieces, state, windows);
    });
  });
}

function scanRecords(pieces: Pieces, state: ScanState, windows: Label): void {
  const { spec, noteBad, globals } = pieces;
  const { f, at, row, left, entry, lastEntry, record, textEnd } = state;
  const { batch, recordAddresses, recordLengths } = spec.layout;
  f.loop('records', (records) => {
    f.branchIf(windows, i32.eqz(left));
    f.branchIf(windows, i32.ge_u(row, batch.capacityRows));
    f.set(left, i32.sub(left, 1));
    f.set(record, at);
    f.block('bad', (bad) => {
      f.block('blank', (blank) => {
        findRecordEnd(pieces, state, { bad, blank });
        for (const index of spec.fields.keys()) readField(pieces, state, index, bad);
        const list = f.let('i32', 'list', i32.shl(row, 2));
        f.do(
          i32.store(list, record, recordAddresses),
          i32.store(list, i32.sub(textEnd, record), recordLengths),
        );
        f.set(row, i32.add(row, 1));
      });
      f.set(entry, i32.add(lastEntry, 4));
      f.branch(records);
    });
    f.call(noteBad, record, i32.sub(textEnd, record), state.reason, state.badField);
    f.set(entry, i32.add(lastEntry, 4));
    f.branchIf(records, i32.lt_u(globals.badCount, badRecordsMax));
    f.branch(windows);
  });
}

/**
 * Emits: the end of the record, and the start of the next; a record that is not as it should be goes to a
 * label.
 */
function findRecordEnd(pieces: Pieces, state: ScanState, exits: { bad: Label; blank: Label }): void {
  const { spec, globals, checkRecord } = pieces;
  const { f, at, entry, lastEntry, suspicion, record, textEnd, reason, badField } = state;
  const verdict = f.let('i32', 'verdict', recordVerdicts.good);
  f.set(lastEntry, i32.add(entry, 4 * (spec.fieldCount - 1)));
  f.if(suspicion, () => {
    f.set(verdict, call(checkRecord, record, entry, suspicion) as Expr<'i32'>);
    f.set(lastEntry, globals.recordEnd);
  });
  const feed = f.let('i32', 'feed', i32.load(lastEntry));
  f.set(at, i32.add(feed, 1));
  f.set(textEnd, recordTextEnd(f, record, feed));
  f.if(i32.ne(verdict, recordVerdicts.good), () => {
    f.branchIf(exits.blank, i32.eq(verdict, recordVerdicts.blank));
    f.set(reason, verdict);
    f.set(badField, noField);
    f.branch(exits.bad);
  });
}

/** Emits: one field of the record into its column. */
function readField(pieces: Pieces, state: ScanState, index: number, bad: Label): void {
  const { module, spec, unquote, globals } = pieces;
  const { f, entry, record, textEnd, hasQuotes, row } = state;
  const { position } = spec.fields[index]!;
  const before: Expr<'i32'> = position === 0 ? record : i32.add(i32.load(entry, 4 * (position - 1)), 1);
  const start = f.let('i32', 'start', before);
  const end: Expr<'i32'> = position === spec.fieldCount - 1 ? textEnd : i32.load(entry, 4 * position);
  const size = f.let('i32', 'size', i32.sub(end, start));
  const context: FieldContext = {
    module,
    f,
    column: spec.layout.batch.columns[index]!,
    row,
    start,
    size,
    fail: (reason) => {
      f.set(state.reason, reasonCode(reason));
      f.set(state.badField, index);
      f.branch(bad);
    },
  };
  f.if(
    i32.eqz(size),
    () => storeNull(context),
    () => {
      if (unquote !== undefined && spec.quote !== undefined) {
        f.if(hasQuotes, () => {
          f.if(i32.eq(i32.load8_u(start), spec.quote!), () => {
            f.set(start, call(unquote, start, i32.add(start, size)) as Expr<'i32'>);
            f.set(size, globals.unquotedBytes);
          });
        });
      }
      storeValue(context);
    },
  );
}
