import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSink, findSource } from './registry.ts';

test('every connector that is named can be loaded, and calls itself by that name', async () => {
  for (const name of ['file', 'stdin', 'datagen']) assert.equal((await findSource(name)).name, name);
  for (const name of ['stdout', 'file', 'blackhole']) assert.equal((await findSink(name)).name, name);
});

test('a name that is not known gets the nearest one, and a sink is not a source', () => {
  assert.throws(() => findSource('fiel'), {
    message: 'there is no connector "fiel"',
    hint: 'Did you mean "file"?',
  });
  assert.throws(() => findSource('blackhole'), { message: 'connector "blackhole" cannot be a source' });
  assert.throws(() => findSink('datagen'), { message: 'connector "datagen" cannot be a sink' });
  assert.throws(() => findSource('constructor'), { message: 'there is no connector "constructor"' });
});
