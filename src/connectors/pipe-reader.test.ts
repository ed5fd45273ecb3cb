import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Random } from '../base/random.ts';
import type { WorkUnit } from '../io/source.ts';
import { PipeReader } from './pipe-reader.ts';

const directory = mkdtempSync(join(tmpdir(), 'velo-pipe-reader-'));
after(() => rmSync(directory, { recursive: true }));

const unit: WorkUnit = {
  split: 0,
  chunk: 0,
  name: 'pipe',
  start: 0,
  end: Number.POSITIVE_INFINITY,
  splitEnd: Number.POSITIVE_INFINITY,
  byteCount: 0,
  compression: 'none',
};
const timeout = 30_000;
const options = { timeout, skip: process.platform === 'win32' && 'there are no named pipes' };

/** A process that writes byte i mod 251 at place i: parts of these sizes, with pauses between some. */
function startWriter(pipe: string, sizes: readonly number[], pauseEvery: number): ChildProcess {
  const program = `
    const { openSync, writeSync } = require('node:fs');
    const to = openSync(${JSON.stringify(pipe)}, 'w');
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    let at = 0;
    ${JSON.stringify(sizes)}.forEach((size, i) => {
      const part = Buffer.from(Array.from({ length: size }, (_, j) => (at + j) % 251));
      for (let sent = 0; sent < size; ) sent += writeSync(to, part, sent);
      at += size;
      if (i % ${pauseEvery} === 0) Atomics.wait(sleeper, 0, 0, 2);
    });`;
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}

let pipeCount = 0;

function openPipe(sizes: readonly number[], pauseEvery = 1): { reader: PipeReader; writer: ChildProcess } {
  const path = join(directory, `pipe-${pipeCount++}`);
  execFileSync('mkfifo', [path]);
  const writer = startWriter(path, sizes, pauseEvery);
  const reader = new PipeReader({
    openPipe: (_unit, onOpen) => {
      onOpen({ descriptor: openSync(path, 'r') });
      return () => {};
    },
    toError: (_unit, cause) => cause as Error,
  });
  reader.open(unit);
  return { reader, writer };
}

for (const seed of [1, 2, 3]) {
  test(
    `every byte comes once and in its order, however it is written and read (seed ${seed})`,
    options,
    async () => {
      const random = Random.fromSeed(seed);
      const sizes = Array.from({ length: 60 }, () => random.int(1, random.int(0, 3) === 0 ? 200_000 : 300));
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const { reader, writer } = openPipe(sizes, random.int(1, 20));
      const target = new Uint8Array(300_000);
      let at = 0;
      for (;;) {
        const got = reader.read(target, at, random.int(1, target.length));
        if (got === 0) break;
        if (got === 'wait') {
          await reader.ready();
          continue;
        }
        for (let i = 0; i < got; i++) assert.equal(target[i], (at + i) % 251, `byte ${at + i}`);
        at += got;
      }
      assert.equal(at, total);
      assert.equal(reader.read(target, at, 10), 0, 'the end stays the end');
      reader.close();
      if (writer.exitCode === null) await once(writer, 'exit');
    },
  );
}

test('a reader that is given up while it waits keeps nobody', options, async () => {
  const { reader, writer } = openPipe([1, 1], 1);
  const target = new Uint8Array(10);
  while (reader.read(target, 0, 10) === 'wait') await reader.ready();
  reader.close();
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
});
