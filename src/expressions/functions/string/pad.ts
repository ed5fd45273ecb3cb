/** LPAD, RPAD, REPEAT and REVERSE. What is made longer fails beyond 64 MiB. */
import { varcharType } from '../../../columns/sql-type.ts';
import { advanceCodePoints } from '../../../routines/string/code-points.ts';
import { fillRepeating } from '../../../routines/string/fill-repeating.ts';
import { reverseText } from '../../../routines/string/reverse-text.ts';
import { countCodePoints } from '../../../routines/utf8.ts';
import { call, i32, i64, select } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { BoundExpression } from '../../bound-expression.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { stringLanes } from '../../strings/constant-text.ts';
import { viewOf } from '../../strings/string-lanes.ts';
import { i32Lane, present } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import {
  checkedBytes,
  chooseView,
  constantInt,
  madeBytesMax,
  roomFor,
  type Text,
  textOf,
  viewBetween,
} from './text.ts';

type Side = 'left' | 'right';

function emitPad(context: EmitContext, args: readonly Value[], side: Side): readonly Expr[] {
  const { module, f } = context;
  const text = textOf(context, arg(args, 0), 'subject');
  const fill = textOf(context, args[2] ?? present(varcharType, ...stringLanes(module, ' ')), 'part');
  const given = i32Lane(arg(args, 1));
  const length = f.let('i32', 'length', select('i32', i32.lt_s(given, 0), 0, given));
  const present32 = call(countCodePoints(module), text.start, text.byteCount) as Expr<'i32'>;
  const missing = f.let('i32', 'missing', i32.sub(length, f.let('i32', 'present', present32)));
  return chooseView(
    context,
    i32.and(i32.gt_s(missing, 0), i32.ne(fill.byteCount, 0)),
    () => padded(context, { text, fill, missing, side }),
    () => {
      const end = call(advanceCodePoints(module), text.start, text.end, length) as Expr<'i32'>;
      return viewBetween(context, text.start, end);
    },
  );
}

interface Padding {
  readonly text: Text;
  readonly fill: Text;
  /** The code points to add, at least one. */
  readonly missing: Expr<'i32'>;
  readonly side: Side;
}

function padded(context: EmitContext, { text, fill, missing, side }: Padding): readonly Expr[] {
  const { module, f } = context;
  const fillCount = call(countCodePoints(module), fill.start, fill.byteCount) as Expr<'i32'>;
  const perFill = f.let('i32', 'per_fill', fillCount);
  const rest = i32.rem_u(missing, perFill);
  const restEnd = call(advanceCodePoints(module), fill.start, fill.end, rest) as Expr<'i32'>;
  const whole = i64.mul(i64.extend_i32_u(i32.div_u(missing, perFill)), i64.extend_i32_u(fill.byteCount));
  const added = f.let('i64', 'added', i64.add(whole, i64.extend_i32_u(i32.sub(restEnd, fill.start))));
  const total = i64.add(added, i64.extend_i32_u(text.byteCount));
  const byteCount = checkedBytes(context, total, madeBytesMax);
  const out = roomFor(context, byteCount);
  const addedBytes = f.let('i32', 'added_bytes', i32.wrap_i64(added));
  const fillAt = side === 'left' ? out : i32.add(out, text.byteCount);
  const textAt = side === 'left' ? i32.add(out, addedBytes) : out;
  f.call(fillRepeating(module), fillAt, addedBytes, fill.start, fill.byteCount);
  f.memoryCopy(textAt, text.start, text.byteCount);
  return viewOf(context, out, byteCount);
}

/** A code point has at most four bytes. */
function canBeTooLong([, length]: readonly BoundExpression[]): boolean {
  const count = constantInt(length);
  return count === undefined || BigInt(count) * 4n > madeBytesMax;
}

function pad(name: string, side: Side): ScalarFunction {
  const lanes = (context: EmitContext, args: readonly Value[]): readonly Expr[] =>
    emitPad(context, args, side);
  return {
    name,
    overloads: (
      [
        ['varchar', 'int'],
        ['varchar', 'int', 'varchar'],
      ] as const
    ).map((params) =>
      strict({ params, result: varcharType, fallible: true, canFailWith: canBeTooLong, lanes }),
    ),
  };
}

const repeat: ScalarFunction = {
  name: 'repeat',
  overloads: [
    strict({
      params: ['varchar', 'int'],
      result: varcharType,
      fallible: true,
      lanes: (context, args) => {
        const text = textOf(context, arg(args, 0), 'subject');
        const given = i32Lane(arg(args, 1));
        const count = i64.extend_i32_u(select('i32', i32.lt_s(given, 0), 0, given));
        const byteCount = checkedBytes(
          context,
          i64.mul(count, i64.extend_i32_u(text.byteCount)),
          madeBytesMax,
        );
        const out = roomFor(context, byteCount);
        context.f.call(fillRepeating(context.module), out, byteCount, text.start, text.byteCount);
        return viewOf(context, out, byteCount);
      },
    }),
  ],
};

const reverse: ScalarFunction = {
  name: 'reverse',
  overloads: [
    strict({
      params: ['varchar'],
      result: varcharType,
      lanes: (context, args) => {
        const text = textOf(context, arg(args, 0), 'subject');
        const out = roomFor(context, text.byteCount);
        context.f.call(reverseText(context.module), text.start, text.end, out);
        return viewOf(context, out, text.byteCount);
      },
    }),
  ],
};

export const padFunctions: readonly ScalarFunction[] = [
  pad('lpad', 'left'),
  pad('rpad', 'right'),
  repeat,
  reverse,
];
