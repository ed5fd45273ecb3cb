// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to the environment look like that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '../../sql/format-error.ts';
import { ConfigErrors } from './config-errors.ts';
import { parseConfig } from './config-file.ts';

const parse = (text: string, environment = {}) => parseConfig(text, 'velo.yaml', environment);

/** `line:column message` of every error. */
function errorsOf(text: string, environment = {}): string[] {
  try {
    parse(text, environment);
  } catch (error) {
    assert.ok(error instanceof ConfigErrors, String(error));
    return error.errors.map(({ position, message, hint }) => {
      const { line, column } = placeOf(text, position?.start ?? 0);
      return `${line}:${column} ${message}${hint === undefined ? '' : `; ${hint}`}`;
    });
  }
  return [];
}

test('the settings are those of the founding document', () => {
  const text =
    'job_server:\n  architecture: partitioned\n  num_partitions: 8\n  enable_core_affinity: true\n';
  assert.deepEqual(parse(text), { architecture: 'partitioned', numPartitions: 8, enableCoreAffinity: true });
  assert.deepEqual(parse('use_hash_partitioned: false'), { useHashPartitioned: false });
  assert.deepEqual(parse('job_server: { architecture: v2:4:affinity, partitioning_strategy: always_hash }'), {
    architecture: 'partitioned',
    numPartitions: 4,
    enableCoreAffinity: true,
    strategy: 'hash',
  });
  assert.deepEqual(parse(''), {});
});

test('the environment stands in for values, with their types', () => {
  const text = 'job_server:\n  num_partitions: ${CORES:-3}\n  architecture: ${ARCH:?say which}\n';
  assert.deepEqual(parse(text, { ARCH: 'v1' }), { architecture: 'v1', numPartitions: 3 });
  assert.deepEqual(parse(text, { ARCH: 'v1', CORES: '5' }), { architecture: 'v1', numPartitions: 5 });
  assert.deepEqual(errorsOf(text), ['3:17 ARCH: say which']);
  for (const CORES of ['[1', '[1]', '*x', '"1', 'a: 1']) {
    const error = '2:19 "num_partitions" has to be a whole number';
    assert.deepEqual(errorsOf(text, { ARCH: 'v1', CORES }), [error], CORES);
  }
  assert.deepEqual(errorsOf('use_hash_partitioned: ${FLAG}'), [
    '1:23 the environment variable FLAG is not set',
  ]);
});

test('every error has its place, and a misspelt name its likely meaning', () => {
  assert.deepEqual(errorsOf('job_server:\n  architecture: partitoned\n'), [
    '2:17 unknown architecture "partitoned"; Did you mean "partitioned"?',
  ]);
  assert.deepEqual(errorsOf('job_server:\n  num_partitons: 3\n'), [
    '2:3 there is no setting "num_partitons"; Did you mean "num_partitions"?',
  ]);
  assert.deepEqual(errorsOf('job_server:\n  num_partitions: 0\n  enable_core_affinity: maybe\n'), [
    '2:19 "num_partitions" has to be at least 1',
    '3:25 "enable_core_affinity" has to be true or false',
  ]);
  assert.deepEqual(errorsOf('job_server: 3\n'), ['1:13 "job_server" has to hold settings by name']);
  assert.deepEqual(errorsOf('job_server: []\n'), ['1:13 "job_server" has to hold settings by name']);
  assert.deepEqual(errorsOf('- a\n'), ['1:1 the file has to hold settings by name']);
  assert.deepEqual(errorsOf('job_server:\n  partitioning_strategy: hahs\n'), [
    '2:26 unknown partitioning strategy "hahs"; Did you mean "hash"?',
  ]);
  assert.match(errorsOf('a: [1,\n').join(), /^[12]:\d+ /);
});

test('more partitions than there can be, a second document, and aliases that lead nowhere are errors', () => {
  assert.deepEqual(errorsOf('job_server: { num_partitions: 5000 }'), [
    '1:31 "num_partitions" has to be at most 256',
  ]);
  assert.deepEqual(errorsOf('job_server: { architecture: "partitioned:5000" }'), [
    '1:29 the number of partitions has to be a whole number from 1 to 256, not 5000',
  ]);
  assert.deepEqual(errorsOf('use_hash_partitioned: true\n---\njob_server: {}\n'), [
    '2:1 the file has to be a single YAML document',
  ]);
  assert.deepEqual(errorsOf('use_hash_partitioned: *flag\n'), ['1:23 an alias cannot be followed']);
  const levels = Array.from({ length: 9 }, (_, i) => {
    const entry = i === 0 ? 'x' : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array(10).fill(entry).join(', ')}]\n`;
  });
  assert.deepEqual(errorsOf(levels.join('')), ['2:10 an alias cannot be followed']);
});
