import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExchange } from '../../kernels/exchange/exchange.ts';
import { createPrivateMemory, createSharedMemory } from '../../wasm/instantiate.ts';
import { doorbellBytes } from '../rings/doorbell.ts';
import { RingWriter, ringBytes } from '../rings/ring.ts';
import type { SharedLayout } from '../shared-layout.ts';
import { readResults } from './result-reader.ts';

test('the event loop has its turns while there are always more blocks', async () => {
  const blockCount = 15;
  const ring = { address: 2 * doorbellBytes, slotCount: 16, slotPayloadBytes: 64 };
  const byteCount = ring.address + ringBytes(ring.slotCount, ring.slotPayloadBytes);
  const shared = createSharedMemory(byteCount);
  const layout: SharedLayout = {
    byteCount,
    partitionCount: 1,
    control: 0,
    nextUnit: [],
    unitStates: [],
    doorbells: [0, doorbellBytes],
    counters: [],
    rings: [],
    resultRings: [{ ...ring, senders: 1, receivers: 1 }],
  };
  const words = new Int32Array(shared.buffer);
  const writer = new RingWriter(ring, words, createExchange(createPrivateMemory(65_536), shared));
  const block = { address: 0, headBytes: 8, heapStart: 0, heapBytes: 0, isPage: false };
  for (let i = 0; i < blockCount; i++) assert.ok(writer.trySend(block));
  assert.ok(writer.tryEnd());

  let millis = 0;
  let written = 0;
  let turnedAfter = 0;
  setImmediate(() => {
    turnedAfter = written;
  });
  await readResults({
    shared,
    layout,
    takers: [
      {
        partitions: [0],
        isOpen: () => true,
        write: async () => {
          written++;
          millis++;
        },
        end: async () => {},
      },
    ],
    isAborted: () => false,
    sleepMillisMax: 50,
    clock: { nowMicros: () => 0n, monotonicMillis: () => millis },
  });
  assert.equal(written, blockCount);
  assert.equal(turnedAfter, 4);
});
