/**
 * Records that are longer than one may be: bad records as others are, of which only the beginning is kept.
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/velo-command.ts';
import { startCollected } from './collected-job.ts';

const folder = temporaryFolder();
const letters = join(folder, 'letters.jsonl');
const long = 'é'.repeat(3000);
const json = `{"a":1}\n{"a":2,"s":"${long}"}\n{"a":3}\n`;
const csv = `a,s\n1,x\n2,"${long}\n\n${long}"\n3,"y\nz"\n`;
const contents: Readonly<Record<string, string | Uint8Array>> = {
  'long.jsonl': json,
  'long.csv': csv,
  'long.jsonl.gz': gzipSync(json),
  'long.csv.gz': gzipSync(csv),
};
for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);

const start = (name: string, options: string, partitions: number): ReturnType<typeof startCollected> => {
  const sql = `CREATE STREAM t (a INT, s VARCHAR) WITH (path = '${join(folder, name)}', chunk_bytes = 64 ${options});
    SELECT a FROM t`;
  return startCollected({
    sql,
    partitions,
    options: { limits: { recordBytesMax: 2048, inputBufferBytes: 256 } },
  });
};

for (const name of Object.keys(contents)) {
  const isCsv = name.includes('.csv');
  const [offset, line] = isCsv ? [8, 3] : [8, 2];

  for (const partitions of [1, 3]) {
    test(`a record of ${name} that is too long becomes a dead letter (${partitions})`, async () => {
      rmSync(letters, { force: true });
      const options = `, on_error = 'dead_letter', dead_letter_path = '${letters}'`;
      const { job, collected } = await start(name, options, partitions);
      await job.done;
      assert.deepEqual(collected.rows.sort(), ['{"a":1}', '{"a":3}']);
      const { payload, payload_base64, source, ...rest } = JSON.parse(
        readFileSync(letters, 'utf8'),
      ) as Record<string, unknown>;
      assert.equal(payload_base64, undefined);
      const place = name.endsWith('.gz') ? { offset } : { line, offset };
      assert.deepEqual(rest, { ...place, reason: 'too_long', payload_is_cut: true });
      assert.match(String(payload), isCsv ? /^2,"é{400,500}$/ : /^\{"a":2,"s":"é{400,500}$/);
    });
  }

  test(`a record of ${name} that is too long fails the job with its place`, async () => {
    const { job } = await start(name, '', 2);
    const place = name.endsWith('.gz') ? `byte ${offset}` : `line ${line}`;
    await assert.rejects(job.done, {
      code: 'record_rejected',
      message: new RegExp(`${name}, ${place}$`),
      detail: /^too long: /,
    });
  });
}
