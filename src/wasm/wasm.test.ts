import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, f64, i8x16, i32, i64, i64x2, select, shuffle, v128 } from './instructions.ts';
import { ModuleBuilder } from './module-builder.ts';
import type { FunctionSlot } from './types.ts';

function instantiate(module: ModuleBuilder, host: Record<string, WebAssembly.ImportValue> = {}) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  const compiled = new WebAssembly.Module(module.encode());
  const instance = new WebAssembly.Instance(compiled, { env: { memory, ...host } });
  return {
    memory,
    exports: instance.exports as Record<string, (...args: (number | bigint)[]) => number & bigint>,
  };
}

test('a loop with locals sums integers', () => {
  const module = new ModuleBuilder('sum');
  module.export('sum', { n: 'i32' }, 'i64', (f, { n }) => {
    const i = f.local('i32', 'i');
    const total = f.local('i64', 'total');
    f.while(
      'each',
      () => i32.lt_u(i, n),
      () => {
        f.set(i, i32.add(i, 1));
        f.set(total, i64.add(total, i64.extend_i32_u(i)));
      },
    );
    f.return(total);
  });
  assert.equal(instantiate(module).exports.sum!(10), 55n);
});

test('branch tables, nested blocks and early returns reach the right place', () => {
  const module = new ModuleBuilder('table');
  module.export('pick', { index: 'i32' }, 'i32', (f, { index }) => {
    f.block('other', (other) => {
      f.block('one', (one) => {
        f.block('zero', (zero) => f.branchTable(index, [zero, one], other));
        f.return(i32.const(100));
      });
      f.return(i32.const(200));
    });
    f.return(i32.const(-1));
  });
  const { pick } = instantiate(module).exports;
  assert.deepEqual(
    [0, 1, 2, 9].map((i) => pick!(i)),
    [100, 200, -1, -1],
  );
});

test('static data, loads with offsets, SIMD and lanes work on memory', () => {
  const module = new ModuleBuilder('simd');
  const text = module.data(new TextEncoder().encode('hello, wasm world!'));
  module.export('find', { byte: 'i32' }, 'i32', (f, { byte }) => {
    const mask = f.let('i32', 'mask', i8x16.bitmask(i8x16.eq(v128.load(text), i8x16.splat(byte))));
    f.return(select('i32', mask, i32.ctz(mask), -1));
  });
  module.export('lane', {}, 'i64', (f) => {
    const reversed = shuffle([...Array(16).keys()].reverse(), v128.load(i32.const(text)), v128.load(text));
    f.return(i64x2.extract_lane(0, reversed));
  });
  const { exports } = instantiate(module);
  assert.equal(exports.find!(','.charCodeAt(0)), 5);
  assert.equal(exports.find!('!'.charCodeAt(0)), -1);
  const bytes = [...'hello, wasm worl']
    .reverse()
    .slice(0, 8)
    .map((c) => BigInt(c.charCodeAt(0)));
  const expected = bytes.reduce((sum, byte, i) => sum | (byte << BigInt(8 * i)), 0n);
  assert.equal(BigInt.asUintN(64, exports.lane!()), expected);
});

test('host functions, routines shared in a module, globals and forward declarations link up', () => {
  const module = new ModuleBuilder('links');
  const log = module.importFunction('log', ['i64', 'f64'], undefined);
  const counter = module.global('i32', 'counter', 7, true);
  const even = module.declare('even', { n: 'i32' }, 'i32');
  const odd = module.function('odd', { n: 'i32' }, 'i32', (f, { n }) => {
    f.if(i32.eqz(n), () => f.return(i32.const(0)));
    f.return(call(even, i32.sub(n, 1)));
  });
  module.define<{ n: 'i32' }>(even, (f, { n }) => {
    f.if(i32.eqz(n), () => f.return(i32.const(1)));
    f.return(call(odd, i32.sub(n, 1)));
  });
  const twice = () =>
    module.routine('twice', (m) =>
      m.function('twice', { x: 'f64' }, 'f64', (f, { x }) => f.return(f64.mul(x, 2))),
    );
  assert.equal(twice(), twice());
  module.export('run', { n: 'i32' }, 'i32', (f, { n }) => {
    f.call(log, 5_000_000_000n, call(twice(), 1.25));
    f.setGlobal(counter, i32.add(counter, n));
    f.return(call(even, counter));
  });
  const seen: unknown[] = [];
  const { exports } = instantiate(module, { log: (a: bigint, b: number) => seen.push(a, b) });
  assert.equal(exports.run!(3), 1);
  assert.deepEqual(seen, [5_000_000_000n, 2.5]);
});

test('a function beyond what every engine accepts is refused by name', () => {
  const module = new ModuleBuilder('large');
  module.export('many_locals', {}, undefined, (f) => {
    const locals = Array.from({ length: 50_001 }, (_, i) => f.let('i32', 'x', i));
    for (const local of locals) f.do(i32.store(0, local));
  });
  const refusal = {
    code: 'resource_limit',
    detail: 'Its function many_locals needs 50001 local variables, and 50000 are possible.',
  };
  assert.throws(() => module.encode(), refusal);
});

test('two pieces under one name are refused', () => {
  const module = new ModuleBuilder('names');
  const half = (): FunctionSlot =>
    module.routine('half', (m, name) =>
      m.function(name, { x: 'f64' }, 'f64', (f, { x }) => f.return(f64.div(x, 2))),
    );
  assert.equal(half(), half());
  const other = (): FunctionSlot =>
    module.routine('half', (m, name) =>
      m.function(name, { x: 'f64' }, 'f64', (f, { x }) => f.return(f64.mul(x, 0.5))),
    );
  assert.throws(other, /routine half is one piece/);
});

test('an operand of the wrong type is refused when the module is built', () => {
  assert.throws(() => i32.add(1, i64.const(2n) as never), /expected an operand of type i32, got i64/);
});

test('the text form describes the same module as the binary form', async () => {
  const module = new ModuleBuilder('text');
  const table = module.data(new Uint8Array([1, 2, 34, 92]));
  module.export('f', { a: 'i32', x: 'f64' }, 'f64', (f, { a, x }) => {
    const y = f.local('f64', 'y');
    f.block('done', (done) => {
      f.loop('again', (again) => {
        f.branchIf(done, i32.gt_s(a, 3));
        f.set(y, f64.add(y, f64.load(a, 8)));
        f.do(
          f64.store(a, f64.const(Infinity), 16),
          i64.store32(a, -1n),
          v128.store(a, v128.const(new Uint8Array(16))),
        );
        f.if(
          i32.load8_u(table),
          () => f.branch(again),
          () => f.memoryCopy(a, 0, 8),
        );
      });
    });
    f.return(f64.add(f64.mul(x, -0), y));
  });
  const { default: wabtInit } = await import('wabt');
  const wabt = await wabtInit();
  const parsed = wabt.parseWat('text.wat', module.print(), { simd: true });
  parsed.resolveNames();
  const fromText = new Uint8Array(parsed.toBinary({ write_debug_names: false }).buffer);
  const normal = (bytes: Uint8Array) =>
    wabt
      .readWasm(bytes, { readDebugNames: false, simd: true } as never)
      .toText({ foldExprs: false, inlineExport: false });
  // Alignment hints differ (the text form states none, so the natural one is assumed).
  const strip = (text: string) => text.replaceAll(/ align=\d+/g, '');
  assert.equal(strip(normal(module.encode())), strip(normal(fromText)));
});
