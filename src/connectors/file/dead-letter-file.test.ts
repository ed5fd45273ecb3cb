import assert from 'node:assert/strict';
import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, mock, test } from 'node:test';
import { encodeUtf8 } from '../../base/bytes.ts';
import { DeadLetterFile } from './dead-letter-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-dead-'));
after(() => rmSync(folder, { recursive: true }));

/** What is read back of a record with these bytes. */
function writeLetter(name: string, payload: Uint8Array): unknown {
  const path = join(folder, name);
  const file = new DeadLetterFile(path);
  file.write({ unit: { name: 'in.jsonl' }, offset: 3, reason: 'syntax', column: undefined, payload });
  file.close();
  return JSON.parse(readFileSync(path, 'utf8'));
}

test('the payload is the record to the byte: as text with its byte order mark, or in base64', () => {
  const about = { source: 'in.jsonl', offset: 3, reason: 'syntax' };
  assert.deepEqual(writeLetter('marked', encodeUtf8('\ufeff{"a":1}')), {
    ...about,
    payload: '\ufeff{"a":1}',
  });
  assert.deepEqual(writeLetter('bytes', Uint8Array.of(0xff, 0x61)), { ...about, payload_base64: '/2E=' });
});

test('a letter is whole, however little the system takes at once', () => {
  const writeSync = fs.writeSync as (
    descriptor: number,
    bytes: Uint8Array,
    at: number,
    size: number,
  ) => number;
  const short = (descriptor: number, bytes: Uint8Array | string, at = 0): number =>
    writeSync(descriptor, Buffer.from(bytes as string), at, Math.min(7, bytes.length - at));
  const mocked = mock.method(fs, 'writeSync', short as never);
  syncBuiltinESMExports();
  try {
    const payload = 'x'.repeat(100);
    assert.deepEqual(writeLetter('short', encodeUtf8(payload)), {
      source: 'in.jsonl',
      offset: 3,
      reason: 'syntax',
      payload,
    });
  } finally {
    mocked.mock.restore();
    syncBuiltinESMExports();
  }
});

test('a letter that finds no room leaves nothing behind', () => {
  const path = join(folder, 'full');
  const file = new DeadLetterFile(path);
  const letter = { unit: { name: 'in.jsonl' }, offset: 3, reason: 'syntax', column: undefined };
  file.write({ ...letter, payload: encodeUtf8('first') });
  const whole = readFileSync(path, 'utf8');
  const writeSync = fs.writeSync as (
    descriptor: number,
    bytes: Uint8Array,
    at: number,
    size: number,
  ) => number;
  const full = (descriptor: number, bytes: Uint8Array, at: number): number => {
    if (at > 0) throw new Error('no space left');
    return writeSync(descriptor, bytes, at, 7);
  };
  const mocked = mock.method(fs, 'writeSync', full as never);
  syncBuiltinESMExports();
  try {
    const payload = encodeUtf8('second');
    assert.throws(() => file.write({ ...letter, payload }), /dead letters cannot be written/);
  } finally {
    mocked.mock.restore();
    syncBuiltinESMExports();
  }
  assert.equal(readFileSync(path, 'utf8'), whole);
  file.close();
});
