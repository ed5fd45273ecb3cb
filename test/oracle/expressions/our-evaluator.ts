/** Our side of the comparison: a bound expression over one row of samples, its value as text. */
import type { Column } from '../../../src/columns/schema.ts';
import { varcharType } from '../../../src/columns/sql-type.ts';
import { castTo } from '../../../src/expressions/binding/cast-to.ts';
import type {
  BoundColumn,
  BoundExpression,
  LiteralValue,
} from '../../../src/expressions/bound-expression.ts';
import { compileEvaluator } from '../../../src/expressions/evaluation/evaluator.ts';
import type { Outcome } from './postgres-evaluator.ts';
import type { Sample } from './values.ts';

/** The samples as columns of a row; one that is never NULL where it is not NULL and `strict` says so. */
export function columnsOf(samples: readonly Sample[], notNull = false): BoundColumn[] {
  return samples.map(({ type, value }, index) => ({
    kind: 'column',
    index,
    name: `c${index}`,
    type,
    nullable: !notNull || value === null,
    span: undefined,
  }));
}

/** Evaluates the expression on several rows of the same columns. */
export function evaluateRows(
  expression: BoundExpression,
  columns: readonly BoundColumn[],
  rows: readonly (readonly LiteralValue[])[],
): Outcome[] {
  const schema: Column[] = columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  const evaluator = compileEvaluator(castTo(expression, varcharType, undefined, true), schema);
  return rows.map((row) => {
    const result = evaluator.evaluate(row);
    return 'error' in result ? result : { text: result.value as string | null };
  });
}
