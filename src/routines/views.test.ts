import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inlineBytesMax, viewToBytes, writeView } from '../columns/string-view.ts';
import { call, i32, i64 } from '../wasm/instructions.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr } from '../wasm/types.ts';
import { emitKeyHash } from './hash/key-hash.ts';
import { compareViews, equalViews, makeView, spillView, spillView2, viewLength } from './views.ts';

const memory = new WebAssembly.Memory({ initial: 2, maximum: 2 });
const bytes = new Uint8Array(memory.buffer);
const words = new DataView(memory.buffer);
const kernel = viewKernel();

function viewKernel() {
  const module = new ModuleBuilder('views');
  const two = { a: 'i32', b: 'i32' } as const;
  const wordsOf = (p: Expr<'i32'>) => [i64.load(p), i64.load(p, 8)] as const;
  for (const [name, routine] of [
    ['equal', equalViews(module)],
    ['compare', compareViews(module)],
  ] as const) {
    module.export(name, two, 'i32', (f, { a, b }) => {
      f.return(call(routine, ...wordsOf(a), ...wordsOf(b)) as Expr<'i32'>);
    });
  }
  for (const [name, routine] of [
    ['length', viewLength(module)],
    ['spill', spillView(module)],
    ['spill2', spillView2(module)],
  ] as const) {
    module.export(name, { a: 'i32' }, 'i32', (f, { a }) => {
      f.return(call(routine, ...wordsOf(a)) as Expr<'i32'>);
    });
  }
  module.export('hash', { a: 'i32' }, 'i64', (f, { a }) => {
    const lanes = wordsOf(a).map((word) => f.let('i64', 'word', word));
    f.return(emitKeyHash(module, f, [{ storage: 'view', lanes, isNull: undefined }]));
  });
  module.export('hash_word_of', { w: 'i64' }, 'i64', (f, { w }) => {
    f.return(emitKeyHash(module, f, [{ storage: 'i64', lanes: [w], isNull: undefined }]));
  });
  module.export('make', two, 'i32', (f, { a, b }) => {
    f.return(i32.add(call(makeView(module), a, b) as Expr<'i32'>, 0));
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return exports as unknown as Record<
    'equal' | 'compare' | 'length' | 'spill' | 'spill2' | 'make',
    (...args: number[]) => number
  > & { hash(a: number): bigint; hash_word_of(w: bigint): bigint };
}

const viewA = 4096;
const viewB = 4112;

function place(view: number, text: Uint8Array, address: number): void {
  bytes.set(text, address);
  writeView(bytes, view, text, address);
}

const text = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 40, max: 1 }),
  fc.uint8Array({ minLength: 60, maxLength: 90, max: 1 }),
);
const pair = fc.oneof(
  fc.tuple(text, text),
  text.map((t) => [t, t.slice()] as const),
  fc.tuple(text, fc.nat(90)).map(([t, n]) => [t, t.slice(0, n)] as const),
  fc.tuple(text, fc.nat(), fc.nat(255)).map(([t, at, byte]) => {
    const changed = t.slice();
    if (changed.length > 0) changed[at % changed.length] = byte;
    return [t, changed] as const;
  }),
);

test('equality, order, length and hash of views are those of their bytes', () => {
  fc.assert(
    fc.property(pair, fc.nat(15), ([a, b], shift) => {
      place(viewA, a, 8192 + shift);
      place(viewB, b, 16_384);
      const expected = Math.sign(Buffer.compare(a, b));
      assert.equal(Math.sign(kernel.compare(viewA, viewB)), expected);
      assert.equal(kernel.equal(viewA, viewB), expected === 0 ? 1 : 0);
      assert.equal(kernel.hash(viewA) === kernel.hash(viewB), expected === 0);
      assert.equal(kernel.length(viewA), a.length);
    }),
    { seed: 3, numRuns: 3000 },
  );
});

test('spilled bytes of two views can be read side by side', () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      place(viewA, a, 8192);
      place(viewB, b, 16_384);
      const [atA, atB] = [kernel.spill(viewA), kernel.spill2(viewB)];
      assert.deepEqual(bytes.slice(atA, atA + a.length), a);
      assert.deepEqual(bytes.slice(atB, atB + b.length), b);
    }),
    { seed: 4 },
  );
});

test('a made view is the one form of its bytes, wherever they lie, up to the last byte of memory', () => {
  fc.assert(
    fc.property(text, fc.nat(40), (t, gap) => {
      const address = bytes.length - gap - t.length;
      bytes.set(t, address);
      const made = kernel.make(address, t.length);
      writeView(bytes, viewA, t, t.length > inlineBytesMax ? address : undefined);
      assert.deepEqual(bytes.slice(made, made + 16), bytes.slice(viewA, viewA + 16));
      assert.deepEqual(viewToBytes(bytes, made).slice(), t);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('each input bit changes each hash bit about half of the time', () => {
  const rounds = 400;
  for (let bit = 0; bit < 64; bit += 3) {
    const flips = new Array<number>(64).fill(0);
    for (let i = 0; i < rounds; i++) {
      const word = BigInt(i) * 0x1_0001n;
      const changed = BigInt.asUintN(
        64,
        kernel.hash_word_of(word) ^ kernel.hash_word_of(word ^ (1n << BigInt(bit))),
      );
      for (let out = 0; out < 64; out++) flips[out]! += Number((changed >> BigInt(out)) & 1n);
    }
    for (const count of flips)
      assert.ok(count > rounds * 0.35 && count < rounds * 0.65, `bit ${bit}: ${count}`);
  }
});

test('the key groups of numbered names are evenly filled', () => {
  const counts = new Array<number>(1024).fill(0);
  for (let i = 0; i < 102_400; i++) {
    const name = new TextEncoder().encode(`customer-${i}`);
    place(viewA, name, 8192);
    counts[Number(BigInt.asUintN(64, kernel.hash(viewA)) >> 54n)]!++;
  }
  words.setUint32(viewA, 0, true);
  const chiSquare = counts.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0);
  // 1,023 degrees of freedom: the standard deviation is 45.
  assert.ok(chiSquare > 1023 - 250 && chiSquare < 1023 + 250, `chi square ${chiSquare}`);
});
