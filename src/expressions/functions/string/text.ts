/**
 * Strings in and out of the string functions: an argument's bytes under a name, room for a result, and the
 * result's view. Each name has a cell of its own, so a function may hold several short strings at a time.
 */
import { inlineBytesMax } from '../../../columns/string-view.ts';
import { isLongView, longViewAddress, viewLength } from '../../../routines/views.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { call, i32, i64, select } from '../../../wasm/instructions.ts';
import type { Arg, Expr } from '../../../wasm/types.ts';
import type { BoundExpression } from '../../bound-expression.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import { viewOf } from '../../strings/string-lanes.ts';
import { i64Lane } from '../../value.ts';

/** Strings that are made longer on demand (REPEAT, LPAD, RPAD) stop here: a row is no place for more. */
export const madeBytesMax: bigint = 64n * 1024n * 1024n;
/** Strings of more bytes than this have no view. */
export const viewBytesMax = 0x7fff_ffffn;

export interface Text {
  readonly start: Local<'i32'>;
  readonly end: Local<'i32'>;
  readonly byteCount: Local<'i32'>;
}

/** Emits: where the string's bytes lie; a short one's stay there until the same name is used again. */
export function textOf({ module, f }: EmitContext, value: Value, name: string): Text {
  const cell = module.table(`string_cell_${name}`, () => new Uint8Array(32));
  const [first, second] = [i64Lane(value), i64Lane(value, 1)];
  f.do(i64.store(cell, first), i64.store(cell, second, 8));
  const isLong = isLongView(first);
  const start = f.let('i32', name, select('i32', isLong, longViewAddress(second), cell + 1));
  const length = call(viewLength(module), first, second) as Expr<'i32'>;
  const byteCount = f.let('i32', `${name}_bytes`, length);
  return { start, end: f.let('i32', `${name}_end`, i32.add(start, byteCount)), byteCount };
}

/** Emits: room for a result of exactly so many bytes; that of a short one is used up by `viewOf` at once. */
export function roomFor(context: EmitContext, byteCount: Expr<'i32'>): Local<'i32'> {
  const cell = context.module.table('string_cell_result', () => new Uint8Array(32));
  return context.f.choose(
    'i32',
    i32.gt_u(byteCount, inlineBytesMax),
    () => context.allocate(byteCount),
    () => cell,
  );
}

/** Emits: the count as 32 bits; fails where a string has no room for so many bytes. */
export function checkedBytes(context: EmitContext, byteCount: Expr<'i64'>, max: bigint): Local<'i32'> {
  const { f } = context;
  const wide = f.let('i64', 'wide', byteCount);
  f.if(i64.gt_u(wide, max), () => context.fail('string_too_long'));
  return f.let('i32', 'result_bytes', i32.wrap_i64(wide));
}

/** Emits: the view of a part of a string that stays where it is, or of its short copy. */
export function viewBetween(context: EmitContext, start: Expr<'i32'>, end: Arg<'i32'>): readonly Expr[] {
  return viewOf(context, start, context.f.let('i32', 'part_bytes', i32.sub(end, start)));
}

/** Emits: a view that control flow decides. */
export function chooseView(
  { f }: EmitContext,
  condition: Expr<'i32'>,
  then: () => readonly Expr[],
  otherwise: () => readonly Expr[],
): readonly Expr[] {
  const chosen = [f.local('i64', 'chosen'), f.local('i64', 'chosen_rest')];
  const assign = (lanes: readonly Expr[]): void => {
    for (const [i, local] of chosen.entries()) f.set(local, lanes[i] as Expr<'i64'>);
  };
  f.if(
    condition,
    () => assign(then()),
    () => assign(otherwise()),
  );
  return chosen;
}

/** The argument's value where it is a constant INT. */
export function constantInt(expression: BoundExpression | undefined): number | undefined {
  return expression?.kind === 'literal' && typeof expression.value === 'number'
    ? expression.value
    : undefined;
}

/** The view of the empty string. */
export const emptyView: readonly Expr[] = [i64.const(0n), i64.const(0n)];
