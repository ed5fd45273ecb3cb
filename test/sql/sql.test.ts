import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSltFile } from './runner.ts';
import { parseSltFile, printSltFile, titleOf } from './slt-file.ts';

for (const name of globSync('**/*.slt', { cwd: import.meta.dirname }).sort()) {
  for (const { case: sltCase, answer } of openSltFile(join(import.meta.dirname, name))) {
    test(`${name}:${sltCase.line}: ${titleOf(sltCase)}`, async () =>
      assert.equal(await answer(), sltCase.expected));
  }
}

test('a file of cases is printed as it was read', () => {
  const text = '# One.\nplan cores=2\nSELECT 1;\n----\nfirst\n  second\n\n\ndeclare\nCREATE ...\n\n# End.\n';
  assert.equal(printSltFile(parseSltFile(text), new Map()), text);
});

test('new results replace the old ones', () => {
  const file = parseSltFile('plan\nSELECT 1;\n----\nold\n\nplan\nSELECT 2;\n----\nkept\n');
  const [first] = file.cases;
  assert.ok(first);
  assert.equal(
    printSltFile(file, new Map([[first, 'new\nlines']])),
    'plan\nSELECT 1;\n----\nnew\nlines\n\nplan\nSELECT 2;\n----\nkept\n',
  );
});
