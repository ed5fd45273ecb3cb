/**
 * One function over the product of its arguments' values, ours beside PostgreSQL's. Values are columns of a
 * row, except constants, for each combination of which the call is bound anew.
 */
import { varcharType } from '../../../src/columns/sql-type.ts';
import { castTo } from '../../../src/expressions/binding/cast-to.ts';
import { resolveCall } from '../../../src/expressions/binding/resolve-call.ts';
import type { BoundColumn, BoundExpression } from '../../../src/expressions/bound-expression.ts';
import { compileEvaluator } from '../../../src/expressions/evaluation/evaluator.ts';
import { sameOutcome } from '../expressions/compare-outcomes.ts';
import type { Outcome, PostgresEvaluator } from '../expressions/postgres-evaluator.ts';
import { isConstant, literalOf, type Scalar } from './scalars.ts';

export interface JudgedCall {
  readonly name: string;
  readonly args: readonly (readonly Scalar[])[];
  /** PostgreSQL's spelling, where it is not a call by the same name. */
  readonly sql?: (args: readonly string[]) => string;
  readonly timeZone?: string;
}

export interface Disagreement {
  readonly sql: string;
  readonly ours: Outcome;
  readonly theirs: Outcome;
  readonly text: string;
}

export async function judgeCalls(
  postgres: PostgresEvaluator,
  { name, args, sql, timeZone = 'UTC' }: JudgedCall,
  callSql: (name: string, args: readonly string[]) => string,
): Promise<Disagreement[]> {
  const rows = product(args);
  const evaluators = new Map<string, (row: readonly Scalar[]) => Outcome>();
  const ours = rows.map((row) => {
    const key = row.map((scalar) => (isConstant(scalar) ? scalar.sql : '')).join();
    const evaluate = evaluators.get(key) ?? evaluatorOf(name, row, timeZone);
    evaluators.set(key, evaluate);
    return evaluate(row);
  });
  const spelt = rows.map((row) => {
    const texts = row.map((scalar) => scalar.sql);
    return sql ? sql(texts) : callSql(name, texts);
  });
  const theirs = await postgres.evaluate(spelt);
  return spelt.flatMap((text, i) => {
    const [our, their] = [ours[i] ?? { error: 'no outcome' }, theirs[i] ?? { error: 'no outcome' }];
    if (sameOutcome(our, their)) return [];
    const shown = `${text}\n    ours ${JSON.stringify(our)}\n    PostgreSQL ${JSON.stringify(their)}`;
    return [{ sql: text, ours: our, theirs: their, text: shown }];
  });
}

/** The call over columns, or the error with which binding refuses it. */
function evaluatorOf(
  name: string,
  row: readonly Scalar[],
  timeZone: string,
): (row: readonly Scalar[]) => Outcome {
  const columns = row.map(
    ({ type }, index): BoundColumn => ({
      kind: 'column',
      index,
      name: `c${index}`,
      type,
      nullable: true,
      span: undefined,
    }),
  );
  const bound = row.map(
    (scalar, i): BoundExpression => (isConstant(scalar) ? literalOf(scalar) : (columns[i] as BoundColumn)),
  );
  try {
    const call = resolveCall(name, bound, undefined);
    const evaluator = compileEvaluator(castTo(call, varcharType, undefined, true), columns, { timeZone });
    return (values) => {
      const result = evaluator.evaluate(values.map(({ value }) => value));
      return 'error' in result ? result : { text: result.value as string | null };
    };
  } catch (error) {
    return () => ({ error: String(error) });
  }
}

function product(lists: readonly (readonly Scalar[])[]): Scalar[][] {
  return lists.reduce<Scalar[][]>(
    (rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])),
    [[]],
  );
}
