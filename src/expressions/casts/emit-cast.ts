/**
 * Casts: one emitter for each pair of kinds. The value is not NULL; the target's precision and scale are
 * checked.
 */
import { assert } from '../../base/assert.ts';
import type { SqlType } from '../../columns/sql-type.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { CastRule } from './cast-rule.ts';
import { dateCasts } from './date-casts.ts';
import { numberCasts } from './number-casts.ts';
import { textCasts } from './text-casts.ts';

const rules: ReadonlyMap<string, CastRule> = new Map(
  [numberCasts, textCasts, dateCasts].flat().map((rule) => [`${rule.from}:${rule.to}`, rule]),
);

function ruleOf(from: SqlType, to: SqlType): CastRule {
  const rule = rules.get(`${from.kind}:${to.kind}`);
  assert(rule, `a cast from ${from.kind} to ${to.kind} exists`);
  return rule;
}

export function emitCast(context: EmitContext, value: Value, to: SqlType): Value {
  return { type: to, lanes: ruleOf(value.type, to).lanes(context, value, to), isNull: undefined };
}

/** Whether some value of the one type has no counterpart in the other. */
export function castCanFail(from: SqlType, to: SqlType): boolean {
  return ruleOf(from, to).canFail(from, to);
}
