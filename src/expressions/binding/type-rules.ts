/**
 * Which types convert into which, and when: the same three contexts and categories as PostgreSQL's pg_cast
 * and pg_type. Pure tables; what a conversion does to a value is in casts/.
 */
import { decimalPrecisionMax, decimalType, type SqlType, type SqlTypeKind } from '../../columns/sql-type.ts';

/**
 * `implicit`: anywhere. `assignment`: also when stored into a column. `explicit`: only where CAST is written.
 */
export type CastContext = 'implicit' | 'assignment' | 'explicit';

export type TypeCategory = 'boolean' | 'numeric' | 'string' | 'datetime' | 'timespan' | 'unknown';

const categories: Readonly<Record<SqlTypeKind, TypeCategory>> = {
  boolean: 'boolean',
  int: 'numeric',
  bigint: 'numeric',
  decimal: 'numeric',
  double: 'numeric',
  varchar: 'string',
  date: 'datetime',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  interval: 'timespan',
  unknown: 'unknown',
};

const preferred: ReadonlySet<SqlTypeKind> = new Set([
  'boolean',
  'double',
  'varchar',
  'timestamptz',
  'interval',
]);

/** Every type a value can have; `unknown` is only the type of a literal without context. */
export const valueKinds: readonly Exclude<SqlTypeKind, 'unknown'>[] = [
  'boolean',
  'int',
  'bigint',
  'decimal',
  'double',
  'varchar',
  'date',
  'timestamp',
  'timestamptz',
  'interval',
];

const contexts: Readonly<Partial<Record<SqlTypeKind, Partial<Record<SqlTypeKind, CastContext>>>>> = {
  boolean: { int: 'explicit', varchar: 'assignment' },
  int: {
    boolean: 'explicit',
    bigint: 'implicit',
    decimal: 'implicit',
    double: 'implicit',
    varchar: 'assignment',
  },
  bigint: { int: 'assignment', decimal: 'implicit', double: 'implicit', varchar: 'assignment' },
  decimal: { int: 'assignment', bigint: 'assignment', double: 'implicit', varchar: 'assignment' },
  double: { int: 'assignment', bigint: 'assignment', decimal: 'assignment', varchar: 'assignment' },
  varchar: Object.fromEntries(valueKinds.map((kind) => [kind, 'explicit'])),
  date: { timestamp: 'implicit', timestamptz: 'implicit', varchar: 'assignment' },
  timestamp: { date: 'assignment', timestamptz: 'implicit', varchar: 'assignment' },
  timestamptz: { date: 'assignment', timestamp: 'assignment', varchar: 'assignment' },
  interval: { varchar: 'assignment' },
};

export function categoryOf(kind: SqlTypeKind): TypeCategory {
  return categories[kind];
}

/** Whether overload resolution leans towards this type of its category. */
export function isPreferred(kind: SqlTypeKind): boolean {
  return preferred.has(kind);
}

/** The weakest context in which `from` converts to `to`, or undefined where it never does. */
export function castContext(from: SqlTypeKind, to: SqlTypeKind): CastContext | undefined {
  if (from === to || from === 'unknown') return 'implicit';
  return contexts[from]?.[to];
}

export function convertsImplicitly(from: SqlTypeKind, to: SqlTypeKind): boolean {
  return castContext(from, to) === 'implicit';
}

/** The type's name in messages: lower case, without a decimal's digits. */
export function typeName(type: SqlType): string {
  return type.kind;
}

/** The digits of every value of an integer type, which is also its decimal type's precision. */
const integerDigits = { int: 10, bigint: 19 } as const;

/** The decimal type that holds every value of a type; for those that have none, a roomy one. */
export function decimalTypeFor(type: SqlType): SqlType {
  switch (type.kind) {
    case 'decimal':
      return type;
    case 'int':
    case 'bigint':
      return decimalType(integerDigits[type.kind], 0);
    default:
      return decimalDefault;
  }
}

/**
 * What `DECIMAL` without digits means where nothing else decides: 20 digits before the point, 18 behind it.
 */
export const decimalDefault: SqlType = decimalType(decimalPrecisionMax, 18);

/**
 * The narrowest decimal type for both; past 38 digits the scale is kept and a value that does not fit is an
 * error.
 */
export function widerDecimal(a: SqlType, b: SqlType): SqlType {
  const [left, right] = [decimalTypeFor(a), decimalTypeFor(b)];
  if (left.kind !== 'decimal' || right.kind !== 'decimal') return decimalDefault;
  const scale = Math.max(left.scale, right.scale);
  const integral = Math.max(left.precision - left.scale, right.precision - right.scale);
  return decimalType(Math.min(integral + scale, decimalPrecisionMax), scale);
}

/** What a quotient has behind the point where the whole digits leave room, and what it has at least. */
const quotientScaleWanted = 16;
const quotientScaleLeast = 6;

/**
 * The digits behind the point of a quotient or an average: 16, or fewer where the dividend has whole digits
 * that need the room, at least 6; never fewer than the operands have. A dividend of 38 digits tells nothing
 * about its values (sums have that type), and so takes nothing away.
 */
export function quotientScale(dividend: SqlType, operandScale: number): number {
  if (dividend.kind !== 'decimal') return quotientScaleWanted;
  const { precision, scale } = dividend;
  const isKnown = precision < decimalPrecisionMax;
  const room = isKnown ? decimalPrecisionMax - (precision - scale) : quotientScaleWanted;
  return Math.max(operandScale, Math.min(quotientScaleWanted, room), quotientScaleLeast);
}
