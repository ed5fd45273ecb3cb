import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOfJavaScript } from './names.ts';

test('a file beside the module is renamed in both quotes and over lines', () => {
  const text = 'new URL(\'./worker.ts\', import.meta.url); new URL(\n  "../a/b.ts",\n  import.meta.url)';
  const expected = 'new URL(\'./worker.js\', import.meta.url); new URL(\n  "../a/b.js",\n  import.meta.url)';
  assert.equal(namesOfJavaScript(text, false), expected);
});

test('other texts that end like a source file are left alone', () => {
  const text = "new URL('./a.ts', base); new URL('https://x/a.ts', import.meta.url); const s = './a.ts';";
  assert.equal(namesOfJavaScript(text, true), text);
});

test('imports are renamed in declarations only', () => {
  const text = [
    "import type { A } from './a.ts';",
    'export { b } from "../b.ts";',
    "type C = import('./c.ts').C;",
    "import './d.ts';",
  ].join('\n');
  assert.equal(namesOfJavaScript(text, false), text);
  assert.equal(namesOfJavaScript(text, true), text.replaceAll('.ts', '.js'));
});
