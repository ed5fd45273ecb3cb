/** SPLIT_PART: the n-th field between delimiters, counted from the end where n is negative. */
import { varcharType } from '../../../columns/sql-type.ts';
import { countOccurrences } from '../../../routines/string/find-bytes.ts';
import { fieldEnd, nthField } from '../../../routines/string/nth-field.ts';
import { call, i32, select } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { i32Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { chooseView, constantInt, emptyView, textOf, viewBetween } from './text.ts';

function emitSplitPart(context: EmitContext, args: readonly Value[]): readonly Expr[] {
  const { module, f } = context;
  const subject = arg(args, 0);
  const text = textOf(context, subject, 'subject');
  const delimiter = textOf(context, arg(args, 1), 'part');
  const given = i32Lane(arg(args, 2));
  f.if(i32.eqz(given), () => context.fail('field_zero'));
  const search = [text.start, text.end, delimiter.start, delimiter.byteCount] as const;
  const field = (): readonly Expr[] => {
    const position = f.let('i32', 'position', given);
    f.if(i32.lt_s(position, 0), () => {
      const delimiters = call(countOccurrences(module), ...search) as Expr<'i32'>;
      f.set(position, i32.add(i32.add(delimiters, 2), position));
    });
    const start = f.let('i32', 'field', call(nthField(module), ...search, position) as Expr<'i32'>);
    return chooseView(
      context,
      start,
      () => {
        const end = call(fieldEnd(module), start, ...search.slice(1)) as Expr<'i32'>;
        return viewBetween(context, start, f.let('i32', 'field_end', end));
      },
      () => emptyView,
    );
  };
  const isOnly = i32.or(i32.eq(given, 1), i32.eq(given, -1));
  const whole = (): readonly Expr[] =>
    subject.lanes.map((lane) => select('i64', isOnly, lane as Expr<'i64'>, 0n));
  return chooseView(context, delimiter.byteCount, field, whole);
}

export const splitFunctions: readonly ScalarFunction[] = [
  {
    name: 'split_part',
    overloads: [
      strict({
        params: ['varchar', 'varchar', 'int'],
        result: varcharType,
        fallible: true,
        canFailWith: ([, , position]) => (constantInt(position) ?? 0) === 0,
        lanes: emitSplitPart,
      }),
    ],
  },
];
