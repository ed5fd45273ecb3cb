import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { call } from '../wasm/instructions.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr } from '../wasm/types.ts';
import { arenaAllocate, arenaReset } from './arena.ts';
import { allocateBlock, freeBlock } from './heap.ts';
import { memoryMap } from './memory-map.ts';

function heapKernel(heapStart: number, heapLimit: number) {
  const module = new ModuleBuilder('heap');
  module.export('allocate', { n: 'i32' }, 'i32', (f, { n }) => {
    f.return(call(allocateBlock(module), n) as Expr<'i32'>);
  });
  module.export('free', { p: 'i32', n: 'i32' }, undefined, (f, { p, n }) => {
    f.call(freeBlock(module), p, n);
  });
  module.export('arena', { n: 'i32' }, 'i32', (f, { n }) => {
    f.return(call(arenaAllocate(module), n) as Expr<'i32'>);
  });
  module.export('reset', {}, undefined, (f) => f.call(arenaReset(module)));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  const cells = new Uint32Array(memory.buffer);
  cells[memoryMap.heapTop / 4] = heapStart;
  cells[memoryMap.heapLimit / 4] = heapLimit;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const kernel = exports as Record<string, (...args: number[]) => number>;
  return {
    allocate: (n: number) => kernel.allocate!(n) >>> 0,
    free: (p: number, n: number) => void kernel.free!(p, n),
    arena: (n: number) => kernel.arena!(n) >>> 0,
    reset: () => void kernel.reset!(),
    cell: (at: number) => new DataView(memory.buffer).getUint32(at, true),
    bytes: () => new Uint8Array(memory.buffer),
  };
}

const blockBytes = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(16, n)));

test('blocks never overlap, stay aligned, keep their bytes, and freed ones are counted', () => {
  const command = fc.oneof(
    { weight: 3, arbitrary: fc.record({ allocate: fc.oneof(fc.nat(80), fc.nat(5000), fc.nat(300_000)) }) },
    { weight: 2, arbitrary: fc.record({ free: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
      const heapStart = 5000;
      const heap = heapKernel(heapStart, 1 << 28);
      const live: { p: number; n: number; stamp: number }[] = [];
      let stamp = 0;
      for (const c of commands) {
        if ('allocate' in c) {
          const p = heap.allocate(c.allocate);
          assert.ok(p >= heapStart && p % 16 === 0);
          assert.ok(p + blockBytes(c.allocate) <= heap.bytes().length);
          for (const other of live) {
            assert.ok(p + blockBytes(c.allocate) <= other.p || other.p + blockBytes(other.n) <= p);
          }
          stamp = (stamp % 250) + 1;
          heap.bytes().fill(stamp, p, p + c.allocate);
          live.push({ p, n: c.allocate, stamp });
        } else if (live.length > 0) {
          const [gone] = live.splice(c.free % live.length, 1);
          heap.free(gone!.p, gone!.n);
        }
        const liveBytes = live.reduce((sum, b) => sum + blockBytes(b.n), 0);
        const handedOut = Math.max(0, heap.cell(memoryMap.heapTop) - Math.ceil(heapStart / 4096) * 4096);
        assert.equal(heap.cell(memoryMap.heapFreeBytes), handedOut - liveBytes);
      }
      for (const block of live) {
        const bytes = heap.bytes().subarray(block.p, block.p + block.n);
        assert.ok(bytes.every((byte) => byte === block.stamp));
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('a freed block is handed out again before the heap grows', () => {
  const heap = heapKernel(4096, 1 << 24);
  const first = heap.allocate(70_000);
  const top = heap.cell(memoryMap.heapTop);
  heap.free(first, 70_000);
  assert.equal(heap.allocate(131_072), first);
  assert.equal(heap.cell(memoryMap.heapTop), top);
});

test('at the limit larger free blocks are split, and then the heap refuses and says so', () => {
  const heap = heapKernel(4096, 4096 + 65_536);
  const whole = heap.allocate(65_536);
  heap.free(whole, 65_536);
  const taken = new Set<number>();
  for (let i = 0; i < 4096; i++) taken.add(heap.allocate(16));
  assert.equal(taken.size, 4096);
  assert.equal(heap.cell(memoryMap.heapFreeBytes), 0);
  assert.equal(heap.cell(memoryMap.heapExhausted), 0);
  assert.throws(() => heap.allocate(16), WebAssembly.RuntimeError);
  assert.equal(heap.cell(memoryMap.heapExhausted), 1);
});

test('absurd sizes are refused', () => {
  for (const n of [2 ** 31 + 1, 2 ** 32 - 1, 2 ** 31]) {
    const heap = heapKernel(4096, 1 << 24);
    assert.throws(() => heap.allocate(n), WebAssembly.RuntimeError);
    const arena = heapKernel(4096, 1 << 24);
    assert.throws(() => arena.arena(n), WebAssembly.RuntimeError);
    assert.equal(arena.cell(memoryMap.heapExhausted), 1);
  }
});

test('arena bytes stay apart until the reset, which gives back all but one block', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(200_000), { maxLength: 12 }), { maxLength: 6 }), (batches) => {
      const heap = heapKernel(4096, 1 << 28);
      for (const sizes of batches) {
        let end = [] as { from: number; to: number }[];
        for (const n of sizes) {
          const p = heap.arena(n);
          assert.equal(p % 8, 0);
          assert.ok(end.every(({ from, to }) => p + n <= from || to <= p));
          end = [...end, { from: p, to: p + n }];
          heap.bytes().fill(0xab, p, p + n);
        }
        heap.reset();
        assert.equal(heap.cell(memoryMap.arenaBlocks), 0);
        const kept = heap.cell(memoryMap.arenaStart);
        const keptBytes = kept === 0 ? 0 : blockBytes(heap.cell(kept + 4));
        const handedOut = heap.cell(memoryMap.heapTop) - 4096;
        assert.equal(heap.cell(memoryMap.heapFreeBytes), handedOut - keptBytes);
      }
    }),
    { seed: 2, numRuns: 60 },
  );
});
