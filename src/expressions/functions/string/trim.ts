/** BTRIM (TRIM), LTRIM and RTRIM: spaces, or the code points of a second string, cut off the ends. */
import { varcharType } from '../../../columns/sql-type.ts';
import { trimEnd, trimStart } from '../../../routines/string/code-point-set.ts';
import { call } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { stringLanes } from '../../strings/constant-text.ts';
import { present } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { textOf, viewBetween } from './text.ts';

type Side = 'start' | 'end';

function emitTrim(context: EmitContext, args: readonly Value[], sides: readonly Side[]): readonly Expr[] {
  const { module, f } = context;
  const { start, end } = textOf(context, arg(args, 0), 'subject');
  const set = textOf(context, args[1] ?? present(varcharType, ...stringLanes(module, ' ')), 'part');
  const trimmed = (routine: typeof trimStart): Expr<'i32'> =>
    call(routine(module), start, end, set.start, set.end) as Expr<'i32'>;
  if (sides.includes('start')) f.set(start, trimmed(trimStart));
  if (sides.includes('end')) f.set(end, trimmed(trimEnd));
  return viewBetween(context, start, end);
}

function trim(name: string, aliases: readonly string[], sides: readonly Side[]): ScalarFunction {
  const lanes = (context: EmitContext, args: readonly Value[]): readonly Expr[] =>
    emitTrim(context, args, sides);
  return {
    name,
    aliases,
    overloads: [
      strict({ params: ['varchar'], result: varcharType, lanes }),
      strict({ params: ['varchar', 'varchar'], result: varcharType, lanes }),
    ],
  };
}

export const trimFunctions: readonly ScalarFunction[] = [
  trim('btrim', ['trim'], ['start', 'end']),
  trim('ltrim', [], ['start']),
  trim('rtrim', [], ['end']),
];
