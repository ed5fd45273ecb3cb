/** docs/functions.md says the truth: every function is there, and every example gives what it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isOperator } from '../../src/expressions/binding/operators.ts';
import { aggregateNames, functionNames } from '../../src/expressions/catalogue.ts';
import { exampleRows, runExamples } from '../support/function-examples.ts';

const markdown = readFileSync(join(import.meta.dirname, '../../docs/functions.md'), 'utf8');

test('every example in docs/functions.md has the type and gives the value written beside it', async () => {
  const rows = exampleRows(markdown);
  assert.ok(rows.length > 80, `only ${rows.length} examples were found`);
  const outcomes = await runExamples(rows.map(({ example }) => example));
  assert.deepEqual(
    rows.map(({ example, result, gives }) => ({ example, result, gives })),
    rows.map(({ example }, i) => ({ example, ...outcomes[i] })),
  );
});

test('docs/functions.md names every function and aggregate by each of its names', () => {
  const written = new Set([...markdown.matchAll(/`([a-z_\d]+)(?:\(|`)/g)].map(([, name]) => name));
  const missing = [...functionNames(), ...aggregateNames()].filter(
    (name) => !isOperator(name) && !name.startsWith('is_') && !written.has(name),
  );
  assert.deepEqual(missing, []);
});

test('every function of docs/functions.md is one that can be called', () => {
  const known = new Set([...functionNames(), ...aggregateNames(), 'coalesce', 'nullif', 'now']);
  const forms = [...markdown.matchAll(/^\| `([a-z_\d]+)\(/gm)].map(([, name]) => name ?? '');
  assert.deepEqual(
    forms.filter((name) => !known.has(name)),
    [],
  );
});
