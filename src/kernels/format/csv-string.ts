/**
 * Strings in CSV: quoted where they hold a delimiter, a quote or a line ending, and where they are empty (RFC
 * 4180).
 */
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i8x16, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { type EscapedText, stringWriter } from './string-writer.ts';

export interface CsvForm {
  readonly delimiter: number;
  readonly quote: number;
}

export const csvFormDefault: CsvForm = { delimiter: 0x2c, quote: 0x22 };

/** A quote becomes two; two quotes stand around. */
export const csvStringFactor = 2;

/** `write_csv_string_<delimiter>(w0, w1, out) -> new out`. */
export function writeCsvString(module: ModuleBuilder, { delimiter, quote }: CsvForm): FunctionSlot {
  return stringWriter(module, {
    name: `write_csv_string_${delimiter}`,
    around: undefined,
    // An empty field would read as NULL.
    escapesEmpty: true,
    mustEscape: (bytes) => {
      const [isDelimiter, isQuote, isFeed, isReturn] = [delimiter, quote, 0x0a, 0x0d].map((byte) =>
        i8x16.eq(bytes, v128.const(new Uint8Array(16).fill(byte))),
      ) as [Expr<'v128'>, Expr<'v128'>, Expr<'v128'>, Expr<'v128'>];
      return v128.or(v128.or(isDelimiter, isQuote), v128.or(isFeed, isReturn));
    },
    writeEscaped: (f, text) => writeQuoted(f, text, quote),
  });
}

function writeQuoted(f: FunctionBuilder, { from, end, to }: EscapedText, quote: number): void {
  const byte = f.local('i32', 'byte');
  const put = (value: number | Expr<'i32'>): void => {
    f.do(i32.store8(to, value));
    f.set(to, i32.add(to, 1));
  };
  put(quote);
  f.while(
    'bytes',
    () => i32.lt_u(from, end),
    () => {
      f.set(byte, i32.load8_u(from));
      f.set(from, i32.add(from, 1));
      put(byte);
      f.if(i32.eq(byte, quote), () => put(quote));
    },
  );
  put(quote);
}
