import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overrideOptions, parseArchitecture } from './architecture-name.ts';

test('names, old names and what may follow them', () => {
  assert.deepEqual(parseArchitecture('v1'), { architecture: 'v1' });
  assert.deepEqual(parseArchitecture('single_actor'), { architecture: 'single_actor' });
  assert.deepEqual(parseArchitecture(' V2 '), { architecture: 'partitioned' });
  assert.deepEqual(parseArchitecture('v2:8'), { architecture: 'partitioned', numPartitions: 8 });
  const pinned = { architecture: 'partitioned', numPartitions: 8, enableCoreAffinity: true };
  assert.deepEqual(parseArchitecture('adaptive:8:affinity'), pinned);
  assert.deepEqual(parseArchitecture('partitioned:affinity'), {
    architecture: 'partitioned',
    enableCoreAffinity: true,
  });
});

test('what is not known is refused', () => {
  assert.throws(() => parseArchitecture('partitoned'), { hint: 'Did you mean "partitioned"?' });
  for (const text of ['v2:0', 'v2:8:8', 'v2:x', 'v2:']) {
    assert.throws(() => parseArchitecture(text), { message: /^unknown parameter/, code: 'config_invalid' });
  }
});

test('an architecture by name goes before the flag that stands for one', () => {
  const general = { useHashPartitioned: false, numPartitions: 4 };
  assert.deepEqual(overrideOptions(general, { numPartitions: 2, strategy: undefined }), {
    useHashPartitioned: false,
    numPartitions: 2,
  });
  assert.deepEqual(overrideOptions(general, { architecture: 'partitioned' }), {
    architecture: 'partitioned',
    useHashPartitioned: undefined,
    numPartitions: 4,
  });
});
