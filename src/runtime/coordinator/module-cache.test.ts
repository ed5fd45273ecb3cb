import assert from 'node:assert/strict';
import { test } from 'node:test';
import { i32 } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { compileCached } from './module-cache.ts';

/** A module whose `answer` is the number, and that is so many bytes large. */
function moduleBytes(answer: number, size = 0): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder('answers', 1024);
  if (size > 0) module.data(new Uint8Array(size).fill(1));
  module.export('answer', {}, 'i32', (f) => f.return(i32.const(answer)));
  return module.encode();
}

test('equal bytes are one module, other bytes another', () => {
  const first = compileCached(moduleBytes(1));
  assert.equal(compileCached(moduleBytes(1)), first);
  assert.notEqual(compileCached(moduleBytes(2)), first);
  assert.equal(compileCached(moduleBytes(1)), first);
});

test('what was not used for long makes room', () => {
  const often = compileCached(moduleBytes(3));
  const once = compileCached(moduleBytes(4));
  for (let i = 0; i < 40; i++) {
    compileCached(moduleBytes(100 + i, 500_000));
    assert.equal(compileCached(moduleBytes(3)), often);
  }
  assert.notEqual(compileCached(moduleBytes(4)), once);
});
