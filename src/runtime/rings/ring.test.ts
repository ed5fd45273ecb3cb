import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../base/random.ts';
import type { ExchangeKernel } from '../../kernels/exchange/exchange.ts';
import { createExchange } from '../../kernels/exchange/exchange.ts';
import { createPrivateMemory, createSharedMemory } from '../../wasm/instantiate.ts';
import {
  type OutgoingMessage,
  type RingLayout,
  RingReader,
  RingWriter,
  ringBytes,
  ringDeepest,
  ringDepth,
} from './ring.ts';

const payloadBytes = 64;

const below = (random: Random, bound: number): number => random.int(0, bound - 1);

function openRing(slotCount: number, address = 256) {
  const ring: RingLayout = { address, slotCount, slotPayloadBytes: payloadBytes };
  const shared = createSharedMemory(address + ringBytes(slotCount, payloadBytes));
  const words = new Int32Array(shared.buffer);
  const sender = createPrivateMemory(1 << 20);
  const receiver = createPrivateMemory(1 << 20);
  const writer = new RingWriter(ring, words, createExchange(sender, shared));
  const reader = new RingReader(ring, words, createExchange(receiver, shared));
  return {
    ring,
    words,
    writer,
    reader,
    sent: new Uint8Array(sender.buffer),
    got: new Uint8Array(receiver.buffer),
  };
}

/** A page with `headBytes` of rows, a gap, and a heap; or a run of bytes. */
function randomMessage(random: Random, memory: Uint8Array): OutgoingMessage {
  const isPage = below(random, 2) === 0;
  const headBytes = 1 + below(random, 300);
  const gap = below(random, 100);
  const heapBytes = isPage ? below(random, 200) : 0;
  const address = 1024;
  for (let i = 0; i < headBytes + gap + heapBytes; i++) memory[address + i] = below(random, 256);
  return { address, headBytes, heapStart: headBytes + gap, heapBytes, isPage };
}

for (const [slotCount, address] of [
  [1, 256],
  [2, 256],
  [8, 256],
  [8, 2 ** 31 - 256],
] as const) {
  test(`a ring of ${slotCount} slots at ${address} delivers every message whole and in order`, () => {
    const random = Random.fromSeed(7 + slotCount);
    const { writer, reader, sent, got, ring, words } = openRing(slotCount, address);
    const landing = 4096;
    let ended = false;
    for (let n = 0; n < 400; n++) {
      const message = randomMessage(random, sent);
      const { address, headBytes, heapStart, heapBytes, isPage } = message;
      let isSent = false;
      let received: ReturnType<RingReader['tryReceive']> = { kind: 'nothing' };
      for (let step = 0; received.kind === 'nothing'; step++) {
        assert.ok(step < 100, 'the ring makes progress');
        if (!isSent) isSent = writer.trySend(message);
        assert.ok(ringDepth(words, ring) <= slotCount);
        if (isSent || below(random, 2) === 0) received = reader.tryReceive(() => landing);
      }
      assert.ok(isSent);
      const head = sent.subarray(address, address + headBytes);
      assert.deepEqual(got.subarray(landing, landing + headBytes), head);
      if (isPage) {
        assert.deepEqual(received, { kind: 'page', address: landing });
        const heap = sent.subarray(address + heapStart, address + heapStart + heapBytes);
        assert.deepEqual(got.subarray(landing + heapStart, landing + heapStart + heapBytes), heap);
      } else {
        assert.deepEqual(received, { kind: 'bytes', address: landing, byteCount: headBytes });
      }
    }
    assert.ok(writer.tryEnd());
    ended = reader.tryReceive(() => landing).kind === 'end';
    assert.ok(ended);
    assert.equal(ringDepth(words, ring), 0);
  });
}

test('a full ring refuses more, and what it holds is not lost', () => {
  const { writer, reader, sent, got } = openRing(2);
  const message = (byte: number): OutgoingMessage => {
    sent[1024] = byte;
    return { address: 1024, headBytes: 1, heapStart: 0, heapBytes: 0, isPage: false };
  };
  assert.ok(writer.trySend(message(1)));
  assert.ok(writer.trySend(message(2)));
  assert.equal(writer.trySend(message(3)), false);
  assert.equal(writer.tryEnd(), false);
  for (const byte of [1, 2]) {
    assert.equal(reader.tryReceive(() => 64).kind, 'bytes');
    assert.equal(got[64], byte);
  }
  assert.equal(reader.tryReceive(() => 64).kind, 'nothing');
});

