/**
 * String views (columns/string-view.ts) inside kernels: hash, equality, order, length, bytes, and making one.
 * A view is two words; a long one's address must be absolute. Short views are handled by their words alone.
 */
import { inlineBytesMax, longTag } from '../columns/string-view.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { call, i32, i64, memory, select, shuffle, v128 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../wasm/types.ts';
import { compareBytes, equalBytes, hashBytes } from './bytes.ts';

const wordParams = { a0: 'i64', a1: 'i64', b0: 'i64', b1: 'i64' } as const;

/** Whether the view with this first word is a long one. */
export function isLongView(w0: Arg<'i64'>): Expr<'i32'> {
  return i32.eq(i32.and(i32.wrap_i64(w0), 0xff), longTag);
}

/** The byte length of a long view, from its first word. */
export function longViewLength(w0: Arg<'i64'>): Expr<'i32'> {
  return i32.wrap_i64(i64.shr_u(w0, 32));
}

/** The address of a long view's bytes, from its second word. */
export function longViewAddress(w1: Arg<'i64'>): Expr<'i32'> {
  return i32.wrap_i64(w1);
}

/** A long view's second word with another address. */
export function withViewAddress(w1: Arg<'i64'>, address: Arg<'i32'>): Expr<'i64'> {
  return i64.or(i64.and(w1, 0xffff_ffff_0000_0000n), i64.extend_i32_u(address));
}

/** Emits: the second word to take into a hash or a comparison; a long view's is the hash of its bytes. */
export function hashedSecondWord(
  module: ModuleBuilder,
  f: FunctionBuilder,
  w0: Arg<'i64'>,
  w1: Arg<'i64'>,
): Expr<'i64'> {
  const word = f.let('i64', 'second_word', w1);
  f.if(isLongView(w0), () => {
    f.set(word, call(hashBytes(module), longViewAddress(w1), longViewLength(w0)) as Expr<'i64'>);
  });
  return word;
}

/** `equal_views(a0, a1, b0, b1) -> 1 or 0`. */
export function equalViews(module: ModuleBuilder): FunctionSlot {
  return module.routine('equal_views', () =>
    module.function('equal_views', wordParams, 'i32', (f, { a0, a1, b0, b1 }) => {
      f.if(i64.ne(a0, b0), () => f.return(i32.const(0)));
      f.if(i64.eq(a1, b1), () => f.return(i32.const(1)));
      f.if(i32.eqz(isLongView(a0)), () => f.return(i32.const(0)));
      f.if(i64.ne(i64.shr_u(a1, 32), i64.shr_u(b1, 32)), () => f.return(i32.const(0)));
      const sameBytes = call(
        equalBytes(module),
        longViewAddress(a1),
        longViewAddress(b1),
        longViewLength(a0),
      );
      f.return(sameBytes as Expr<'i32'>);
    }),
  );
}

/** `compare_views(a0, a1, b0, b1)` -> below, at or above 0: bytewise, a prefix before what continues it. */
export function compareViews(module: ModuleBuilder): FunctionSlot {
  return module.routine('compare_views', () => {
    const [cellA, cellB] = [spillCell(module, 'a'), spillCell(module, 'b')];
    const compare = compareBytes(module);
    return module.function('compare_views', wordParams, 'i32', (f, { a0, a1, b0, b1 }) => {
      const prefixA = f.let('i64', 'prefix_a', viewPrefix(f, a0, a1));
      const prefixB = f.let('i64', 'prefix_b', viewPrefix(f, b0, b1));
      f.if(i64.ne(prefixA, prefixB), () => {
        f.return(select('i32', i64.lt_u(prefixA, prefixB), -1, 1));
      });
      const addressA = spill(f, cellA, a0, a1);
      const addressB = spill(f, cellB, b0, b1);
      f.return(call(compare, addressA, lengthOf(a0), addressB, lengthOf(b0)) as Expr<'i32'>);
    });
  });
}

/** `view_length(w0, w1) -> bytes`. */
export function viewLength(module: ModuleBuilder): FunctionSlot {
  return module.routine('view_length', () =>
    module.function('view_length', { w0: 'i64', w1: 'i64' }, 'i32', (f, { w0 }) => {
      f.return(lengthOf(w0));
    }),
  );
}

/** `spill_view(w0, w1) -> address` of the bytes; those of a short view stay there until the next call. */
export function spillView(module: ModuleBuilder): FunctionSlot {
  return spillRoutine(module, 'spill_view', 'a');
}

