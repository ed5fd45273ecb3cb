import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VelostreamError } from '../../base/error.ts';
import { checkKey, checkOptions, checkQueryOptions, checkRunOptions, checkSql } from './check-options.ts';
import type { VelostreamOptions } from './options.ts';

/** Message, and hint where there is one; the options as JavaScript gives them, whatever the types say. */
function errorOf(options: unknown): string {
  try {
    checkOptions(options as VelostreamOptions);
  } catch (error) {
    assert.ok(error instanceof VelostreamError, String(error));
    assert.equal(error.code, 'config_invalid');
    return error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
  }
  return 'accepted';
}

test('names and their old names mean what they mean in a configuration file', () => {
  const { architecture, limits } = checkOptions({
    architecture: 'V2:4:affinity' as 'partitioned',
    strategy: 'roundrobin' as 'round_robin',
    strictOrderRequired: false,
    limits: { ringSlotCount: 8, batchRows: undefined },
  });
  assert.deepEqual(architecture, {
    architecture: 'partitioned',
    numPartitions: 4,
    enableCoreAffinity: true,
    strategy: 'round_robin',
    strictOrderRequired: false,
  });
  assert.deepEqual(limits, { ringSlotCount: 8 });
  const own = checkOptions({ architecture: 'partitioned:4' as 'partitioned', numPartitions: 2 });
  assert.equal(own.architecture.numPartitions, 2);
});

test('an option that nobody knows is an error with the nearest name', () => {
  assert.equal(errorOf({ partitions: 2 }), 'there is no option "partitions"; Did you mean "numPartitions"?');
  assert.equal(errorOf({ toString: 2 }), 'there is no option "toString"');
  assert.equal(
    errorOf({ limits: { batchrow: 2 } }),
    'there is no option "limits.batchrow"; Did you mean "limits.batchRows"?',
  );
});

test('a value of another kind or out of its range is an error that says what it has to be', () => {
  const cases: readonly (readonly [options: unknown, error: string])[] = [
    [null, '"options" has to be an object with options by name, not null'],
    [{ architecture: 'bogus' }, 'unknown architecture "bogus"'],
    [{ architecture: 2 }, '"architecture" has to be a string, not 2'],
    [{ strategy: 'hahs' }, 'unknown partitioning strategy "hahs"; Did you mean "hash"?'],
    [{ useHashPartitioned: 'no' }, '"useHashPartitioned" has to be true or false, not "no"'],
    [{ singleActorInput: 'bogus' }, '"singleActorInput" has to be "raw" or "partial", not "bogus"'],
    [{ numPartitions: 0 }, '"numPartitions" has to be a whole number from 1 to 256, not 0'],
    [{ cores: Number.NaN }, '"cores" has to be a whole number from 1 to 1024, not NaN'],
    [{ cores: 2.5 }, '"cores" has to be a whole number from 1 to 1024, not 2.5'],
    [{ timeZone: 'Mars/Base' }, 'time zone "Mars/Base" not recognized'],
    [{ onNotice: true }, '"onNotice" has to be a function, not true'],
    [{ limits: [] }, '"limits" has to be an object with options by name, not an array'],
    [
      { limits: { ringSlotCount: 3 } },
      '"limits.ringSlotCount" has to be a power of two from 1 to 1024, not 3',
    ],
    [
      { limits: { ringSlotCount: 0 } },
      '"limits.ringSlotCount" has to be a power of two from 1 to 1024, not 0',
    ],
    [{ limits: { batchRows: 0 } }, '"limits.batchRows" has to be a whole number from 1 to 65536, not 0'],
    [
      { limits: { batchRows: 1e9 } },
      '"limits.batchRows" has to be a whole number from 1 to 65536, not 1000000000',
    ],
    [
      { limits: { inputBufferBytes: 0 } },
      '"limits.inputBufferBytes" has to be a whole number from 1 to 1073741824, not 0',
    ],
  ];
  for (const [options, error] of cases) assert.equal(errorOf(options), error);
});

test('a key is an array', () => {
  assert.throws(() => checkKey(undefined as never), /"key" has to be an array .*, not undefined/);
  assert.deepEqual(checkKey(['A', 1]), ['A', 1]);
});

test('keys of a partition are counted, or all of them', () => {
  assert.deepEqual(checkRunOptions({ keysPerPartition: Infinity }), { keysPerPartition: Infinity });
  assert.throws(
    () => checkRunOptions({ keysPerPartition: -1 }),
    /"keysPerPartition" has to be a whole number from 0, or Infinity for all, not -1/,
  );
});

test('a signal is an AbortSignal, or does what one does', () => {
  const { signal } = new AbortController();
  assert.equal(checkQueryOptions({ signal }).signal, signal);
  assert.throws(() => checkQueryOptions({ signal: {} as never }), /"signal" has to be an AbortSignal/);
});

test('only a string is a text of statements', () => {
  assert.throws(() => checkSql(undefined), /"sql" has to be a string, not undefined/);
  assert.throws(() => checkSql(42), /"sql" has to be a string, not 42/);
});