test('bytes in one slot can be looked at where they lie, and keep it until it is given back', () => {
  const { writer, reader, sent, words } = openRing(2);
  const shared = new Uint8Array(words.buffer);
  const message = (byteCount: number, isPage = false): OutgoingMessage => {
    sent.fill(byteCount, 1024, 1024 + byteCount);
    return { address: 1024, headBytes: byteCount, heapStart: 0, heapBytes: 0, isPage };
  };
  assert.equal(reader.peekBytes(), undefined);
  for (let round = 1; round < 6; round++) {
    assert.ok(writer.trySend(message(round)));
    assert.ok(writer.trySend(message(payloadBytes)));
    for (const byteCount of [round, payloadBytes]) {
      assert.equal(writer.trySend(message(3)), false, 'the ring is full');
      const { sharedAddress, byteCount: found } = reader.peekBytes()!;
      assert.equal(found, byteCount);
      const expected = new Uint8Array(byteCount).fill(byteCount);
      assert.deepEqual(shared.slice(sharedAddress, sharedAddress + found), expected);
      assert.deepEqual(reader.peekBytes(), { sharedAddress, byteCount: found });
      reader.release();
      if (byteCount === round) assert.ok(writer.trySend(message(7)));
    }
    assert.equal(reader.tryReceive(() => 4096).kind, 'bytes');
  }
  // A page, the first and the last part of a message in two slots, and the end.
  assert.ok(writer.trySend(message(8, true)));
  assert.equal(reader.peekBytes(), undefined);
  assert.equal(reader.tryReceive(() => 4096).kind, 'page');
  assert.equal(writer.trySend(message(3 * payloadBytes)), false);
  assert.equal(reader.peekBytes(), undefined);
  assert.equal(reader.tryReceive(() => 4096).kind, 'nothing');
  assert.ok(writer.trySend(message(3 * payloadBytes)));
  assert.equal(reader.peekBytes(), undefined);
  assert.equal(reader.tryReceive(() => 4096).kind, 'bytes');
  assert.ok(writer.tryEnd());
  assert.equal(reader.peekBytes(), undefined);
});

test('counts of slots wrap around without confusing full and empty', () => {
  const copies: ExchangeKernel = { copyOut: () => {}, copyIn: () => {} };
  const ring: RingLayout = { address: 0, slotCount: 4, slotPayloadBytes: payloadBytes };
  const words = new Int32Array(new SharedArrayBuffer(ringBytes(4, payloadBytes)));
  const nearWrap = 2 ** 32 - 2;
  Atomics.store(words, 0, nearWrap | 0);
  Atomics.store(words, 16, nearWrap | 0);
  const writer = new RingWriter(ring, words, copies, nearWrap);
  const reader = new RingReader(ring, words, copies, nearWrap);
  const message: OutgoingMessage = { address: 0, headBytes: 8, heapStart: 0, heapBytes: 0, isPage: false };
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) assert.ok(writer.trySend(message));
    assert.equal(writer.trySend(message), false);
    for (let i = 0; i < 4; i++) assert.equal(reader.tryReceive(() => 0).kind, 'bytes');
    assert.equal(reader.hasMessage, false);
  }
});

test('the most slots that were ever in use are remembered, whatever is taken after', () => {
  const { writer, reader, ring, words } = openRing(8);
  const message = { address: 1024, headBytes: 8, heapStart: 0, heapBytes: 0, isPage: false };
  for (const count of [1, 3, 2]) {
    for (let i = 0; i < count; i++) assert.equal(writer.trySend(message), true);
    while (reader.tryReceive(() => 4096).kind !== 'nothing');
  }
  assert.equal(ringDepth(words, ring), 0);
  assert.equal(ringDeepest(words, ring), 3);
});
