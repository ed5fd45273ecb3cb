/** UPPER, LOWER and INITCAP, with Unicode's simple case mappings (routines/string/map-case.ts). */
import { varcharType } from '../../../columns/sql-type.ts';
import type { CaseDirection } from '../../../routines/string/case-tables.ts';
import { mapAsciiCase, mapCase, mapInitials } from '../../../routines/string/map-case.ts';
import { call, i32 } from '../../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import type { EmitContext } from '../../emit-context.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { viewOf } from '../../strings/string-lanes.ts';
import { arg, strict } from '../overload.ts';
import { chooseView, roomFor, type Text, textOf } from './text.ts';

/** Emits: the string as the routine maps it, which may make it half as long again. */
function mapped(context: EmitContext, text: Text, routine: FunctionSlot): readonly Expr[] {
  const room = i32.add(text.byteCount, i32.shr_u(text.byteCount, 1));
  const out = context.f.let('i32', 'mapped', context.allocate(room));
  const written = call(routine, text.start, text.end, out) as Expr<'i32'>;
  return viewOf(context, out, context.f.let('i32', 'written', written));
}

function toCase(name: CaseDirection): ScalarFunction {
  return {
    name,
    overloads: [
      strict({
        params: ['varchar'],
        result: varcharType,
        lanes: (context, args) => {
          const { module, f } = context;
          const text = textOf(context, arg(args, 0), 'subject');
          const out = roomFor(context, text.byteCount);
          const isAscii = call(mapAsciiCase(module, name), text.start, text.end, out) as Expr<'i32'>;
          return chooseView(
            context,
            f.let('i32', 'is_ascii', isAscii),
            () => viewOf(context, out, text.byteCount),
            () => mapped(context, text, mapCase(module, name)),
          );
        },
      }),
    ],
  };
}

const initcap: ScalarFunction = {
  name: 'initcap',
  overloads: [
    strict({
      params: ['varchar'],
      result: varcharType,
      lanes: (context, args) =>
        mapped(context, textOf(context, arg(args, 0), 'subject'), mapInitials(context.module)),
    }),
  ],
};

export const caseFunctions: readonly ScalarFunction[] = [toCase('upper'), toCase('lower'), initcap];
