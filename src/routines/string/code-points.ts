/**
 * Positions in UTF-8 text counted in code points. A code point starts at every byte that is no continuation
 * byte; as signed bytes, continuation bytes are those up to -65.
 */
import { i8x16, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

const continuationMax = v128.const(new Uint8Array(16).fill(0xbf));

/** Whether the byte there starts a code point. */
export function startsCodePoint(address: Expr<'i32'>): Expr<'i32'> {
  return i32.gt_s(i32.load8_s(address), -65);
}

/** The code points that start in the 16 bytes there. */
function startsInBlock(address: Expr<'i32'>): Expr<'i32'> {
  return i32.popcnt(i8x16.bitmask(i8x16.gt_s(v128.load(address), continuationMax)));
}

/** `advance_code_points(at, end, count) -> address` behind `count` (unsigned) code points, at most `end`. */
export function advanceCodePoints(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', end: 'i32', count: 'i32' } as const;
  return module.routine('advance_code_points', () =>
    module.function('advance_code_points', params, 'i32', (f, { at, end, count }) => {
      f.while(
        'blocks',
        () => i32.and(i32.ge_u(count, 16), i32.ge_u(i32.sub(end, at), 16)),
        () => {
          f.set(count, i32.sub(count, startsInBlock(at)));
          f.set(at, i32.add(at, 16));
        },
      );
      f.while(
        'bytes',
        () => i32.lt_u(at, end),
        () => {
          f.if(startsCodePoint(at), () => {
            f.if(i32.eqz(count), () => f.return(at));
            f.set(count, i32.sub(count, 1));
          });
          f.set(at, i32.add(at, 1));
        },
      );
      f.return(end);
    }),
  );
}

/**
 * `retreat_code_points(at, start, count) -> address` of the `count`-th code point before, at least `start`.
 */
export function retreatCodePoints(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', start: 'i32', count: 'i32' } as const;
  return module.routine('retreat_code_points', () =>
    module.function('retreat_code_points', params, 'i32', (f, { at, start, count }) => {
      // With a block's count used up, its first bytes could still belong to the code point before it.
      f.while(
        'blocks',
        () => i32.and(i32.gt_u(count, 16), i32.ge_u(i32.sub(at, start), 16)),
        () => {
          f.set(at, i32.sub(at, 16));
          f.set(count, i32.sub(count, startsInBlock(at)));
        },
      );
      f.while(
        'bytes',
        () => i32.and(i32.gt_u(at, start), i32.ne(count, 0)),
        () => {
          f.set(at, i32.sub(at, 1));
          f.set(count, i32.sub(count, startsCodePoint(at)));
        },
      );
      f.return(at);
    }),
  );
}

/** The bytes of the code point that starts with this byte: 1 to 4. */
export function codePointBytes(lead: Expr<'i32'>): Expr<'i32'> {
  const beyondOne = i32.ge_u(lead, 0xc0);
  return i32.add(1, i32.add(beyondOne, i32.add(i32.ge_u(lead, 0xe0), i32.ge_u(lead, 0xf0))));
}

/** `decode_code_point(at) -> code point` of the well-formed bytes there. */
export function decodeCodePoint(module: ModuleBuilder): FunctionSlot {
  return module.routine('decode_code_point', () =>
    module.function('decode_code_point', { at: 'i32' }, 'i32', (f, { at }) => {
      const lead = f.let('i32', 'lead', i32.load8_u(at));
      f.if(i32.lt_u(lead, 0x80), () => f.return(lead));
      const size = f.let('i32', 'size', codePointBytes(lead));
      // The lead's own bits are those behind its marks: 5, 4 or 3.
      const value = f.let('i32', 'value', i32.and(lead, i32.shr_u(0x7f, size)));
      const i = f.let('i32', 'i', 1);
      f.while(
        'continuation',
        () => i32.lt_u(i, size),
        () => {
          const bits = i32.and(i32.load8_u(i32.add(at, i)), 0x3f);
          f.set(value, i32.or(i32.shl(value, 6), bits));
          f.set(i, i32.add(i, 1));
        },
      );
      f.return(value);
    }),
  );
}

/** `encode_code_point(codePoint, out) -> bytes`, 1 to 4. */
export function encodeCodePoint(module: ModuleBuilder): FunctionSlot {
  const params = { codePoint: 'i32', out: 'i32' } as const;
  return module.routine('encode_code_point', () =>
    module.function('encode_code_point', params, 'i32', (f, { codePoint, out }) => {
      const continuation = (shift: number): Expr<'i32'> =>
        i32.or(0x80, i32.and(i32.shr_u(codePoint, shift), 0x3f));
      f.if(i32.lt_u(codePoint, 0x80), () => {
        f.do(i32.store8(out, codePoint));
        f.return(i32.const(1));
      });
      f.if(i32.lt_u(codePoint, 0x800), () => {
        f.do(i32.store8(out, i32.or(0xc0, i32.shr_u(codePoint, 6))), i32.store8(out, continuation(0), 1));
        f.return(i32.const(2));
      });
      f.if(i32.lt_u(codePoint, 0x1_0000), () => {
        f.do(i32.store8(out, i32.or(0xe0, i32.shr_u(codePoint, 12))));
        f.do(i32.store8(out, continuation(6), 1), i32.store8(out, continuation(0), 2));
        f.return(i32.const(3));
      });
      f.do(i32.store8(out, i32.or(0xf0, i32.shr_u(codePoint, 18))), i32.store8(out, continuation(12), 1));
      f.do(i32.store8(out, continuation(6), 2), i32.store8(out, continuation(0), 3));
      f.return(i32.const(4));
    }),
  );
}
