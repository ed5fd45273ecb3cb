import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageRowCountOffset } from '../../columns/page.ts';
import type { Channel } from '../operator.ts';
import { openPrivateMemory } from '../private-memory.ts';
import { PageOutput } from './page-output.ts';

const pageTable = 2048;

/** A channel that takes a message in two parts, and nothing while `isFull`. */
function openChannel(): Channel & { isFull: boolean; sent: number } {
  return {
    isFull: false,
    sent: 0,
    isSending: false,
    trySendPage() {
      const isWhole = this.isSending && !this.isFull;
      if (isWhole) this.sent++;
      Object.assign(this, { isSending: !isWhole && (this.isSending || !this.isFull), isFull: true });
      return isWhole;
    },
    trySendBytes: () => false,
    tryEnd: () => true,
  };
}

test('a page that went in part at a flush takes no more rows until the rest of it is gone', () => {
  const memory = openPrivateMemory({ staticEnd: 4096, limitBytes: 1 << 24 });
  const channel = openChannel();
  const output = new PageOutput({ memory, pageTable, channels: [channel] });
  const page = memory.view().getUint32(pageTable, true);
  memory.view().setUint32(page + pageRowCountOffset, 1, true);
  output.flush();
  assert.equal(channel.isSending, true);
  assert.equal(output.resume(), false, 'the task may not go on');
  channel.isFull = false;
  assert.equal(output.resume(), true);
  assert.equal(channel.sent, 1);
});

test('a page of which nothing went at a flush goes on being filled', () => {
  const memory = openPrivateMemory({ staticEnd: 4096, limitBytes: 1 << 24 });
  const channel = openChannel();
  channel.isFull = true;
  const output = new PageOutput({ memory, pageTable, channels: [channel] });
  const page = memory.view().getUint32(pageTable, true);
  memory.view().setUint32(page + pageRowCountOffset, 1, true);
  output.flush();
  assert.equal(output.resume(), true);
});
