/**
 * Literals converted while a statement is bound, by the cast's own emitter. A list can hold thousands of
 * them, so the module for each pair of types is kept for the next one.
 */
import { printType, type SqlType } from '../../columns/sql-type.ts';
import type { BoundLiteral } from '../bound-expression.ts';
import { compileEvaluator, type Evaluation, type Evaluator } from './evaluator.ts';

/** Each evaluator has a memory of its own, which takes address space. */
const evaluatorsMax = 16;

const evaluators = new Map<string, Evaluator>();

/** The literal's value in the type, why it has none, or that only the session's time zone can tell. */
export function castLiteral(
  { type: from, value }: BoundLiteral,
  to: SqlType,
): Evaluation | { readonly dependsOnTimeZone: true } {
  if (value === null) return { value };
  const evaluator = evaluatorFor(from, to);
  const result = evaluator.evaluate([value]);
  return evaluator.usesTimeZone && 'value' in result ? { dependsOnTimeZone: true } : result;
}

function evaluatorFor(from: SqlType, to: SqlType): Evaluator {
  const key = `${printType(from)} to ${printType(to)}`;
  const known = evaluators.get(key);
  if (known) return known;
  const column = { name: 'literal', type: from, nullable: false };
  const arg = { kind: 'column', index: 0, ...column, span: undefined } as const;
  const made = compileEvaluator({ kind: 'cast', arg, type: to, nullable: false, span: undefined }, [column]);
  if (evaluators.size >= evaluatorsMax) evaluators.clear();
  evaluators.set(key, made);
  return made;
}
