/**
 * Unsigned numbers of up to 4,000 bits in static memory, for the one comparison that no shorter arithmetic
 * decides: a number is its count of 32-bit limbs (u32) and the limbs, lowest first.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

/** Bytes of one number: the count, 125 limbs, and a spare limb for shifts. */
export const bigNumberBytes = 512;

const limbs = 4;

/** `big_multiply_add(number, factor, addend)`: number = number * factor + addend, for 32-bit operands. */
export function bigMultiplyAdd(module: ModuleBuilder): FunctionSlot {
  const params = { number: 'i32', factor: 'i64', addend: 'i64' } as const;
  return module.routine('big_multiply_add', () =>
    module.function('big_multiply_add', params, undefined, (f, { number, factor, addend }) => {
      const at = f.let('i32', 'at', number);
      const end = f.let('i32', 'end', i32.add(number, i32.shl(i32.load(number), 2)));
      const carry = f.let('i64', 'carry', addend);
      f.while(
        'each',
        () => i32.lt_u(at, end),
        () => {
          f.set(carry, i64.add(carry, i64.mul(i64.load32_u(at, limbs), factor)));
          f.do(i64.store32(at, carry, limbs));
          f.set(carry, i64.shr_u(carry, 32n));
          f.set(at, i32.add(at, 4));
        },
      );
      appendLimb(f, number, carry);
    }),
  );
}

/** `big_shift_left(number, bits)`. */
export function bigShiftLeft(module: ModuleBuilder): FunctionSlot {
  return module.routine('big_shift_left', () => {
    const multiply = bigMultiplyAdd(module);
    return module.function(
      'big_shift_left',
      { number: 'i32', bits: 'i32' },
      undefined,
      (f, { number, bits }) => {
        f.call(multiply, number, i64.shl(1n, i64.extend_i32_u(i32.and(bits, 31))), 0n);
        const words = f.let('i32', 'words', i32.shr_u(bits, 5));
        const count = f.let('i32', 'count', i32.load(number));
        f.if(i32.or(i32.eqz(words), i32.eqz(count)), () => f.return());
        const first = i32.add(number, limbs);
        f.memoryCopy(i32.add(first, i32.shl(words, 2)), first, i32.shl(count, 2));
        f.memoryFill(first, 0, i32.shl(words, 2));
        f.do(i32.store(number, i32.add(count, words)));
      },
    );
  });
}

/** `big_compare(a, b)` -> below, at or above 0. Highest limbs are not 0. */
export function bigCompare(module: ModuleBuilder): FunctionSlot {
  return module.routine('big_compare', () =>
    module.function('big_compare', { a: 'i32', b: 'i32' }, 'i32', (f, { a, b }) => {
      const count = f.let('i32', 'count', i32.load(a));
      f.if(i32.ne(count, i32.load(b)), () => f.return(i32.sub(count, i32.load(b))));
      const x = f.local('i32', 'x');
      const y = f.local('i32', 'y');
      f.while(
        'each',
        () => count,
        () => {
          f.set(x, i32.load(i32.add(a, i32.shl(count, 2))));
          f.set(y, i32.load(i32.add(b, i32.shl(count, 2))));
          f.if(i32.ne(x, y), () => f.return(i32.sub(i32.gt_u(x, y), i32.lt_u(x, y))));
          f.set(count, i32.sub(count, 1));
        },
      );
      f.return(i32.const(0));
    }),
  );
}

/** Emits: puts a limb on top, unless it is 0. */
function appendLimb(f: FunctionBuilder, number: Local<'i32'>, limb: Local<'i64'>): void {
  f.if(i64.ne(limb, 0n), () => {
    const count = f.let('i32', 'count', i32.load(number));
    f.do(i64.store32(i32.add(number, i32.shl(count, 2)), limb, limbs), i32.store(number, i32.add(count, 1)));
  });
}
