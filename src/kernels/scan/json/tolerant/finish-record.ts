/**
 * The ends of records that left their shape: what is missing becomes NULL, and what is wrong goes to the
 * list.
 */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { i8x16, i32, i64, select, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { badRecordBytes } from '../../scan-contract.ts';
import {
  entryNulls,
  entryStartsNull,
  type FieldTable,
  fieldEntry,
  markFailed,
  type ScanPieces,
  storeNull,
} from './field-table.ts';
import { reasonCode } from './scan-globals.ts';

/** `json_finish_row(row) -> 1 or 0`: whether the row is good; otherwise the reason is in the globals. */
export function emitFinishRow(module: ModuleBuilder, { globals, fields: table }: ScanPieces): FunctionSlot {
  return module.function('json_finish_row', { row: 'i32' }, 'i32', (f, { row }) => {
    const bits = f.local('i64', 'bits');
    const field = f.local('i32', 'field');
    for (let word = 0; word < table.wordCount; word++) {
      const count = Math.min(64, table.fieldCount - 64 * word);
      const all = count === 64 ? -1n : (1n << BigInt(Math.max(0, count))) - 1n;
      f.set(bits, i64.and(i64.xor(i64.load(0, table.seen + 8 * word), -1n), all));
      f.while(
        'missing',
        () => i64.ne(bits, 0),
        () => {
          f.set(field, i32.add(i32.wrap_i64(i64.ctz(bits)), 64 * word));
          f.set(bits, i64.and(bits, i64.sub(bits, 1)));
          const entry = f.let('i32', 'entry', fieldEntry(table, field));
          f.if(
            i32.load(entry, entryNulls),
            () => storeNull(f, entry, row),
            () => markFailed(f, table, field, reasonCode('missing_field')),
          );
        },
      );
    }
    for (let word = 0; word < table.wordCount; word++) {
      f.set(bits, i64.load(0, table.failed + 8 * word));
      f.if(i64.ne(bits, 0), () => {
        f.set(field, i32.add(i32.wrap_i64(i64.ctz(bits)), 64 * word));
        f.setGlobal(globals.errorField, field);
        f.setGlobal(globals.error, i32.load8_u(field, table.reasons));
        f.return(i32.const(0));
      });
    }
    f.return(i32.const(1));
  });
}

/**
 * `json_note_bad(record, row) -> address` of the next record: lists the record and leaves the row as it was.
 */
export function emitNoteBad(
  module: ModuleBuilder,
  { globals, fields: table, plan }: ScanPieces,
): FunctionSlot {
  const { badRecords } = plan.spec.layout;
  return module.function('json_note_bad', { record: 'i32', row: 'i32' }, 'i32', (f, { record, row }) => {
    const end = f.let('i32', 'end', record);
    findLineFeed(module, f, end);
    const length = f.let('i32', 'length', i32.sub(end, record));
    const endsInReturn = i32.eq(i32.load8_u(i32.sub(end, 1)), 0x0d);
    f.set(length, i32.sub(length, select('i32', length, endsInReturn, 0)));
    const entry = f.let('i32', 'bad', i32.mul(globals.badCount, badRecordBytes));
    f.do(
      i32.store(entry, record, badRecords),
      i32.store(entry, length, badRecords + 4),
      i32.store(entry, globals.error, badRecords + 8),
      i32.store(entry, globals.errorField, badRecords + 12),
    );
    f.setGlobal(globals.badCount, i32.add(globals.badCount, 1));
    clearRow(f, table, row);
    f.return(i32.add(end, 1));
  });
}

function findLineFeed(module: ModuleBuilder, f: FunctionBuilder, at: Local<'i32'>): void {
  const mask = f.local('i32', 'mask');
  f.loop('find', (find) => {
    f.set(mask, i8x16.bitmask(i8x16.eq(v128.load(at), module.vector(0x0a))));
    f.if(i32.eqz(mask), () => {
      f.set(at, i32.add(at, 16));
      f.branch(find);
    });
  });
  f.set(at, i32.add(at, i32.ctz(mask)));
}

/** Emits: the row's null bytes as they are before a record is read, for the next record in the same row. */
function clearRow(f: FunctionBuilder, table: FieldTable, row: Expr<'i32'>): void {
  const field = f.local('i32', 'field');
  f.while(
    'columns',
    () => i32.lt_u(field, table.fieldCount),
    () => {
      const column = f.let('i32', 'column', fieldEntry(table, field));
      f.if(i32.load(column, entryNulls), () => {
        f.if(
          i32.load(column, entryStartsNull),
          () => storeNull(f, column, row),
          () => f.do(i32.store8(i32.add(i32.load(column, entryNulls), row), 0)),
        );
      });
      f.set(field, i32.add(field, 1));
    },
  );
}
