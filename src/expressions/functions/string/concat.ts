/**
 * CONCAT and CONCAT_WS: the texts that are not NULL, joined. Their arguments of other types are cast to
 * VARCHAR when the call is bound.
 */
import { varcharType } from '../../../columns/sql-type.ts';
import type { Local } from '../../../wasm/function-builder.ts';
import { i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { viewOf } from '../../strings/string-lanes.ts';
import { nameLanes, nullValue, present } from '../../value.ts';
import { arg } from '../overload.ts';
import { checkedBytes, chooseView, emptyView, roomFor, type Text, textOf, viewBytesMax } from './text.ts';

/** Emits: the values that are not NULL, with the separator (not NULL), if any, between them. */
function emitJoin(context: EmitContext, values: readonly Value[], separator?: Text): readonly Expr[] {
  const { f } = context;
  const texts = values.map((value, i) => textOf(context, value, `joined_${i}`));
  const total = f.let('i64', 'total', 0n);
  const isFirst = f.let('i32', 'is_first', 1);
  const add = (byteCount: Expr<'i32'>): void => f.set(total, i64.add(total, i64.extend_i32_u(byteCount)));
  forEachPresent(context, values, (i) => {
    if (separator) f.if(i32.eqz(isFirst), () => add(separator.byteCount));
    f.set(isFirst, 0);
    add((texts[i] as Text).byteCount);
  });
  const byteCount = checkedBytes(context, total, viewBytesMax);
  const out = roomFor(context, byteCount);
  const at = f.let('i32', 'at', out);
  f.set(isFirst, 1);
  forEachPresent(context, values, (i) => {
    if (separator) f.if(i32.eqz(isFirst), () => append(context, at, separator));
    f.set(isFirst, 0);
    append(context, at, texts[i] as Text);
  });
  return viewOf(context, out, byteCount);
}

function append({ f }: EmitContext, at: Local<'i32'>, text: Text): void {
  f.memoryCopy(at, text.start, text.byteCount);
  f.set(at, i32.add(at, text.byteCount));
}

function forEachPresent({ f }: EmitContext, values: readonly Value[], emit: (index: number) => void): void {
  for (const [i, { isNull }] of values.entries()) {
    if (isNull) f.if(i32.eqz(isNull), () => emit(i));
    else emit(i);
  }
}

const concat: ScalarFunction = {
  name: 'concat',
  overloads: [
    {
      params: ['varchar'],
      variadic: true,
      resultType: () => varcharType,
      nulls: 'custom',
      fallible: true,
      emit: (context, args) => present(varcharType, ...emitJoin(context, args)),
    },
  ],
};

/** NULL where the separator is NULL. */
const concatWs: ScalarFunction = {
  name: 'concat_ws',
  overloads: [
    {
      params: ['varchar', 'varchar'],
      variadic: true,
      resultType: () => varcharType,
      nulls: 'custom',
      fallible: true,
      mayReturnNull: true,
      emit: (context, args) => {
        const separator = nameLanes(context.f, arg(args, 0), 'separator');
        const join = (): readonly Expr[] =>
          emitJoin(context, args.slice(1), textOf(context, separator, 'separator'));
        if (separator.isNull === undefined) return present(varcharType, ...join());
        if (separator.isNull.kind === 'const') return nullValue(varcharType);
        const lanes = chooseView(context, separator.isNull, () => emptyView, join);
        return { type: varcharType, lanes, isNull: separator.isNull };
      },
    },
  ],
};

export const concatFunctions: readonly ScalarFunction[] = [concat, concatWs];
