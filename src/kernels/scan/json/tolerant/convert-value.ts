/**
 * Takes a value of any form into a column: checks it, converts it to the column's type, or notes why it
 * cannot be. Only a malformed value ends the record here; one of the wrong type may still be overruled by a
 * later duplicate.
 */
import { makeView } from '../../../../routines/views.ts';
import { call, i32, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import { conversionParams, failConversion, openString } from './conversion.ts';
import { emitConvertDecimal, emitConvertDouble, emitConvertInteger } from './convert-number.ts';
import { emitConvertTemporal } from './convert-temporal.ts';
import {
  entryNulls,
  entryType,
  type FieldTable,
  type FieldType,
  fieldEntry,
  fieldTypes,
  markFailed,
  markSeen,
  storeNull,
  valueAddress,
} from './field-table.ts';
import { reasonCode, type ScanGlobals } from './scan-globals.ts';
import { skipValue } from './skip-value.ts';
import { quote } from './strings.ts';

export const letterN = 0x6e;
const letterT = 0x74;
const letterF = 0x66;

/** `json_convert_value(field, at, row) -> address` past the value at `at`, or 0 where it is malformed. */
export function convertValue(module: ModuleBuilder, globals: ScanGlobals, table: FieldTable): FunctionSlot {
  return module.routine('json_convert_value', () => {
    const skip = skipValue(module, globals);
    const convert = emitConvert(module, globals);
    const params = { field: 'i32', at: 'i32', row: 'i32' } as const;
    return module.function('json_convert_value', params, 'i32', (f, { field, at, row }) => {
      const end = f.let('i32', 'end', call(skip, at) as Expr<'i32'>);
      f.if(i32.eqz(end), () => f.return(i32.const(0)));
      markSeen(f, table, field);
      const entry = f.let('i32', 'entry', fieldEntry(table, field));
      const nulls = f.let('i32', 'nulls', i32.load(entry, entryNulls));
      const isNull = i32.eq(i32.load8_u(at), letterN);
      f.if(isNull, () => {
        f.if(
          nulls,
          () => storeNull(f, entry, row),
          () => markFailed(f, table, field, reasonCode('null_in_not_null_column')),
        );
        f.return(end);
      });
      f.if(nulls, () => f.do(i32.store8(i32.add(nulls, row), 0)));
      const reason = call(convert, entry, at, end, valueAddress(entry, row)) as Expr<'i32'>;
      const failure = f.let('i32', 'reason', reason);
      f.if(failure, () => markFailed(f, table, field, failure));
      f.return(end);
    });
  });
}

/**
 * `json_convert(entry, at, end, value) -> reason`, 0 for success. The value's text is valid and not `null`.
 */
function emitConvert(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  const boolean = emitConvertBoolean(module);
  const integer = emitConvertInteger(module, globals);
  const double = emitConvertDouble(module);
  const decimal = emitConvertDecimal(module);
  const varchar = emitConvertVarchar(module, globals);
  const temporal = emitConvertTemporal(module, globals);
  const conversions: Record<FieldType, FunctionSlot> = {
    boolean,
    int: integer,
    bigint: integer,
    double,
    decimal,
    varchar,
    date: temporal,
    timestamp: temporal,
    timestamptz: temporal,
    interval: temporal,
  };
  const targets = [...new Set(Object.values(conversions))];
  return module.function('json_convert', conversionParams, 'i32', (f, { entry, at, end, value }) => {
    const labels = new Map<FunctionSlot, Label>();
    const nest = (depth: number): void => {
      if (depth < 0) {
        const byType = fieldTypes.map((type) => labels.get(conversions[type])!);
        return f.branchTable(i32.load(entry, entryType), byType, byType[0]!);
      }
      const target = targets[depth]!;
      f.block(target.name, (label) => {
        labels.set(target, label);
        nest(depth - 1);
      });
      f.return(call(target, entry, at, end, value) as Expr<'i32'>);
    };
    nest(targets.length - 1);
  });
}

function emitConvertBoolean(module: ModuleBuilder): FunctionSlot {
  return module.function('json_convert_boolean', conversionParams, 'i32', (f, { at, value }) => {
    const byte = f.let('i32', 'byte', i32.load8_u(at));
    f.if(i32.eqz(i32.or(i32.eq(byte, letterT), i32.eq(byte, letterF))), () =>
      failConversion(f, 'wrong_type'),
    );
    f.do(i32.store8(value, i32.eq(byte, letterT)));
    f.return(i32.const(0));
  });
}

/** A string's value; of anything else, its text. */
function emitConvertVarchar(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.function('json_convert_varchar', conversionParams, 'i32', (f, { at, end, value }) => {
    f.if(i32.eq(i32.load8_u(at), quote), () => openString(module, globals, f, at, end));
    const view = f.let('i32', 'view', call(makeView(module), at, i32.sub(end, at)) as Expr<'i32'>);
    f.do(v128.store(value, v128.load(view)));
    f.return(i32.const(0));
  });
}
