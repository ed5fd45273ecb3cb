/** How long a string is: in code points, in bytes, in bits. */
import { intType } from '../../../columns/sql-type.ts';
import { countCodePoints } from '../../../routines/utf8.ts';
import { viewLength } from '../../../routines/views.ts';
import { call, i32 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { EmitContext, Value } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { arg, strict } from '../overload.ts';
import { textOf } from './text.ts';

type Measure = (context: EmitContext, value: Value) => Expr<'i32'>;

function measure(name: string, emit: Measure, options: { fallible?: boolean } = {}): ScalarFunction {
  return {
    name,
    overloads: [
      strict({
        params: ['varchar'],
        result: intType,
        ...options,
        lanes: (context, args) => [emit(context, arg(args, 0))],
      }),
    ],
  };
}

const codePoints: Measure = (context, value) => {
  const { start, byteCount } = textOf(context, value, 'subject');
  return call(countCodePoints(context.module), start, byteCount) as Expr<'i32'>;
};

const bytes: Measure = ({ module }, value) => call(viewLength(module), ...value.lanes) as Expr<'i32'>;

const bits: Measure = (context, value) => {
  const count = context.f.let('i32', 'byte_count', bytes(context, value));
  context.f.if(i32.gt_u(count, 0x0fff_ffff), () => context.fail('numeric_out_of_range'));
  return i32.shl(count, 3);
};

export const lengthFunctions: readonly ScalarFunction[] = [
  { ...measure('length', codePoints), aliases: ['char_length', 'character_length', 'len'] },
  measure('octet_length', bytes),
  measure('bit_length', bits, { fallible: true }),
];
