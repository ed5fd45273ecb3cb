/**
 * Rows to text, as building blocks of a row loop: how many bytes a row can take at most, and the row itself. Literal
 * bytes are stored 16 at a time, so up to `formatSlackBytes` past the row's end may be overwritten.
 */
import type { Schema } from '../../columns/schema.ts';
import type { SqlType } from '../../columns/sql-type.ts';
import { viewLength } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { Cell, CellFormat } from './cell.ts';
import { csvFormat } from './csv-format.ts';
import { jsonFormat } from './json-format.ts';

export const formatSlackBytes = 64;

export interface RowFormatter {
  /** Emits: the most bytes that the row takes. */
  emitRowBytesMax(f: FunctionBuilder, cells: readonly Cell[]): Expr<'i64'>;
  /** Emits: the row's text at `out`; yields the address behind it. */
  emitRow(f: FunctionBuilder, cells: readonly Cell[], out: Expr<'i32'>): Expr<'i32'>;
}

export interface RowFormatSpec {
  readonly format: 'jsonl' | 'csv';
  readonly schema: Schema;
  /** CSV: the byte between fields. A comma unless said otherwise. */
  readonly delimiter?: number;
}

export function emitRowFormatter(module: ModuleBuilder, spec: RowFormatSpec): RowFormatter {
  const { schema } = spec;
  const format = spec.format === 'jsonl' ? jsonFormat(schema) : csvFormat(spec.delimiter ?? 0x2c);
  return {
    emitRowBytesMax: (f, cells) => emitBytesMax(module, f, format, cells),
    emitRow: (f, cells, out) => {
      const at = f.let('i32', 'at', out);
      cells.forEach((cell, i) => {
        emitLiteral(f, at, format.before(i));
        emitCell(module, f, format, cell, at);
      });
      emitLiteral(f, at, format.after);
      return at;
    },
  };
}

function emitBytesMax(
  module: ModuleBuilder,
  f: FunctionBuilder,
  format: CellFormat,
  cells: readonly Cell[],
): Expr<'i64'> {
  let fixed = format.after.length;
  cells.forEach((cell, i) => {
    const value = format.bytesMax(cell.type) ?? 2;
    fixed += format.before(i).length + Math.max(value, format.nullText.length);
  });
  let total: Expr<'i64'> = i64.const(BigInt(fixed));
  for (const { type, lanes } of cells) {
    if (!isString(type)) continue;
    const length = call(viewLength(module), ...lanes) as Expr<'i32'>;
    total = i64.add(total, i64.mul(i64.extend_i32_u(length), BigInt(format.stringFactor)));
  }
  return f.let('i64', 'row_bytes_max', total);
}

function isString(type: SqlType): boolean {
  return type.kind === 'varchar';
}

function emitCell(
  module: ModuleBuilder,
  f: FunctionBuilder,
  format: CellFormat,
  cell: Cell,
  at: Local<'i32'>,
): void {
  const emitPresent = (): void => {
    f.set(at, i32.add(at, format.emitValue(module, f, { ...cell, isNull: undefined }, at)));
  };
  if (cell.isNull === undefined) {
    emitPresent();
    return;
  }
  f.if(cell.isNull, () => emitLiteral(f, at, format.nullText), emitPresent);
}

/** Emits: the bytes at `at`, and moves it behind them. */
export function emitLiteral(f: FunctionBuilder, at: Local<'i32'>, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  if (bytes.length === 1) {
    f.do(i32.store8(at, bytes[0]!));
  } else {
    for (let i = 0; i < bytes.length; i += 16) {
      const block = new Uint8Array(16);
      block.set(bytes.subarray(i, i + 16));
      f.do(v128.store(at, v128.const(block), i));
    }
  }
  f.set(at, i32.add(at, bytes.length));
}
