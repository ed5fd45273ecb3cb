/** The text of a quoted field: between its quotes, doubled ones made single. */
import { arenaAllocate } from '../../../routines/arena.ts';
import type { FunctionBuilder } from '../../../wasm/function-builder.ts';
import { call, i8x16, i32, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import type { CsvGlobals } from './csv-spec.ts';

/**
 * `csv_unquote(start, end) -> address` of the text between the quotes at `start` and `end - 1`; its size goes
 * to `unquotedBytes`. It lies in the input, or in the arena where a doubled quote had to go.
 */
export function emitUnquote(module: ModuleBuilder, quote: number, globals: CsvGlobals): FunctionSlot {
  const allocate = arenaAllocate(module);
  const quotes = v128.const(new Uint8Array(16).fill(quote));
  return module.function('csv_unquote', { start: 'i32', end: 'i32' }, 'i32', (f, { start, end }) => {
    f.set(start, i32.add(start, 1));
    f.set(end, i32.sub(end, 1));
    const size = f.let('i32', 'size', i32.sub(end, start));
    f.setGlobal(globals.unquotedBytes, size);
    const at = f.let('i32', 'at', start);
    const place = f.local('i32', 'place');
    f.block('doubled', (doubled) => {
      f.loop('search', (search) => {
        const mask = f.let('i32', 'mask', i8x16.bitmask(i8x16.eq(v128.load(at), quotes)));
        f.set(place, i32.add(at, i32.ctz(mask)));
        f.branchIf(doubled, i32.and(i32.ne(mask, 0), i32.lt_u(place, end)));
        f.set(at, i32.add(at, 16));
        f.branchIf(search, i32.lt_u(at, end));
      });
      f.return(start);
    });
    const copy = f.let('i32', 'copy', call(allocate, size) as Expr<'i32'>);
    f.setGlobal(globals.unquotedBytes, copyUnquoted(f, { start, end, copy, quote }));
    f.return(copy);
  });
}

interface Copy {
  readonly start: Expr<'i32'>;
  readonly end: Expr<'i32'>;
  readonly copy: Expr<'i32'>;
  readonly quote: number;
}

/** Emits: copies byte by byte, skipping the byte behind each quote; yields how many were written. */
function copyUnquoted(f: FunctionBuilder, { start, end, copy, quote }: Copy): Expr<'i32'> {
  const from = f.let('i32', 'from', start);
  const to = f.let('i32', 'to', copy);
  const byte = f.local('i32', 'byte');
  f.while(
    'copy',
    () => i32.lt_u(from, end),
    () => {
      f.set(byte, i32.load8_u(from));
      f.do(i32.store8(to, byte));
      f.set(from, i32.add(from, i32.add(1, i32.eq(byte, quote))));
      f.set(to, i32.add(to, 1));
    },
  );
  return i32.sub(to, copy);
}
