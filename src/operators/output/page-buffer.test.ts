import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageBytesDefault, pageCapacityOffset, pageKinds } from '../../columns/page.ts';
import { memoryMap } from '../../routines/memory-map.ts';
import { openPrivateMemory } from '../private-memory.ts';
import { PageBuffer } from './page-buffer.ts';

const cell = 2048;

test('a page enlarged for one row is given back when it is empty again, and memory does not grow', () => {
  const memory = openPrivateMemory({ staticEnd: 4096, limitBytes: 1 << 26 });
  const page = new PageBuffer(memory, { cell, kind: pageKinds.rows, byteCount: pageBytesDefault });
  const capacity = (): number => memory.view().getUint32(page.address + pageCapacityOffset, true);
  let top = 0;
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 4; i++) page.enlarge();
    assert.equal(capacity(), 16 * pageBytesDefault);
    page.reset();
    assert.equal(capacity(), pageBytesDefault);
    assert.equal(memory.view().getUint32(cell, true), page.address);
    const nowTop = memory.view().getUint32(memoryMap.heapTop, true);
    if (round > 0) assert.equal(nowTop, top);
    top = nowTop;
  }
});