/** As `spill_view`, with a cell of its own, for two strings at a time. */
export function spillView2(module: ModuleBuilder): FunctionSlot {
  return spillRoutine(module, 'spill_view_2', 'b');
}

function spillRoutine(module: ModuleBuilder, name: string, cellName: string): FunctionSlot {
  return module.routine(name, () => {
    const cell = spillCell(module, cellName);
    return module.function(name, { w0: 'i64', w1: 'i64' }, 'i32', (f, { w0, w1 }) => {
      f.return(spill(f, cell, w0, w1));
    });
  });
}

/** Where `make_view` leaves the view: 16 bytes of static data. */
export function madeView(module: ModuleBuilder): number {
  return module.table('made_view', () => new Uint8Array(16));
}

/** `make_view(address, byteCount) -> madeView`: the view of those bytes; a long one points at them. */
export function makeView(module: ModuleBuilder): FunctionSlot {
  return module.routine('make_view', () => {
    const cell = madeView(module);
    const masks = module.table('view_masks', () => new Uint8Array(32).fill(0xff, 0, 16));
    return module.function(
      'make_view',
      { address: 'i32', byteCount: 'i32' },
      'i32',
      (f, { address, byteCount }) => {
        f.if(i32.gt_u(byteCount, inlineBytesMax), () => {
          const prefix = i32.shl(i32.load(address), 8);
          const size = i64.shl(i64.extend_i32_u(byteCount), 32);
          const w0 = i64.or(i64.or(i64.extend_i32_u(prefix), size), longTag);
          const next = i64.shl(i64.load32_u(address, 3), 32);
          f.do(i64.store(cell, w0), i64.store(cell, i64.or(next, i64.extend_i32_u(address)), 8));
          f.return(i32.const(cell));
        });
        const bytes = f.local('v128', 'bytes');
        const lastAddress = i32.sub(i32.shl(memory.size(), 16), 16);
        f.if(
          i32.le_u(address, lastAddress),
          () => f.set(bytes, v128.load(address)),
          () => {
            // The 16 bytes would pass the end of memory, so the string's own are taken alone.
            f.memoryCopy(cell, address, byteCount);
            f.set(bytes, v128.load(cell));
          },
        );
        f.set(bytes, v128.and(bytes, v128.load(i32.sub(masks + 16, byteCount))));
        const shifted = shuffle([16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], bytes, zero);
        f.do(v128.store(cell, shifted), i32.store8(cell, byteCount));
        f.return(i32.const(cell));
      },
    );
  });
}

const zero = v128.const(new Uint8Array(16));

function lengthOf(w0: Expr<'i64'>): Expr<'i32'> {
  const tag = i32.and(i32.wrap_i64(w0), 0xff);
  return select('i32', i32.eq(tag, longTag), longViewLength(w0), tag);
}

function spill(f: FunctionBuilder, cell: number, w0: Expr<'i64'>, w1: Expr<'i64'>): Expr<'i32'> {
  const address = f.let('i32', 'spilled', cell + 1);
  f.if(
    isLongView(w0),
    () => f.set(address, longViewAddress(w1)),
    () => f.do(i64.store(cell, w0), i64.store(cell, w1, 8)),
  );
  return address;
}

/** A cell has room behind it, so that whole words can be read from any byte of it. */
function spillCell(module: ModuleBuilder, name: string): number {
  return module.table(`spill_cell_${name}`, () => new Uint8Array(32));
}

/**
 * Emits: the first eight bytes as a number that orders as they do; a shorter string is padded with zeros.
 * Equal prefixes decide nothing.
 */
export function viewPrefix(f: FunctionBuilder, w0: Expr<'i64'>, w1: Expr<'i64'>): Expr<'i64'> {
  const prefix = f.local('i64', 'prefix');
  f.if(
    isLongView(w0),
    () => f.set(prefix, i64.load(longViewAddress(w1))),
    () => f.set(prefix, i64.or(i64.shr_u(w0, 8), i64.shl(w1, 56))),
  );
  return reverseBytes(f, prefix);
}

/** Emits: the word with its bytes in reverse order. */
export function reverseBytes(f: FunctionBuilder, word: Expr<'i64'>): Expr<'i64'> {
  const x = f.let('i64', 'reversed', word);
  const swap = (mask: bigint, bits: number): void =>
    f.set(x, i64.or(i64.and(i64.shr_u(x, bits), mask), i64.shl(i64.and(x, mask), bits)));
  swap(0x00ff_00ff_00ff_00ffn, 8);
  swap(0x0000_ffff_0000_ffffn, 16);
  f.set(x, i64.rotl(x, 32));
  return x;
}
