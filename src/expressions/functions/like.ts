/**
 * LIKE. A constant pattern with `%` only at its ends compares a prefix, suffix or part; every other
 * one runs a matcher over bytes that backtracks to the last `%` only. `_` is one code point.
 */
import { booleanType } from '../../columns/sql-type.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { BoundExpression } from '../bound-expression.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { ScalarFunction, ScalarOverload } from '../scalar-function.ts';
import { constantText } from '../strings/constant-text.ts';
import { matchFixed, parsePattern } from '../strings/like-constant.ts';
import { likeMatcher } from '../strings/like-matcher.ts';
import { bytesOf } from '../strings/string-lanes.ts';
import { arg, strict } from './overload.ts';

function like(name: string, negated: boolean): ScalarFunction {
  const emit = (context: EmitContext, args: readonly Value[]): readonly Expr[] => {
    const matches = emitMatch(context, args);
    return [negated ? i32.eqz(matches) : matches];
  };
  const overload = (params: ScalarOverload['params']): ScalarOverload =>
    strict({ params, result: booleanType, fallible: true, canFailWith: canRefuse, lanes: emit });
  return { name, overloads: [overload(['varchar', 'varchar']), overload(['varchar', 'varchar', 'varchar'])] };
}

/** Only a pattern that ends in its escape, and an escape of several characters, are refused. */
function canRefuse([, pattern, escaping]: readonly BoundExpression[]): boolean {
  if (pattern?.kind !== 'literal' || (escaping && escaping.kind !== 'literal')) return true;
  const [text, mark] = [String(pattern.value ?? ''), String(escaping?.value ?? '\\')];
  return mark.length > 1 || (mark !== '' && text.endsWith(mark));
}

function emitMatch(context: EmitContext, args: readonly Value[]): Expr<'i32'> {
  const [subject, pattern, escaping] = [arg(args, 0), arg(args, 1), args[2]];
  const constant = constantText(context.module, pattern.lanes);
  const escapeText = escaping ? constantText(context.module, escaping.lanes) : '\\';
  if (constant !== undefined && escapeText !== undefined && [...escapeText].length <= 1) {
    const parsed = parsePattern(constant, escapeText);
    if (parsed) return matchFixed(context, subject, parsed);
  }
  const { f, module } = context;
  const patternBytes = bytesOf(context, pattern, 'second');
  const escapeByte = escaping ? escapeByteOf(context, escaping) : i32.const('\\'.charCodeAt(0));
  const text = bytesOf(context, subject, 'first');
  const result = f.let(
    'i32',
    'matches',
    call(
      likeMatcher(module),
      text.address,
      text.byteCount,
      patternBytes.address,
      patternBytes.byteCount,
      escapeByte,
    ) as Expr<'i32'>,
  );
  f.if(i32.lt_s(result, 0), () => context.fail('pattern_ends_in_escape'));
  return result;
}

/** Emits: the escape's only byte; -1 for an empty one, which turns escaping off. */
function escapeByteOf(context: EmitContext, escaping: Value): Expr<'i32'> {
  const { f } = context;
  const { address, byteCount } = bytesOf(context, escaping, 'first');
  f.if(i32.gt_u(byteCount, 1), () => context.fail('escape_too_long'));
  const byte = f.let('i32', 'escape', -1);
  f.if(byteCount, () => f.set(byte, i32.load8_u(address)));
  return byte;
}

export const likeOperators: readonly ScalarFunction[] = [like('like', false), like('not_like', true)];
