/**
 * The values that every overload is tried on: NULL, the ordinary, the extreme; ours and PostgreSQL's spelling
 * of each.
 */

import {
  bigintType,
  booleanType,
  dateType,
  decimalType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../../src/columns/sql-type.ts';
import { castTo } from '../../../src/expressions/binding/cast-to.ts';
import { stringLiteral } from '../../../src/expressions/binding/literals.ts';
import type { LiteralValue } from '../../../src/expressions/bound-expression.ts';
import { foldConstant } from '../../../src/expressions/fold.ts';

export interface Sample {
  readonly type: SqlType;
  readonly value: LiteralValue;
  readonly sql: string;
}

const texts: readonly (readonly [SqlType, string, readonly string[]])[] = [
  [booleanType, 'boolean', ['true', 'false']],
  [intType, 'int4', ['0', '1', '-1', '2', '7', '-7', '100', '2147483647', '-2147483648']],
  [
    bigintType,
    'int8',
    ['0', '1', '-1', '10', '-7', '4294967296', '-3000000000', '9223372036854775807', '-9223372036854775808'],
  ],
  [
    decimalType(10, 2),
    'numeric(10,2)',
    ['0', '1', '-1.5', '2.5', '3.5', '0.05', '-0.05', '12345678.91', '-99999999.99'],
  ],
  [
    decimalType(30, 8),
    'numeric(30,8)',
    ['0', '1', '-2.5', '0.00000001', '1234567890123456789.87654321', '-9999999999999999999999.99999999'],
  ],
  [
    doubleType,
    'float8',
    [
      ...[
        '0',
        '-0',
        '1',
        '-1',
        '0.5',
        '1.5',
        '2.5',
        '-2.5',
        '123456.789',
        '1e15',
        '1e300',
        '-1e300',
        '1e-300',
      ],
      ...['5e-324', '2147483647.5', '9.3e18', '0.1', 'NaN', 'Infinity', '-Infinity'],
    ],
  ],
  [
    varcharType,
    'text',
    [
      ...['', 'a', 'A', 'ab', 'abc', 'äöü', '日本語', 'a%b', '%', '_', 'a_c', '\\', '1', '-5', '1.5', 'true'],
      ...['exactly fifteen', 'exactly sixteen!', 'a rather long string, beyond a view', 'NaN', '2024-02-29'],
    ],
  ],
  [dateType, 'date', ['1970-01-01', '2000-02-29', '2024-01-31', '1899-12-31', '0001-01-01', '9999-12-31']],
  [
    timestampType,
    'timestamp',
    [
      '1970-01-01 00:00:00',
      '2024-01-31 23:59:59.999999',
      '2000-02-29 12:30:00.5',
      '1899-12-31 01:02:03',
      '0001-01-01 00:00:00',
    ],
  ],
  [
    timestamptzType,
    'timestamptz',
    [
      '1970-01-01 00:00:00+00',
      '2024-01-31 23:59:59.999999+02',
      '2000-02-29 12:30:00.5-08',
      '1899-12-31 01:02:03Z',
    ],
  ],
  [
    intervalType,
    'interval',
    [
      ...[
        '0',
        '1 month',
        '30 days',
        '-1 day',
        '24:00:00',
        '1 year 2 months 3 days 04:05:06.789',
        '-1 month 1 day',
      ],
      ...['-00:00:00.000001', '1 day -25:00:00', '178000000 years'],
    ],
  ],
];

/** NULL first, then the values, for each type; decimals in two widths. */
export const samples: ReadonlyMap<string, readonly Sample[]> = new Map(
  texts.map(([type, name, values]) => [
    name,
    [
      { type, value: null, sql: `NULL::${name}` },
      ...values.map((text) => ({ type, value: literalValue(text, type), sql: `'${text}'::${name}` })),
    ],
  ]),
);

/** The samples of a kind; of decimals those of both widths. */
export function samplesOf(kind: SqlType['kind']): readonly Sample[] {
  return [...samples.values()].flat().filter(({ type }) => type.kind === kind);
}

function literalValue(text: string, type: SqlType): LiteralValue {
  const literal = foldConstant(castTo(stringLiteral(text), type, undefined, true), { timeZone: 'UTC' });
  if (literal.kind !== 'literal') throw new Error(`${text} is a ${type.kind}`);
  return literal.value;
}
