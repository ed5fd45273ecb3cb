import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts';
import { turn } from '../base/timers.ts';
import { DescriptorWriter } from './descriptor-writer.ts';
import { ReaderGone } from './reader-gone.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code });
}

test('short writes are continued, and writes keep their order', async () => {
  let written = '';
  const writer = new DescriptorWriter('out', async (bytes, offset) => {
    await turn();
    written += decodeUtf8(bytes.subarray(offset, offset + 3));
    return Math.min(3, bytes.length - offset);
  });
  await Promise.all([writer.write(encodeUtf8('first line\n')), writer.write(encodeUtf8('second\n'))]);
  assert.equal(written, 'first line\nsecond\n');
});

test('a descriptor that is full for now is tried again later', async () => {
  const clock = new ManualClock();
  let refusals = 5;
  const writer = new DescriptorWriter(
    'out',
    async (bytes, offset) => {
      if (refusals-- > 0) throw failure('EAGAIN');
      return bytes.length - offset;
    },
    clock,
  );
  const done = writer.write(encodeUtf8('text'));
  for (let i = 0; i < 5; i++) {
    await turn();
    clock.advance(32);
  }
  await done;
  assert.equal(refusals, -1);
});

test('a reader that went away is told apart from a failure, and later writes are tried', async () => {
  const codes = ['EPIPE', 'ENOSPC'];
  const writer = new DescriptorWriter('out', async (bytes, offset) => {
    const code = codes.shift();
    if (code !== undefined) throw failure(code);
    return bytes.length - offset;
  });
  await assert.rejects(writer.write(encodeUtf8('a')), (error) => error instanceof ReaderGone);
  await assert.rejects(writer.write(encodeUtf8('b')), {
    code: 'sink_write',
    message: 'out cannot be written',
  });
  await writer.write(encodeUtf8('c'));
});
