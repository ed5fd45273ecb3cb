/**
 * SUBSTRING, LEFT and RIGHT. Positions count code points from 1; a start before the string takes that much
 * from the length, as the SQL standard says. LEFT and RIGHT with a negative count leave that many out.
 */
import { varcharType } from '../../../columns/sql-type.ts';
import { advanceCodePoints, retreatCodePoints } from '../../../routines/string/code-points.ts';
import { call, i32, i64, select } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction, ScalarOverload } from '../../scalar-function.ts';
import { i32Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { constantInt, type Text, textOf, viewBetween } from './text.ts';

/** Emits: the address behind so many code points from the string's start; none for a negative count. */
function advance({ module, f }: EmitContext, text: Text, from: Expr<'i32'>, count: Expr<'i64'>): Expr<'i32'> {
  const wanted = f.let('i64', 'wanted', count);
  const cut = i32.wrap_i64(select('i64', i64.lt_s(wanted, 0n), 0n, wanted));
  return f.let('i32', 'at', call(advanceCodePoints(module), from, text.end, cut) as Expr<'i32'>);
}

function substringFrom(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const text = textOf(context, arg(args, 0), 'subject');
  const skipped = i64.sub(i64.extend_i32_s(i32Lane(arg(args, 1))), 1n);
  return viewBetween(context, advance(context, text, text.start, skipped), text.end);
}

function substringFor(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { f } = context;
  const length = i32Lane(arg(args, 2));
  f.if(i32.lt_s(length, 0), () => context.fail('negative_length'));
  const text = textOf(context, arg(args, 0), 'subject');
  const skipped = f.let('i64', 'skipped', i64.sub(i64.extend_i32_s(i32Lane(arg(args, 1))), 1n));
  const end = i64.add(skipped, i64.extend_i32_s(length));
  const start = advance(context, text, text.start, skipped);
  const before = select('i64', i64.lt_s(skipped, 0n), 0n, skipped);
  return viewBetween(context, start, advance(context, text, start, i64.sub(end, before)));
}

const substring: ScalarFunction = {
  name: 'substring',
  aliases: ['substr'],
  overloads: [
    strict({ params: ['varchar', 'int'], result: varcharType, lanes: substringFrom }),
    strict({
      params: ['varchar', 'int', 'int'],
      result: varcharType,
      fallible: true,
      canFailWith: ([, , length]) => (constantInt(length) ?? -1) < 0,
      lanes: substringFor,
    }),
  ],
};

/** Emits: the place that `count` (not negative) code points from the one end or the other reach. */
type Reach = (context: EmitContext, text: Text, count: Expr<'i32'>) => Expr<'i32'>;

const fromStart: Reach = ({ module }, { start, end }, count) =>
  call(advanceCodePoints(module), start, end, count) as Expr<'i32'>;
const fromEnd: Reach = ({ module }, { start, end }, count) =>
  call(retreatCodePoints(module), end, start, count) as Expr<'i32'>;

function cut(
  context: EmitContext,
  args: readonly Value[],
  reaches: readonly [Reach, Reach],
): [Text, Expr<'i32'>] {
  const [positive, negative] = reaches;
  const text = textOf(context, arg(args, 0), 'subject');
  const count = i32Lane(arg(args, 1));
  const place = context.f.choose(
    'i32',
    i32.ge_s(count, 0),
    () => positive(context, text, count),
    () => negative(context, text, i32.sub(0, count)),
  );
  return [text, place];
}

function side(
  name: string,
  lanes: (context: EmitContext, args: readonly Value[]) => readonly Expr[],
): ScalarFunction {
  const overload: ScalarOverload = strict({ params: ['varchar', 'int'], result: varcharType, lanes });
  return { name, overloads: [overload] };
}

const left = side('left', (context, args) => {
  const [{ start }, place] = cut(context, args, [fromStart, fromEnd]);
  return viewBetween(context, start, place);
});

const right = side('right', (context, args) => {
  const [{ end }, place] = cut(context, args, [fromEnd, fromStart]);
  return viewBetween(context, place, end);
});

export const substringFunctions: readonly ScalarFunction[] = [substring, left, right];
