import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { harness } from '../../test/support/routine-harness.ts';
import { divRem128, divRemU64, multiply128, scaleDownRounded128, scaleUp128 } from './divide128.ts';
import {
  add128,
  addOverflows128,
  exceedsDigits128,
  exceedsI64,
  int128Globals,
  lessThan128,
  multiplyWideSigned,
  neg128,
  sub128,
} from './integer128.ts';

const params = { aLo: 'i64', aHi: 'i64', bLo: 'i64', bHi: 'i64' } as const;

const routines = harness((module) => {
  const { high, remainderHigh, remainderLow, overflow } = int128Globals(module);
  const inline = (['add', 'sub', 'neg', 'mul'] as const).map((name) =>
    module.function(name, params, 'i64', (f, { aLo, aHi, bLo, bHi }) => {
      const a = { lo: aLo, hi: aHi };
      const b = { lo: bLo, hi: bHi };
      const result = {
        add: () => add128(f, a, b),
        sub: () => sub128(f, a, b),
        neg: () => neg128(f, a),
        mul: () => multiplyWideSigned(f, aLo, bLo),
      }[name]();
      f.setGlobal(high, result.hi);
      if (name === 'add') f.setGlobal(overflow, addOverflows128(a, b, result));
      f.return(result.lo);
    }),
  );
  const tests = (['less', 'exceeds_i64', 'exceeds_20'] as const).map((name) =>
    module.function(name, params, 'i32', (f, { aLo, aHi, bLo, bHi }) => {
      const a = { lo: aLo, hi: aHi };
      if (name === 'less') f.return(lessThan128(a, { lo: bLo, hi: bHi }));
      else f.return(name === 'exceeds_i64' ? exceedsI64(a) : exceedsDigits128(20, a));
    }),
  );
  return {
    routines: [
      ...inline,
      ...tests,
      divRem128(module),
      divRemU64(module),
      multiply128(module),
      scaleUp128(module),
      scaleDownRounded128(module),
    ],
    globals: [high, remainderLow, remainderHigh, overflow],
  };
});

const seed = 20_260_102;
const limit = 2n ** 127n;

/** Numbers of every width, near the edges of the words and of the range. */
const anyInt128 = fc.oneof(
  fc.bigInt({ min: -limit, max: limit - 1n }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc
    .tuple(fc.integer({ min: 0, max: 126 }), fc.bigInt({ min: -3n, max: 3n }), fc.boolean())
    .map(([bits, near, negative]) => ((1n << BigInt(bits)) + near) * (negative ? -1n : 1n)),
  fc.constantFrom(-limit, 1n - limit, limit - 1n),
);

const lo = (value: bigint): bigint => BigInt.asIntN(64, value);
const hi = (value: bigint): bigint => BigInt.asIntN(64, value >> 64n);

function result(name: string, ...args: (bigint | number)[]): bigint {
  const low = BigInt.asUintN(64, routines.call<bigint>(name, ...args));
  return (routines.global('int128_high') << 64n) | low;
}

const fits = (value: bigint): boolean => value >= -limit && value < limit;

test('sums, differences, negation, order and products of words agree with BigInt', () => {
  fc.assert(
    fc.property(anyInt128, anyInt128, (a, b) => {
      const words = [lo(a), hi(a), lo(b), hi(b)];
      assert.equal(result('add', ...words), BigInt.asIntN(128, a + b));
      assert.equal(routines.global<number>('int128_overflow') === 1, !fits(a + b));
      assert.equal(result('sub', ...words), BigInt.asIntN(128, a - b));
      assert.equal(result('neg', ...words), BigInt.asIntN(128, -a));
      assert.equal(result('mul', ...words), lo(a) * lo(b));
      assert.equal(routines.call('less', ...words) === 1, a < b);
      assert.equal(routines.call('exceeds_i64', ...words) === 1, BigInt.asIntN(64, a) !== a);
      assert.equal(routines.call('exceeds_20', ...words) === 1, a >= 10n ** 20n || a <= -(10n ** 20n));
    }),
    { seed, numRuns: 20_000 },
  );
});

test('quotients and remainders agree with BigInt', () => {
  fc.assert(
    fc.property(anyInt128, anyInt128, (a, b) => {
      if (b === 0n || a === -limit) return;
      assert.equal(
        result('div_rem_128', lo(a), hi(a), lo(b), hi(b)),
        BigInt.asIntN(128, a / b),
        `${a} / ${b}`,
      );
      const remainderLow = BigInt.asUintN(64, routines.global('int128_remainder_low'));
      const remainder = (routines.global('int128_remainder_high') << 64n) | remainderLow;
      assert.equal(remainder, a % b, `${a} % ${b}`);
      const divisor = BigInt.asUintN(64, b);
      if (divisor === 0n) return;
      const dividend = BigInt.asUintN(128, a);
      const quotient = BigInt.asUintN(128, result('div_rem_u64', lo(a), hi(a), lo(b)));
      assert.equal(quotient, dividend / divisor);
      assert.equal(BigInt.asUintN(64, routines.global('int128_remainder_low')), dividend % divisor);
    }),
    { seed, numRuns: 30_000 },
  );
});

test('products agree with BigInt, and say when they do not fit', () => {
  fc.assert(
    fc.property(anyInt128, anyInt128, (a, b) => {
      const product = result('multiply_128', lo(a), hi(a), lo(b), hi(b));
      const exact = a * b;
      const overflow = exact >= limit || exact <= -limit;
      assert.equal(routines.global<number>('int128_overflow') === 1, overflow, `${a} * ${b}`);
      if (!overflow) assert.equal(product, exact);
    }),
    { seed, numRuns: 20_000 },
  );
});

test('scaling up and down agrees with BigInt', () => {
  fc.assert(
    fc.property(anyInt128, fc.integer({ min: 0, max: 45 }), (a, digits) => {
      if (a === -limit) return;
      const factor = 10n ** BigInt(digits);
      const up = result('scale_up_128', lo(a), hi(a), digits);
      const overflow = a * factor >= limit || a * factor <= -limit;
      assert.equal(routines.global<number>('int128_overflow') === 1, overflow, `${a} e${digits}`);
      if (!overflow) assert.equal(up, a * factor);
      const size = a < 0n ? -a : a;
      const rounded = (2n * size + factor) / (2n * factor);
      const down = result('scale_down_rounded_128', lo(a), hi(a), digits);
      assert.equal(down, a < 0n ? -rounded : rounded, `${a} e-${digits}`);
    }),
    { seed, numRuns: 20_000 },
  );
});
