/**
 * Rows as JSON lines (RFC 8259). Numbers are number literals, decimals exact; NaN and infinities, which JSON lacks, are
 * strings, as are dates and times (ISO 8601).
 */
import type { Schema } from '../../columns/schema.ts';
import { call, f64, i32 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { Cell, CellFormat } from './cell.ts';
import { writeJsonString } from './json-string.ts';
import { emitScalarText, scalarBytesMax } from './scalar-text.ts';

const encoder = new TextEncoder();
const quote = 0x22;

export function jsonFormat(schema: Schema): CellFormat {
  return {
    before: (index) => {
      const key = JSON.stringify(schema[index]!.name);
      return encoder.encode(`${index === 0 ? '{' : ','}${key}:`);
    },
    after: encoder.encode(schema.length === 0 ? '{}\n' : '}\n'),
    nullText: encoder.encode('null'),
    bytesMax: (type) => {
      const bare = scalarBytesMax(type);
      return bare === undefined ? undefined : bare + 2;
    },
    stringFactor: 6,
    emitValue: (module, f, cell, out) => {
      if (cell.type.kind === 'varchar')
        return call(writeJsonString(module), ...cell.lanes, out) as Expr<'i32'>;
      if (cell.type.kind === 'unknown') return i32.const(0);
      const quoted = isQuoted(cell);
      if (quoted === undefined) return emitScalarText(module, f, cell, out);
      // A quote in front, the text, a quote behind; or the text alone.
      const bytes = f.let('i32', 'bytes', emitScalarText(module, f, cell, i32.add(out, quoted)));
      f.if(quoted, () => {
        f.do(i32.store8(out, quote), i32.store8(i32.add(out, bytes), quote, 1));
        f.set(bytes, i32.add(bytes, 2));
      });
      return bytes;
    },
  };
}

/** 1 where the value's text stands in quotes; undefined where it never does. */
function isQuoted({ type, lanes }: Cell): Expr<'i32'> | undefined {
  switch (type.kind) {
    case 'double': {
      const number = lanes[0] as Expr<'f64'>;
      // x - x is 0 for every finite number and NaN for the others.
      return f64.ne(f64.sub(number, number), 0);
    }
    case 'date':
    case 'timestamp':
    case 'timestamptz':
    case 'interval':
      return i32.const(1);
    default:
      return undefined;
  }
}
