/** REPLACE, TRANSLATE and OVERLAY. */
import { varcharType } from '../../../columns/sql-type.ts';
import { advanceCodePoints } from '../../../routines/string/code-points.ts';
import { countOccurrences } from '../../../routines/string/find-bytes.ts';
import { replaceBytes } from '../../../routines/string/replace-bytes.ts';
import { translateText } from '../../../routines/string/translate-text.ts';
import { countCodePoints } from '../../../routines/utf8.ts';
import { call, i32, i64, select } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { viewOf } from '../../strings/string-lanes.ts';
import { i32Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { checkedBytes, chooseView, roomFor, type Text, textOf, viewBytesMax } from './text.ts';

function emitReplace(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { module, f } = context;
  const subject = arg(args, 0);
  const text = textOf(context, subject, 'subject');
  const part = textOf(context, arg(args, 1), 'part');
  const other = textOf(context, arg(args, 2), 'other');
  const count = f.choose(
    'i32',
    part.byteCount,
    () => call(countOccurrences(module), text.start, text.end, part.start, part.byteCount) as Expr<'i32'>,
    () => 0,
  );
  const replaced = (): readonly Expr[] => {
    const growth = i64.sub(i64.extend_i32_u(other.byteCount), i64.extend_i32_u(part.byteCount));
    const total = i64.add(i64.extend_i32_u(text.byteCount), i64.mul(growth, i64.extend_i32_u(count)));
    const byteCount = checkedBytes(context, total, viewBytesMax);
    const out = roomFor(context, byteCount);
    f.call(
      replaceBytes(module),
      ...[text.start, text.end, part.start, part.byteCount, other.start, other.byteCount, out],
    );
    return viewOf(context, out, byteCount);
  };
  return chooseView(context, count, replaced, () => subject.lanes);
}

function emitTranslate(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { module, f } = context;
  const text = textOf(context, arg(args, 0), 'subject');
  const from = textOf(context, arg(args, 1), 'part');
  const to = textOf(context, arg(args, 2), 'other');
  const translate = (out: Expr<'i32'>): Expr<'i32'> =>
    call(
      translateText(module),
      ...[text, from, to].flatMap(({ start, end }) => [start, end]),
      out,
    ) as Expr<'i32'>;
  const measured = f.let('i32', 'measured', translate(i32.const(0)));
  const byteCount = checkedBytes(context, i64.extend_i32_u(measured), viewBytesMax);
  const out = roomFor(context, byteCount);
  f.let('i32', 'written', translate(out));
  return viewOf(context, out, byteCount);
}

/** Emits: the string up to `start` (from 1), then the other, then the string from `start + length` on. */
function emitOverlay(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { module, f } = context;
  const text = textOf(context, arg(args, 0), 'subject');
  const other = textOf(context, arg(args, 1), 'other');
  const start = i32Lane(arg(args, 2));
  f.if(i32.le_s(start, 0), () => context.fail('negative_length'));
  const length = args[3]
    ? i32Lane(args[3])
    : f.let('i32', 'length', call(countCodePoints(module), other.start, other.byteCount) as Expr<'i32'>);
  const resume = f.let('i64', 'resume', i64.add(i64.extend_i32_s(start), i64.extend_i32_s(length)));
  f.if(i64.ne(i64.extend32_s(resume), resume), () => context.fail('numeric_out_of_range'));
  const head = placeOf(context, text, i32.sub(start, 1));
  const skipped = i64.sub(resume, 1n);
  const tail = placeOf(context, text, i32.wrap_i64(select('i64', i64.lt_s(skipped, 0n), 0n, skipped)));
  const headBytes = f.let('i32', 'head_bytes', i32.sub(head, text.start));
  const tailBytes = f.let('i32', 'tail_bytes', i32.sub(text.end, tail));
  const total = [headBytes, other.byteCount, tailBytes]
    .map((count) => i64.extend_i32_u(count))
    .reduce((sum, count) => i64.add(sum, count));
  const byteCount = checkedBytes(context, total, viewBytesMax);
  const out = roomFor(context, byteCount);
  f.memoryCopy(out, text.start, headBytes);
  f.memoryCopy(i32.add(out, headBytes), other.start, other.byteCount);
  f.memoryCopy(i32.add(i32.add(out, headBytes), other.byteCount), tail, tailBytes);
  return viewOf(context, out, byteCount);
}

/** Emits: the address behind so many code points. */
function placeOf({ module, f }: EmitContext, text: Text, count: Expr<'i32'>): Expr<'i32'> {
  return f.let('i32', 'place', call(advanceCodePoints(module), text.start, text.end, count) as Expr<'i32'>);
}

export const replaceFunctions: readonly ScalarFunction[] = [
  {
    name: 'replace',
    overloads: [
      strict({
        params: ['varchar', 'varchar', 'varchar'],
        result: varcharType,
        fallible: true,
        lanes: emitReplace,
      }),
    ],
  },
  {
    name: 'translate',
    overloads: [
      strict({
        params: ['varchar', 'varchar', 'varchar'],
        result: varcharType,
        fallible: true,
        lanes: emitTranslate,
      }),
    ],
  },
  {
    name: 'overlay',
    overloads: [
      strict({
        params: ['varchar', 'varchar', 'int'],
        result: varcharType,
        fallible: true,
        lanes: emitOverlay,
      }),
      strict({
        params: ['varchar', 'varchar', 'int', 'int'],
        result: varcharType,
        fallible: true,
        lanes: emitOverlay,
      }),
    ],
  },
];
