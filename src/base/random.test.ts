import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random, splitMix64 } from './random.ts';

const seed = 20_240_601;

test('xoshiro128** gives the numbers of its authors for the state 1, 2, 3, 4', () => {
  const random = new Random([1, 2, 3, 4]);
  const drawn = Array.from({ length: 10 }, () => random.uint32());
  assert.deepEqual(
    drawn,
    [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
  );
});

test('SplitMix64 gives the published numbers for the seed 1234567', () => {
  const drawn: bigint[] = [];
  let state = 1234567n;
  for (let count = 0; count < 5; count++) {
    const [next, value] = splitMix64(state);
    drawn.push(value);
    state = next;
  }
  assert.deepEqual(drawn, [
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ]);
});

test('a seed and a stream decide all numbers, and another of either gives others', () => {
  const draw = (from: number, stream: number): string => {
    const random = Random.fromSeed(from, stream);
    return Array.from({ length: 4 }, () => random.uint32()).join();
  };
  assert.equal(draw(1, 0), draw(1, 0));
  const all = new Set<string>();
  for (let from = -20; from < 20; from++)
    for (let stream = 0; stream < 40; stream++) all.add(draw(from, stream));
  assert.equal(all.size, 40 * 40);
});

test('whole numbers stay in their range and reach both ends', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(), fc.nat(), (from, low, width) => {
      const drawn = Random.fromSeed(from).int(low, low + width);
      return Number.isInteger(drawn) && drawn >= low && drawn <= low + width;
    }),
    { seed },
  );
  const random = Random.fromSeed(seed);
  const seen = new Set(Array.from({ length: 200 }, () => random.int(-1, 2)));
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    [-1, 0, 1, 2],
  );
  const wide = Array.from({ length: 1000 }, () => random.int(0, Number.MAX_SAFE_INTEGER - 1));
  assert.ok(wide.every(Number.isSafeInteger));
  assert.ok(wide.some((value) => value > 2 ** 52));
});

test('uniform and normal numbers have the moments of their distributions', () => {
  const count = 200_000;
  const random = Random.fromSeed(seed);
  const moments = (draw: () => number): [mean: number, variance: number] => {
    const numbers = Float64Array.from({ length: count }, draw);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
    return [mean, numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count];
  };
  const [uniformMean, uniformVariance] = moments(() => random.uniform());
  assert.ok(Math.abs(uniformMean - 0.5) < 0.005);
  assert.ok(Math.abs(uniformVariance - 1 / 12) < 0.002);
  const [normalMean, normalVariance] = moments(() => random.normal());
  assert.ok(Math.abs(normalMean) < 0.01);
  assert.ok(Math.abs(normalVariance - 1) < 0.02);
});
