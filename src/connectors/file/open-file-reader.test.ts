import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodeUtf8 } from '../../base/bytes.ts';
import type { WorkUnit } from '../../io/source.ts';
import { openFileReader } from './open-file-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'velostream-reader-'));
after(() => rmSync(folder, { recursive: true }));

function unit(name: string, content: Uint8Array, compression: 'none' | 'gzip'): WorkUnit {
  const path = join(folder, name);
  writeFileSync(path, content);
  const end = compression === 'gzip' ? Number.POSITIVE_INFINITY : content.length;
  return {
    split: 0,
    chunk: 0,
    name: path,
    start: 0,
    end,
    splitEnd: end,
    byteCount: content.length,
    compression,
  };
}

async function readWhole(work: WorkUnit, readBytes = 10_007): Promise<Uint8Array> {
  const reader = openFileReader();
  reader.open(work);
  const parts: Uint8Array[] = [];
  for (let position = 0; ; ) {
    const target = new Uint8Array(readBytes);
    const got = reader.read(target, position, readBytes);
    if (got === 0) break;
    if (got === 'wait') {
      await reader.ready();
      continue;
    }
    parts.push(target.subarray(0, got));
    position += got;
  }
  reader.close();
  return new Uint8Array(Buffer.concat(parts));
}

const text = encodeUtf8(Array.from({ length: 300_000 }, (_, i) => `line ${i}\n`).join(''));

test('plain and packed files give the same bytes, in reads of any size', async () => {
  assert.deepEqual(await readWhole(unit('a', text, 'none')), text);
  assert.deepEqual(await readWhole(unit('a.gz', gzipSync(text), 'gzip')), text);
  const small = encodeUtf8('a few bytes');
  assert.deepEqual(await readWhole(unit('s.gz', gzipSync(small), 'gzip'), 1), small);
});

test('a packed file may have several members', async () => {
  const packed = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
  assert.deepEqual(await readWhole(unit('m.gz', packed, 'gzip')), encodeUtf8('one\ntwo\n'));
});

test('a packed file that is cut off or damaged is an error, not a shorter file', async () => {
  const packed = gzipSync(text);
  await assert.rejects(readWhole(unit('cut.gz', packed.subarray(0, packed.length / 2), 'gzip')), {
    code: 'source_unavailable',
  });
  await assert.rejects(readWhole(unit('no.gz', encodeUtf8('plain text'), 'gzip')), { detail: /header/ });
});

test('a file that went away since it was listed is an error', () => {
  const work = unit('gone', text, 'none');
  rmSync(work.name);
  assert.throws(() => openFileReader().open(work), { code: 'source_unavailable', detail: /^ENOENT/ });
});
