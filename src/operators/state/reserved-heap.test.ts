import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPrivateMemory } from '../private-memory.ts';
import { LostConsumer } from './lost-consumer.ts';
import { reserveHeap } from './reserved-heap.ts';

const blockBytes = 65_536;
const blocks = 16;
const refused = new Error('refused');

function open(): { allocate: () => number; free: (address: number) => void; take: () => boolean } {
  const memory = openPrivateMemory({ staticEnd: blockBytes, limitBytes: (blocks + 1) * blockBytes });
  const allocate = (): number => memory.allocate(blockBytes);
  const consumer = Object.assign(new LostConsumer(), { accept: () => allocate() > 0 });
  const refuse = (): never => {
    throw refused;
  };
  const reserved = reserveHeap(consumer, { memory, reserveBytesMax: 2 ** 30, refuse });
  const free = (address: number): void => memory.free(address, blockBytes);
  return { allocate, free, take: () => reserved.accept(0, 0) };
}

test('the consumer runs out of memory at half of it, and the others have the rest', () => {
  const { allocate, take } = open();
  for (let i = 0; i < blocks / 2; i++) assert.ok(take());
  assert.throws(take, WebAssembly.RuntimeError);
  for (let i = 0; i < blocks / 2; i++) allocate();
  assert.throws(allocate, WebAssembly.RuntimeError);
});

test('the consumer takes nothing that others give back once they have begun on the reserve', () => {
  const { allocate, free, take } = open();
  for (let i = 0; i < blocks / 2; i++) take();
  free(allocate());
  assert.throws(take, refused);
  allocate();
});
