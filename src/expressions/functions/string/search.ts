/** POSITION, STRPOS, INSTR and STARTS_WITH. Positions count code points from 1; 0 means: not there. */
import { booleanType, intType } from '../../../columns/sql-type.ts';
import { equalBytes } from '../../../routines/bytes.ts';
import { findBytes } from '../../../routines/string/find-bytes.ts';
import { countCodePoints } from '../../../routines/utf8.ts';
import { call, i32 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { arg, strict } from '../overload.ts';
import { textOf } from './text.ts';

/** Emits: where the part first stands. */
function positionOf(context: EmitContext, subject: Value, part: Value): Expr<'i32'> {
  const { module, f } = context;
  const text = textOf(context, subject, 'subject');
  const wanted = textOf(context, part, 'part');
  const position = f.let('i32', 'position', 1);
  f.if(wanted.byteCount, () => {
    const found = call(findBytes(module), text.start, text.end, wanted.start, wanted.byteCount);
    const place = f.let('i32', 'place', found as Expr<'i32'>);
    f.set(position, 0);
    f.if(place, () => {
      const before = call(countCodePoints(module), text.start, i32.sub(place, text.start)) as Expr<'i32'>;
      f.set(position, i32.add(before, 1));
    });
  });
  return position;
}

function search(name: string, aliases: readonly string[], subject: 0 | 1): ScalarFunction {
  return {
    name,
    aliases,
    overloads: [
      strict({
        params: ['varchar', 'varchar'],
        result: intType,
        lanes: (context, args) => [positionOf(context, arg(args, subject), arg(args, 1 - subject))],
      }),
    ],
  };
}

const startsWith: ScalarFunction = {
  name: 'starts_with',
  overloads: [
    strict({
      params: ['varchar', 'varchar'],
      result: booleanType,
      lanes: (context, args) => {
        const { module, f } = context;
        const text = textOf(context, arg(args, 0), 'subject');
        const prefix = textOf(context, arg(args, 1), 'part');
        const isSame = (): Expr<'i32'> =>
          call(equalBytes(module), text.start, prefix.start, prefix.byteCount) as Expr<'i32'>;
        return [f.choose('i32', i32.ge_u(text.byteCount, prefix.byteCount), isSame, () => 0)];
      },
    }),
  ],
};

export const searchFunctions: readonly ScalarFunction[] = [
  search('strpos', ['instr'], 0),
  search('position', [], 1),
  startsWith,
];
