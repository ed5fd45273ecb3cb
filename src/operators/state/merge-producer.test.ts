import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBatch, writePage } from '../../../test/support/page-rows.ts';
import { layoutBatch } from '../../columns/batch-layout.ts';
import type { Schema } from '../../columns/schema.ts';
import { bigintType } from '../../columns/sql-type.ts';
import { emitMerge } from '../../kernels/sort/merge-pages.ts';
import { compileModule, instantiate } from '../../wasm/instantiate.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { openPrivateMemory } from '../private-memory.ts';
import { bindMergeKernel, MergeProducer } from './merge-producer.ts';

const schema: Schema = [{ name: 'n', type: bigintType, nullable: false }];

/** A merge of numbers, given as pages of them. */
function openMerge(channelCount: number, limit?: bigint) {
  const module = new ModuleBuilder('merge');
  const batch = layoutBatch(schema, 100, (n, align) => module.reserve(n, align));
  const keys = [{ index: 0, descending: false, nullsFirst: false }];
  emitMerge(module, { prefix: 'merge', schema, keys, limit, offset: 0n, numbered: false, batch });
  const memory = openPrivateMemory({ staticEnd: 1 << 16, limitBytes: 1 << 28 });
  const kernel = instantiate(compileModule(module.encode()), memory.memory);
  const producer = new MergeProducer({ memory, kernel: bindMergeKernel(kernel, 'merge'), channelCount });
  const page = memory.allocate(65_536);
  const send = (channel: number, ...numbers: readonly number[]): boolean => {
    const rows = numbers.map((n) => ({ hash: 0n, values: [BigInt(n)] }));
    writePage(memory.memory, page, 65_536, { schema, rows });
    return producer.accept(page, channel);
  };
  /** What the producer gives until it wants input. */
  const take = (): unknown[] => {
    const given: unknown[] = [];
    for (;;) {
      const produced = producer.next();
      if (produced === 'worked') continue;
      if (typeof produced === 'string') return [...given, produced];
      given.push(...readBatch(memory.memory, batch, produced).map(([n]) => Number(n)));
    }
  };
  return { producer, send, take };
}

test('rows wait for every channel that has not ended, and for no other', () => {
  const { producer, send, take } = openMerge(3);
  assert.ok(send(0, 1, 4));
  assert.ok(send(1, 2, 3));
  assert.deepEqual(take(), ['needs_input']);
  producer.endChannel(2);
  assert.deepEqual(take(), [1, 2, 3, 'needs_input']);
  producer.endChannel(1);
  assert.deepEqual(take(), [4, 'needs_input']);
  producer.endChannel(0);
  assert.deepEqual(take(), ['end']);
});

test('a channel delivers when its page is used up and the batch that points into it is done with', () => {
  const { producer, send } = openMerge(2);
  assert.ok(send(0, 1, 2));
  assert.ok(send(1, 5));
  assert.equal(producer.next(), 2);
  assert.ok(!send(0, 3), 'its rows are in the batch');
  assert.ok(!send(1, 6), 'its rows are still to come');
  assert.equal(producer.next(), 'worked');
  assert.ok(!send(1, 6));
  assert.ok(send(0, 3));
  assert.equal(producer.next(), 1);
});

test('once all that is wanted was given, what comes is dropped until the senders have ended', () => {
  const { producer, send, take } = openMerge(2, 2n);
  assert.ok(send(0, 1, 2, 3));
  assert.ok(send(1, 4));
  assert.deepEqual(take(), [1, 2, 'needs_input']);
  assert.ok(send(0, 5) && send(0, 6) && send(1, 7));
  producer.endChannel(0);
  assert.deepEqual(take(), ['needs_input']);
  producer.endChannel(1);
  assert.deepEqual(take(), ['end']);
});

test('without rows there is nothing', () => {
  const { producer, take } = openMerge(2);
  producer.endChannel(1);
  producer.endChannel(0);
  assert.deepEqual(take(), ['end']);
});
