/**
 * Literals converted while a statement is bound or planned, by the cast's own emitter. A list can hold
 * thousands of them, so the module for each pair of types is kept for the next one.
 */
import { printType, type SqlType } from '../../columns/sql-type.ts';
import type { BoundLiteral } from '../bound-expression.ts';
import { compileEvaluator, type Evaluation, type Evaluator } from './evaluator.ts';

/** Each evaluator has a memory of its own, which takes address space. */
const evaluatorsMax = 16;

const evaluators = new Map<string, Evaluator>();

export type CastResult = Evaluation | { readonly dependsOnTimeZone: true };

/** The literal's value in the type, why it has none, or that only the session's time zone can tell. */
export function castLiteral({ type: from, value }: BoundLiteral, to: SqlType, timeZone?: string): CastResult {
  if (value === null) return { value };
  const evaluator = evaluatorFor(from, to, timeZone);
  const result = evaluator.evaluate([value]);
  const isOpen = evaluator.usesTimeZone && timeZone === undefined;
  return isOpen && 'value' in result ? { dependsOnTimeZone: true } : result;
}

function evaluatorFor(from: SqlType, to: SqlType, timeZone: string | undefined): Evaluator {
  const key = `${printType(from)} to ${printType(to)} ${timeZone ?? ''}`;
  const known = evaluators.get(key);
  if (known) return known;
  const column = { name: 'literal', type: from, nullable: false };
  const arg = { kind: 'column', index: 0, ...column, span: undefined } as const;
  const cast = { kind: 'cast', arg, type: to, nullable: false, span: undefined } as const;
  const made = compileEvaluator(cast, [column], { timeZone });
  if (evaluators.size >= evaluatorsMax) evaluators.clear();
  evaluators.set(key, made);
  return made;
}
