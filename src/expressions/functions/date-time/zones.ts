/**
 * Constant arguments that name a time zone. The zone's history becomes data of the module, so it must be
 * known.
 */
import { VelostreamError } from '../../../base/error.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { BoundExpression } from '../../bound-expression.ts';
import type { Value } from '../../emit-context.ts';
import { constantText } from '../../strings/constant-text.ts';
import { isUtc, transitionsOf } from '../../time-zone/transitions.ts';

/** Refuses what is no constant, or names no zone. Offsets are refused: their sign means two things. */
export function checkZone(expression: BoundExpression | undefined): void {
  const position = expression?.span;
  if (expression?.kind !== 'literal') {
    throw new VelostreamError('a time zone must be a constant', { code: 'sql_unsupported', position });
  }
  if (expression.value === null) return;
  const name = String(expression.value);
  if (isUtc(name)) return;
  const cause = /^[A-Za-z]/.test(name) ? unknownZone(name) : undefined;
  if (cause === undefined && /^[A-Za-z]/.test(name)) return;
  throw new VelostreamError(`time zone "${name}" not recognized`, {
    code: 'sql_invalid_literal',
    position,
    hint: "Write a zone's name such as 'Europe/Berlin', or an offset as INTERVAL '2 hours'.",
    cause,
  });
}

function unknownZone(name: string): unknown {
  try {
    transitionsOf(name);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The zone that a checked constant names. */
export function zoneOf(module: ModuleBuilder, value: Value): string {
  const zone = constantText(module, value.lanes);
  if (zone === undefined) throw new Error('assertion failed: the zone was checked when the call was bound');
  return zone;
}
