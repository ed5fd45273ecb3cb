/** ASCII and CHR, between a code point and its number; TO_HEX, an integer's bits. */
import { intType, type SqlTypeKind, varcharType } from '../../../columns/sql-type.ts';
import { decodeCodePoint, encodeCodePoint } from '../../../routines/string/code-points.ts';
import { writeHex } from '../../../routines/string/write-hex.ts';
import { call, i32, i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import type { Value } from '../../emit-context.ts';
import type { ScalarFunction, ScalarOverload } from '../../scalar-function.ts';
import { writtenView } from '../../strings/string-lanes.ts';
import { i32Lane, i64Lane } from '../../value.ts';
import { arg, strict } from '../overload.ts';
import { textOf } from './text.ts';

const codePointMax = 0x10_ffff;
const surrogateFirst = 0xd800;
const surrogateCount = 0x800;

/** The first code point's number; 0 for the empty string. */
const ascii: ScalarFunction = {
  name: 'ascii',
  overloads: [
    strict({
      params: ['varchar'],
      result: intType,
      lanes: (context, args) => {
        const { start, byteCount } = textOf(context, arg(args, 0), 'subject');
        const first = (): Expr<'i32'> => call(decodeCodePoint(context.module), start) as Expr<'i32'>;
        return [context.f.choose('i32', byteCount, first, () => 0)];
      },
    }),
  ],
};

/** Fails for 0, surrogates and what is beyond Unicode. */
const chr: ScalarFunction = {
  name: 'chr',
  overloads: [
    strict({
      params: ['int'],
      result: varcharType,
      fallible: true,
      lanes: (context, args) => {
        const codePoint = i32Lane(arg(args, 0));
        const outside = i32.gt_u(codePoint, codePointMax);
        const isSurrogate = i32.lt_u(i32.sub(codePoint, surrogateFirst), surrogateCount);
        context.f.if(i32.eqz(codePoint), () => context.fail('null_character'));
        context.f.if(i32.or(outside, isSurrogate), () => context.fail('no_such_character'));
        return writtenView(
          context,
          (out) => call(encodeCodePoint(context.module), codePoint, out) as Expr<'i32'>,
        );
      },
    }),
  ],
};

function hexOf(kind: SqlTypeKind, bits: (value: Value) => Expr<'i64'>): ScalarOverload {
  return strict({
    params: [kind],
    result: varcharType,
    lanes: (context, args) =>
      writtenView(context, (out) => call(writeHex(context.module), bits(arg(args, 0)), out) as Expr<'i32'>),
  });
}

export const codePointFunctions: readonly ScalarFunction[] = [
  ascii,
  chr,
  {
    name: 'to_hex',
    overloads: [
      hexOf('int', (value) => i64.extend_i32_u(i32Lane(value))),
      hexOf('bigint', (value) => i64Lane(value)),
    ],
  },
];
