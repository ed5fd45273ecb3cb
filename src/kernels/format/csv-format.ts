/**
 * Rows as CSV (RFC 4180) with LF line ends. A NULL is an empty field and the empty string is `""`; a string is quoted
 * only where it holds the delimiter, a quote or a line break.
 */
import { spillView, viewLength } from '../../routines/views.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import type { CellFormat } from './cell.ts';
import { emitScalarText, scalarBytesMax } from './scalar-text.ts';

const quote = 0x22;
const lineFeed = 10;
const carriageReturn = 13;
const none = new Uint8Array(0);

export function csvFormat(delimiter: number): CellFormat {
  return {
    before: (index) => (index === 0 ? none : new Uint8Array([delimiter])),
    after: new Uint8Array([lineFeed]),
    nullText: none,
    bytesMax: scalarBytesMax,
    stringFactor: 2,
    emitValue: (module, f, cell, out) => {
      if (cell.type.kind === 'varchar') {
        return call(writeCsvString(module, delimiter), ...cell.lanes, out) as Expr<'i32'>;
      }
      return cell.type.kind === 'unknown' ? i32.const(0) : emitScalarText(module, f, cell, out);
    },
  };
}

/** `write_csv_string(w0, w1, out) -> bytes`: the string, in quotes where it has to be. */
function writeCsvString(module: ModuleBuilder, delimiter: number): FunctionSlot {
  return module.routine(`write_csv_string_${delimiter}`, () => {
    const name = `write_csv_string_${delimiter}`;
    return module.function(name, { w0: 'i64', w1: 'i64', out: 'i32' }, 'i32', (f, { w0, w1, out }) => {
      const from = f.let('i32', 'from', call(spillView(module), w0, w1) as Expr<'i32'>);
      const length = f.let('i32', 'length', call(viewLength(module), w0, w1) as Expr<'i32'>);
      const index = f.local('i32', 'index');
      const byte = f.local('i32', 'byte');
      const at = f.local('i32', 'at');
      f.block('needs_quotes', (needsQuotes) => {
        f.branchIf(needsQuotes, i32.eqz(length));
        f.while(
          'each_byte',
          () => i32.lt_u(index, length),
          () => {
            f.set(byte, i32.load8_u(i32.add(from, index)));
            for (const special of [delimiter, quote, lineFeed, carriageReturn]) {
              f.branchIf(needsQuotes, i32.eq(byte, special));
            }
            f.set(index, i32.add(index, 1));
          },
        );
        f.memoryCopy(out, from, length);
        f.return(length);
      });
      f.do(i32.store8(out, quote));
      f.set(at, i32.add(out, 1));
      f.set(index, i32.const(0));
      f.while(
        'each_quoted_byte',
        () => i32.lt_u(index, length),
        () => {
          f.set(byte, i32.load8_u(i32.add(from, index)));
          f.do(i32.store8(at, byte));
          f.set(at, i32.add(at, 1));
          f.if(i32.eq(byte, quote), () => {
            f.do(i32.store8(at, quote));
            f.set(at, i32.add(at, 1));
          });
          f.set(index, i32.add(index, 1));
        },
      );
      f.do(i32.store8(at, quote));
      f.return(i32.sub(i32.add(at, 1), out));
    });
  });
}
