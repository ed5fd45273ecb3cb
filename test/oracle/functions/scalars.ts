/** Values for grids: each with its type and PostgreSQL's spelling. */
import {
  bigintType,
  booleanType,
  dateType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  timestampType,
  timestamptzType,
  varcharType,
} from '../../../src/columns/sql-type.ts';
import { castTo } from '../../../src/expressions/binding/cast-to.ts';
import { literal, type stringLiteral } from '../../../src/expressions/binding/literals.ts';
import type { LiteralValue } from '../../../src/expressions/bound-expression.ts';
import { compileEvaluator } from '../../../src/expressions/evaluation/evaluator.ts';

export interface Scalar {
  readonly type: SqlType;
  readonly value: LiteralValue;
  readonly sql: string;
}

function quoted(value: string | null, name: string): string {
  return value === null ? `NULL::${name}` : `'${value.replaceAll("'", "''")}'::${name}`;
}

export function text(value: string | null): Scalar {
  return { type: varcharType, value, sql: quoted(value, 'text') };
}

export const texts = (values: readonly (string | null)[]): readonly Scalar[] => values.map(text);

const plain =
  (type: SqlType, name: string) =>
  (values: readonly LiteralValue[]): readonly Scalar[] =>
    values.map((value) => ({ type, value, sql: quoted(value === null ? null : String(value), name) }));

export const booleans: (values: readonly LiteralValue[]) => readonly Scalar[] = plain(booleanType, 'boolean');
export const ints: (values: readonly LiteralValue[]) => readonly Scalar[] = plain(intType, 'int4');
export const bigints: (values: readonly LiteralValue[]) => readonly Scalar[] = plain(bigintType, 'int8');
export const doubles: (values: readonly LiteralValue[]) => readonly Scalar[] = plain(doubleType, 'float8');

/** A value from its text, read in UTC. */
const fromText =
  (type: SqlType, name: string) =>
  (values: readonly (string | null)[]): readonly Scalar[] =>
    values.map((value) => ({
      type,
      value: value === null ? null : literalValueOf(value, type),
      sql: quoted(value, name),
    }));

function literalValueOf(value: string, type: SqlType): LiteralValue {
  const cast = castTo(literal(varcharType, value), type, undefined, true);
  const result = compileEvaluator(cast, []).evaluate([]);
  if ('error' in result) throw new Error(`${value} is a ${type.kind}: ${result.error}`);
  return result.value;
}

type FromTexts = (values: readonly (string | null)[]) => readonly Scalar[];
export const dates: FromTexts = fromText(dateType, 'date');
export const timestamps: FromTexts = fromText(timestampType, 'timestamp');
export const timestamptzs: FromTexts = fromText(timestamptzType, 'timestamptz');
export const intervals: FromTexts = fromText(intervalType, 'interval');

/** A constant argument, such as a unit or a zone: the call sees it as a literal. */
export interface Constant extends Scalar {
  readonly isConstant: true;
}

export function constants(values: readonly string[]): readonly Constant[] {
  return values.map((value) => ({ ...text(value), isConstant: true }));
}

export function isConstant(scalar: Scalar): scalar is Constant {
  return 'isConstant' in scalar;
}

export function literalOf(scalar: Scalar): ReturnType<typeof stringLiteral> {
  return literal(scalar.type, scalar.value);
}
