/**
 * The units and fields of dates and times by PostgreSQL's names, and the constant arguments that name one. A
 * unit decides what a kernel does, so it must be known when the statement is bound.
 */
import { VelostreamError } from '../../../../base/error.ts';
import { nearestName } from '../../../../base/nearest-name.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { BoundExpression } from '../../../bound-expression.ts';
import type { Value } from '../../../emit-context.ts';
import { constantText } from '../../../strings/constant-text.ts';

const spellings = {
  microsecond: 'us usec usecs usecond useconds microsecond microseconds',
  millisecond: 'ms msec msecs msecond mseconds millisecond milliseconds',
  second: 's sec secs second seconds',
  minute: 'm min mins minute minutes',
  hour: 'h hr hrs hour hours',
  day: 'd day days',
  week: 'w week weeks',
  month: 'mon mons month months',
  quarter: 'qtr quarter',
  year: 'y yr yrs year years',
  decade: 'dec decs decade decades',
  century: 'c cent century centuries',
  millennium: 'mil mils millennium millennia',
  isoyear: 'isoyear',
  dow: 'dow',
  isodow: 'isodow',
  doy: 'doy',
  epoch: 'epoch',
  timezone: 'timezone',
  timezone_hour: 'timezone_h timezone_hour',
  timezone_minute: 'timezone_m timezone_minute',
} as const;

export type Field = keyof typeof spellings;

const fieldsBySpelling: ReadonlyMap<string, Field> = new Map(
  Object.entries(spellings).flatMap(([field, names]) =>
    names.split(' ').map((name) => [name, field as Field] as const),
  ),
);

/** Units of time, each of which can be truncated to, from the shortest. */
export const timeUnits: readonly Field[] = [
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
  'century',
  'millennium',
];

export interface UnitRule {
  readonly functionName: string;
  /** The type whose fields are meant, as messages name it. */
  readonly typeName: string;
  readonly fields: readonly Field[];
}

/**
 * The field that a constant argument names; undefined for NULL. Anything else is an error at the argument.
 */
export function checkUnit(expression: BoundExpression | undefined, rule: UnitRule): Field | undefined {
  const { functionName, typeName, fields } = rule;
  const position = expression?.span;
  if (expression?.kind !== 'literal') {
    throw new VelostreamError(`the unit of ${functionName} must be a constant`, {
      code: 'sql_unsupported',
      position,
    });
  }
  if (expression.value === null) return undefined;
  const given = String(expression.value);
  const field = fieldsBySpelling.get(given.toLowerCase());
  if (field !== undefined && fields.includes(field)) return field;
  const wrong = field === undefined ? 'not recognized' : 'not supported';
  const nearest =
    field === undefined ? nearestName(given.toLowerCase(), [...fieldsBySpelling.keys()]) : undefined;
  throw new VelostreamError(`unit "${given}" ${wrong} for type ${typeName}`, {
    code: 'sql_invalid_literal',
    position,
    hint: nearest === undefined ? `Units are: ${fields.join(', ')}.` : `Perhaps you meant "${nearest}".`,
  });
}

/** The field that a constant names, checked or not. */
export function fieldNamed(expression: BoundExpression | undefined): Field | undefined {
  if (expression?.kind !== 'literal') return undefined;
  return fieldsBySpelling.get(String(expression.value).toLowerCase());
}

/** The field that a checked constant names. */
export function unitOf(module: ModuleBuilder, value: Value): Field {
  const field = fieldsBySpelling.get(constantText(module, value.lanes)?.toLowerCase() ?? '');
  if (field === undefined) throw new Error('assertion failed: the unit was checked when the call was bound');
  return field;
}
