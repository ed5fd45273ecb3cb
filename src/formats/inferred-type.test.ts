import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlType } from '../columns/sql-type.ts';
import { typeOfText, unionType } from './inferred-type.ts';

test('text has the narrowest type that keeps it whole', () => {
  const expected: Readonly<Record<string, string>> = {
    '0': 'bigint',
    '-12': 'bigint',
    '+7': 'bigint',
    '9223372036854775807': 'bigint',
    '-9223372036854775808': 'bigint',
    '9223372036854775808': 'double',
    '1.5': 'double',
    '.5': 'double',
    '1.': 'double',
    '1e9': 'double',
    '007': 'varchar',
    '0.5': 'double',
    True: 'boolean',
    yes: 'varchar',
    '2024-02-29': 'date',
    '2024-13-01': 'varchar',
    '2024-01-01 10:00': 'timestamp',
    '2024-01-01T10:00:00.123456': 'timestamp',
    '2024-01-01T10:00:00+02:00': 'timestamptz',
    '2024-01-01T25:00:00': 'varchar',
    '2024-02-31': 'varchar',
    '2023-02-29': 'varchar',
    '0000-01-01': 'varchar',
    '0001-01-01': 'date',
    '2024-01-01T00:00:00+15:59': 'timestamptz',
    '2024-01-01T00:00:00+16': 'varchar',
    '2024-01-01T00:00:00+01:60': 'varchar',
    '1e308': 'double',
    '1e309': 'varchar',
    '1e-323': 'double',
    '1e-400': 'varchar',
    '-0.0e-400': 'double',
    [`1${'0'.repeat(308)}`]: 'double',
    [`1${'0'.repeat(400)}`]: 'varchar',
    '10:00:00': 'varchar',
    Infinity: 'varchar',
    ' 1': 'varchar',
  };
  const found = Object.fromEntries(Object.keys(expected).map((text) => [text, typeOfText(text).kind]));
  assert.deepEqual(found, expected);
});

test('types that do not go together become text, whatever comes first', () => {
  const kinds = ['bigint', 'double', 'date', 'timestamp', 'timestamptz', 'boolean', 'varchar'] as const;
  const type = (kind: (typeof kinds)[number]): SqlType => ({ kind });
  for (const a of kinds) {
    assert.equal(unionType(type(a), undefined)?.kind, a);
    for (const b of kinds) {
      const both = unionType(type(a), type(b));
      assert.deepEqual(both, unionType(type(b), type(a)));
      if (a === b) assert.equal(both?.kind, a);
    }
  }
  assert.equal(unionType(type('bigint'), type('double'))?.kind, 'double');
  assert.equal(unionType(type('date'), type('timestamp'))?.kind, 'timestamp');
  assert.equal(unionType(type('bigint'), type('boolean'))?.kind, 'varchar');
});
