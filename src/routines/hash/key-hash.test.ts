import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeView } from '../../columns/string-view.ts';
import { f64, i32, i64 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { emitKeyHash } from './key-hash.ts';

const module = new ModuleBuilder('key_hash');
const params = { a: 'i32', aNull: 'i32', view: 'i32', x: 'f64' } as const;
module.export('hash', params, 'i64', (f, { a, aNull, view, x }) => {
  const words = [f.let('i64', 'w0', i64.load(view)), f.let('i64', 'w1', i64.load(view, 8))];
  f.return(
    emitKeyHash(module, f, [
      { storage: 'i32', lanes: [a], isNull: aNull },
      { storage: 'view', lanes: words, isNull: undefined },
      { storage: 'f64', lanes: [f64.add(x, f64.const(0))], isNull: undefined },
    ]),
  );
});
module.export('hash_of_nothing', { a: 'i32' }, 'i64', (f, { a }) => {
  f.do(i32.store(0, a));
  f.return(emitKeyHash(module, f, []));
});
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
const hash = exports.hash as (a: number, aNull: number, view: number, x: number) => bigint;

function viewOf(text: string, view: number, address: number): number {
  const bytes = new TextEncoder().encode(text);
  const memoryBytes = new Uint8Array(memory.buffer);
  memoryBytes.set(bytes, address);
  writeView(memoryBytes, view, bytes, address);
  return view;
}

test('a key hashes by its values: NULL is not 0, every field counts, an address does not', () => {
  const short = viewOf('north', 4096, 8192);
  const long = viewOf('a string of more than fifteen bytes', 4112, 8192);
  const sameElsewhere = viewOf('a string of more than fifteen bytes', 4128, 9001);
  const other = viewOf('a string of more than fifteen bytez', 4144, 10_000);
  const hashes = [
    hash(0, 0, short, 1.5),
    hash(0, 1, short, 1.5),
    hash(1, 0, short, 1.5),
    hash(0, 0, short, 2.5),
    hash(0, 0, long, 1.5),
    hash(0, 0, other, 1.5),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal(hash(0, 0, sameElsewhere, 1.5), hash(0, 0, long, 1.5));
});

test('a key without fields hashes to 0', () => {
  assert.equal((exports.hash_of_nothing as (a: number) => bigint)(1), 0n);
});
