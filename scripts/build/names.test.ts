import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { entries, importsOfDeclaration, urlsOfBundle } from './names.ts';

test('every entry is a file', () => {
  for (const path of Object.values(entries)) assert.ok(existsSync(path), path);
});

test('the URL of an entry names its bundle, in both quotes and over lines', () => {
  const text =
    'new URL(\'../worker/worker-main.ts\', import.meta.url); new URL(\n  "./main.ts",\n  import.meta.url)';
  const expected =
    'new URL(\'./worker-main.js\', import.meta.url); new URL(\n  "./main.js",\n  import.meta.url)';
  assert.equal(urlsOfBundle(text), expected);
});

test('the URL of a file that is no entry is refused', () => {
  assert.throws(() => urlsOfBundle("new URL('./other.ts', import.meta.url)"), /not an entry/);
});

test('other texts that end like a source file are left alone', () => {
  const text = "new URL('./a.ts', base); new URL('https://x/a.ts', import.meta.url); const s = './a.ts';";
  assert.equal(urlsOfBundle(text), text);
  assert.equal(importsOfDeclaration(text), text);
});

test('imports in declarations are renamed', () => {
  const text = [
    "import type { A } from './a.ts';",
    'export { b } from "../b.ts";',
    "type C = import('./c.ts').C;",
    "import './d.ts';",
  ].join('\n');
  assert.equal(importsOfDeclaration(text), text.replaceAll('.ts', '.js'));
});
