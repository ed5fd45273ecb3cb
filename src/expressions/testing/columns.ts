/**
 * Columns, rows and results for tests of expressions: a bound column by type, and an expression over rows of
 * values.
 */
import type { SqlType } from '../../columns/sql-type.ts';
import type { BoundColumn, BoundExpression, LiteralValue } from '../bound-expression.ts';
import { compileEvaluator, type EvaluatorOptions } from '../evaluation/evaluator.ts';
import type { EvaluationError } from '../evaluation-error.ts';

/** Nullable unless said otherwise; named `c0`, `c1` and so on by its position. */
export function columnOf(type: SqlType, index = 0, nullable = true): BoundColumn {
  return { kind: 'column', index, name: `c${index}`, type, nullable, span: undefined };
}

export interface Failure {
  readonly error: EvaluationError;
}

/** The expression's value for each row, or why it has none. */
export function evaluateRows(
  expression: BoundExpression,
  columns: readonly BoundColumn[],
  rows: readonly (readonly LiteralValue[])[],
  options: EvaluatorOptions = {},
): (LiteralValue | Failure)[] {
  const schema = columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  const evaluator = compileEvaluator(expression, schema, options);
  return rows.map((row) => {
    const result = evaluator.evaluate(row);
    return 'error' in result ? result : result.value;
  });
}
