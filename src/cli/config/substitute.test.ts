// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment look like that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { substitute } from './substitute.ts';

test('references are replaced, defaults fill gaps, and a doubled sign stands for itself', () => {
  const environment = { HOST: 'here', EMPTY: '' };
  assert.equal(substitute('${HOST}:${PORT:-9092}/$${HOST}', environment), 'here:9092/${HOST}');
  assert.equal(substitute('[${EMPTY}][${EMPTY:-x}][${EMPTY:-}]', environment), '[][x][]');
  assert.equal(substitute('costs $5', environment), 'costs $5');
});

test('what is missing or malformed is a problem with its reason', () => {
  assert.deepEqual(substitute('${PORT}', {}), { problem: 'the environment variable PORT is not set' });
  assert.deepEqual(substitute('${PORT:?name a port}', { PORT: '' }), { problem: 'PORT: name a port' });
  assert.deepEqual(substitute('${toString}', {}), {
    problem: 'the environment variable toString is not set',
  });
  assert.deepEqual(substitute('${9}', {}), { problem: '"${9}" is no reference to the environment' });
});
