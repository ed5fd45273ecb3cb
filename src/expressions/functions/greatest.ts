/** GREATEST and LEAST: NULL arguments are left out; NULL only where all are. NaN is the greatest DOUBLE. */
import { intType, type SqlType } from '../../columns/sql-type.ts';
import { i32 } from '../../wasm/instructions.ts';
import { valueKinds } from '../binding/type-rules.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import type { ScalarFunction } from '../scalar-function.ts';
import { declareSlot, setSlot, type ValueSlot } from '../value.ts';
import { emitComparison } from './comparison.ts';
import { arg } from './overload.ts';

type Which = 'greater_than' | 'less_than';

function furthest(name: string, which: Which): ScalarFunction {
  return {
    name,
    overloads: valueKinds.map((kind) => ({
      params: [kind],
      variadic: true,
      resultType: ([type]: readonly SqlType[]) => type ?? intType,
      nulls: 'custom',
      fallible: false,
      mayReturnNull: true,
      emit: (context, args) => emitFurthest(context, args, which),
    })),
  };
}

function emitFurthest(context: EmitContext, args: readonly Value[], which: Which): Value {
  const { f } = context;
  const first = arg(args, 0);
  const nullable = args.every((value) => value.isNull !== undefined);
  const slot = declareSlot(f, first.type, true, 'furthest');
  setSlot(f, slot, first);
  for (const value of args.slice(1)) {
    if (value.isNull) f.if(i32.eqz(value.isNull), () => takeIfFurther(context, slot, value, which));
    else takeIfFurther(context, slot, value, which);
  }
  return nullable ? slot : { ...slot, isNull: undefined };
}

/** Emits: takes a value that is not NULL where it is further out, or where there is none yet. */
function takeIfFurther(context: EmitContext, slot: ValueSlot, value: Value, which: Which): void {
  const present = { ...value, isNull: undefined };
  const isFurther = emitComparison(context, which, present, { ...slot, isNull: undefined });
  context.f.if(i32.or(isFurther, slot.isNull ?? i32.const(0)), () => setSlot(context.f, slot, present));
}

export const greatestFunctions: readonly ScalarFunction[] = [
  furthest('greatest', 'greater_than'),
  furthest('least', 'less_than'),
];
