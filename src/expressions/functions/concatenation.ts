/** `||`: strings joined; a value of another type beside a string is taken as its text. NULL makes NULL. */
import { varcharType } from '../../columns/sql-type.ts';
import { i32 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { valueKinds } from '../binding/type-rules.ts';
import { emitCast } from '../casts/emit-cast.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { ScalarFunction, ScalarOverload } from '../scalar-function.ts';
import { bytesOf, viewOf } from '../strings/string-lanes.ts';
import { arg, strict } from './overload.ts';

/** Strings of more bytes than this have no view. */
const stringBytesMax = 0x7fff_ffff;

/** Emits: the strings' bytes one after the other. */
export function joinStrings(context: EmitContext, left: Value, right: Value): readonly Expr[] {
  const { f } = context;
  const head = bytesOf(context, left, 'first');
  const tail = bytesOf(context, right, 'second');
  const total = f.let('i32', 'total', i32.add(head.byteCount, tail.byteCount));
  f.if(i32.gt_u(total, stringBytesMax), () => context.fail('string_too_long'));
  const out = f.let('i32', 'joined', context.allocate(total));
  f.memoryCopy(out, head.address, head.byteCount);
  f.memoryCopy(i32.add(out, head.byteCount), tail.address, tail.byteCount);
  return viewOf(context, out, total);
}

function asText(context: EmitContext, value: Value): Value {
  if (value.type.kind === 'varchar') return value;
  const text = emitCast(context, value, varcharType);
  return { ...text, lanes: text.lanes.map((lane) => context.f.let(lane.type, 'text', lane)) };
}

function join(left: (typeof valueKinds)[number], right: (typeof valueKinds)[number]): ScalarOverload {
  return strict({
    params: [left, right],
    result: varcharType,
    fallible: true,
    lanes: (context, args) =>
      joinStrings(context, asText(context, arg(args, 0)), asText(context, arg(args, 1))),
  });
}

const others = valueKinds.filter((kind) => kind !== 'varchar');

export const concatenationOperator: readonly ScalarFunction[] = [
  {
    name: 'concat_operator',
    overloads: [
      join('varchar', 'varchar'),
      ...others.flatMap((kind) => [join('varchar', kind), join(kind, 'varchar')]),
    ],
  },
];
