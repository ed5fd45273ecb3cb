import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LineNumbers } from './line-number.ts';

test('a byte is on the line that its line feeds say, in any order of asking', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'velo-lines-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'lines.txt');
  const lines = Array.from({ length: 300_000 }, (_, i) => `line ${i}`);
  writeFileSync(path, lines.join('\n'));
  const numbers = new LineNumbers();
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length + 1;
  }
  for (const i of [0, 299_999, 1, 150_000, 99_999, 250_000, 2]) {
    assert.equal(numbers.lineAt(path, starts[i]!), i + 1);
  }
  const text = lines.join('\n');
  for (const at of [4095, 4096, 4097, 1_048_575, 1_048_576, 2_097_152 + 8192]) {
    assert.equal(numbers.lineAt(path, at), text.slice(0, at).split('\n').length);
  }
  assert.equal(numbers.lineAt(join(directory, 'none'), 5), undefined);
});
