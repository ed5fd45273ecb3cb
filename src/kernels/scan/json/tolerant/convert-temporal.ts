/** DATE, TIMESTAMP, TIMESTAMPTZ and INTERVAL from strings; timestamps also from milliseconds since 1970. */
import { parsedHigh, parsedI64 } from '../../../../routines/parse-result.ts';
import { parseDate } from '../../../../routines/text/parse-date.ts';
import { parseDecimal } from '../../../../routines/text/parse-decimal.ts';
import { parseInterval } from '../../../../routines/text/parse-interval.ts';
import { parseTimestamp, parseTimestamptz } from '../../../../routines/text/parse-timestamp.ts';
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { conversionParams, failConversion, openString } from './conversion.ts';
import { requireNumber, requireOk } from './convert-number.ts';
import { entryType, entryValueBytes, fieldTypes } from './field-table.ts';
import type { ScanGlobals } from './scan-globals.ts';
import { quote } from './strings.ts';

const textParsers = {
  date: parseDate,
  timestamp: parseTimestamp,
  timestamptz: parseTimestamptz,
  interval: parseInterval,
};

export function emitConvertTemporal(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  const params = conversionParams;
  return module.function('json_convert_temporal', params, 'i32', (f, { entry, at, end, value }) => {
    const type = f.let('i32', 'type', i32.load(entry, entryType));
    const status = f.local('i32', 'status');
    f.if(
      i32.eq(i32.load8_u(at), quote),
      () => {
        openString(module, globals, f, at, end);
        for (const [name, parser] of Object.entries(textParsers)) {
          const code = fieldTypes.indexOf(name as keyof typeof textParsers);
          f.if(i32.eq(type, code), () => {
            f.set(status, call(parser(module), at, i32.sub(end, at)) as Expr<'i32'>);
          });
        }
        requireOk(f, status);
      },
      () => fromMilliseconds(module, f, { type, at, end }),
    );
    storeTemporal(module, f, entry, value);
    f.return(i32.const(0));
  });
}

/** Emits: a number is milliseconds; with three digits behind the dot, that is microseconds. */
function fromMilliseconds(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { type, at, end }: { readonly type: Expr<'i32'>; readonly at: Expr<'i32'>; readonly end: Expr<'i32'> },
): void {
  const isTimestamp = i32.or(
    i32.eq(type, fieldTypes.indexOf('timestamp')),
    i32.eq(type, fieldTypes.indexOf('timestamptz')),
  );
  f.if(i32.eqz(isTimestamp), () => failConversion(f, 'wrong_type'));
  requireNumber(f, at);
  const status = call(parseDecimal(module), at, i32.sub(end, at), 3) as Expr<'i32'>;
  requireOk(f, f.let('i32', 'number_status', status));
  const isWide = i64.ne(parsedHigh(module), i64.shr_s(parsedI64(module), 63));
  f.if(isWide, () => failConversion(f, 'out_of_range'));
}

function storeTemporal(
  module: ModuleBuilder,
  f: FunctionBuilder,
  entry: Expr<'i32'>,
  value: Local<'i32'>,
): void {
  const bytes = f.let('i32', 'bytes', i32.load(entry, entryValueBytes));
  f.if(
    i32.eq(bytes, 4),
    () => f.do(i64.store32(value, parsedI64(module))),
    () => f.do(i64.store(value, parsedI64(module))),
  );
  f.if(i32.eq(bytes, 16), () => f.do(i64.store(value, parsedHigh(module), 8)));
}
