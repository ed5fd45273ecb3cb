/**
 * Whether decimal digits of any count lie below, at or above the middle between two neighbouring doubles,
 * exactly: both sides become integers by powers of five and two. Only reached by numbers of 20 digits and
 * more that the first 19 cannot decide. Digits past the 768th are replaced by one that says whether any of
 * them is not 0; no middle between two doubles has more than 767.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { bigCompare, bigMultiplyAdd, bigNumberBytes, bigShiftLeft } from './big-number.ts';

const digitsMax = 768;
const params = { at: 'i32', end: 'i32', exponent: 'i32', lower: 'i64' } as const;

/**
 * `compare_halfway(at, end, exponent, lower)` -> below, at or above 0. [at, end) holds digits and at most one
 * point; the number is those digits, the point left out, times 10^exponent. `lower` is the lower neighbour's
 * bits.
 */
export function compareHalfway(module: ModuleBuilder): FunctionSlot {
  return module.routine('compare_halfway', () => {
    const left = module.reserve(bigNumberBytes);
    const right = module.reserve(bigNumberBytes);
    const [multiply, shift] = [bigMultiplyAdd(module), bigShiftLeft(module)];
    return module.function('compare_halfway', params, 'i32', (f, { at, end, exponent, lower }) => {
      f.do(i32.store(left, 0), i32.store(right, 0));
      readDigits(module, f, { number: left, at, end, exponent });
      // The middle is (2 m + 1) * 2^(e - 1) for a lower neighbour of m * 2^e.
      const field = f.let('i32', 'field', i32.wrap_i64(i64.shr_u(lower, 52n)));
      const fraction = i64.and(lower, (1n << 52n) - 1n);
      const hidden = select('i64', field, i64.const(1n << 52n), i64.const(0n));
      const middle = f.let('i64', 'middle', i64.or(i64.shl(i64.or(fraction, hidden), 1n), 1n));
      const binary = f.let('i32', 'binary', i32.sub(select('i32', field, field, 1), 1076));
      f.call(multiply, right, 0n, i64.shr_u(middle, 32n));
      f.call(multiply, right, 1n << 32n, i64.and(middle, 0xffff_ffffn));
      multiplyByFives(module, f, { number: left, count: exponent });
      multiplyByFives(module, f, { number: right, count: i32.sub(0, exponent) });
      const twos = f.let('i32', 'twos', i32.sub(exponent, binary));
      f.if(
        i32.gt_s(twos, 0),
        () => f.call(shift, left, twos),
        () => f.call(shift, right, i32.sub(0, twos)),
      );
      f.return(call(bigCompare(module), left, right) as Expr<'i32'>);
    });
  });
}

interface DigitText {
  readonly number: number;
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
  readonly exponent: Local<'i32'>;
}

function readDigits(module: ModuleBuilder, f: FunctionBuilder, text: DigitText): void {
  const { number, at, end, exponent } = text;
  const multiply = bigMultiplyAdd(module);
  const digit = f.local('i32', 'digit');
  const kept = f.local('i32', 'kept');
  const anyDropped = f.local('i32', 'any_dropped');
  const droppedCount = f.local('i32', 'dropped_count');
  f.while(
    'digits',
    () => i32.lt_u(at, end),
    () => {
      f.set(digit, i32.sub(i32.load8_u(at), 0x30));
      // The point is no digit.
      f.if(i32.le_u(digit, 9), () => {
        f.if(
          i32.lt_u(kept, digitsMax),
          () => {
            f.call(multiply, number, 10n, i64.extend_i32_u(digit));
            f.set(kept, i32.add(kept, i32.or(i32.ne(kept, 0), i32.ne(digit, 0))));
          },
          () => {
            f.set(anyDropped, i32.or(anyDropped, digit));
            f.set(droppedCount, i32.add(droppedCount, 1));
          },
        );
      });
      f.set(at, i32.add(at, 1));
    },
  );
  f.set(exponent, i32.add(exponent, droppedCount));
  f.if(anyDropped, () => {
    f.call(multiply, number, 10n, 1n);
    f.set(exponent, i32.sub(exponent, 1));
  });
}

interface Fives {
  readonly number: number;
  readonly count: Expr<'i32'>;
}

/** Emits: number = number * 5^count; nothing for a count below 1. */
function multiplyByFives(module: ModuleBuilder, f: FunctionBuilder, { number, count }: Fives): void {
  const multiply = bigMultiplyAdd(module);
  const left = f.let('i32', 'fives', count);
  f.while(
    'thirteen_fives',
    () => i32.ge_s(left, 13),
    () => {
      f.call(multiply, number, 5n ** 13n, 0n);
      f.set(left, i32.sub(left, 13));
    },
  );
  f.while(
    'fives',
    () => i32.gt_s(left, 0),
    () => {
      f.call(multiply, number, 5n, 0n);
      f.set(left, i32.sub(left, 1));
    },
  );
}
