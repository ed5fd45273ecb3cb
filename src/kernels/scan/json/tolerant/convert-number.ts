/** JSON numbers to INT, BIGINT, DOUBLE and DECIMAL, by their text and never by way of a double. */
import { isDigit } from '../../../../routines/digits.ts';
import { parsedF64, parsedHigh, parsedI64, parseStatus } from '../../../../routines/parse-result.ts';
import { parseDecimal } from '../../../../routines/text/parse-decimal.ts';
import { parseDouble } from '../../../../routines/text/parse-double.ts';
import { parseInteger } from '../../../../routines/text/parse-integer.ts';
import type { FunctionBuilder } from '../../../../wasm/function-builder.ts';
import { call, f64, i32, i64 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { conversionParams, failConversion } from './conversion.ts';
import { entryLimitHigh, entryLimitLow, entryScale, entryValueBytes } from './field-table.ts';
import { parseIntegral } from './numbers.ts';
import type { ScanGlobals } from './scan-globals.ts';

const minus = 0x2d;

/** INT and BIGINT: `1.0` and `1e3` are integers, `1.5` is of the wrong type. */
export function emitConvertInteger(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  const params = conversionParams;
  return module.function('json_convert_integer', params, 'i32', (f, { entry, at, end, value }) => {
    requireNumber(f, at);
    const status = f.local('i32', 'status');
    f.if(
      globals.isInteger,
      () => f.set(status, call(parseInteger(module), at, i32.sub(end, at)) as Expr<'i32'>),
      () => f.set(status, call(parseIntegral(module), at, end) as Expr<'i32'>),
    );
    requireOk(f, status);
    const parsed = f.let('i64', 'parsed', parsedI64(module));
    f.if(i32.eq(i32.load(entry, entryValueBytes), 8), () => {
      f.do(i64.store(value, parsed));
      f.return(i32.const(0));
    });
    f.if(i64.ne(parsed, i64.extend32_s(parsed)), () => failConversion(f, 'out_of_range'));
    f.do(i64.store32(value, parsed));
    f.return(i32.const(0));
  });
}

export function emitConvertDouble(module: ModuleBuilder): FunctionSlot {
  return module.function('json_convert_double', conversionParams, 'i32', (f, { at, end, value }) => {
    requireNumber(f, at);
    const status = call(parseDouble(module), at, i32.sub(end, at)) as Expr<'i32'>;
    requireOk(f, f.let('i32', 'status', status));
    f.do(f64.store(value, parsedF64(module)));
    f.return(i32.const(0));
  });
}

/** DECIMAL(p, s): rounded half away from zero to s digits, and then of at most p digits. */
export function emitConvertDecimal(module: ModuleBuilder): FunctionSlot {
  const params = conversionParams;
  return module.function('json_convert_decimal', params, 'i32', (f, { entry, at, end, value }) => {
    requireNumber(f, at);
    const scale = i32.load(entry, entryScale);
    const status = call(parseDecimal(module), at, i32.sub(end, at), scale) as Expr<'i32'>;
    requireOk(f, f.let('i32', 'status', status));
    const low = f.let('i64', 'low', parsedI64(module));
    const high = f.let('i64', 'high', parsedHigh(module));
    // The magnitude, by conditional two's complement.
    const sign = f.let('i64', 'sign', i64.shr_s(high, 63));
    const lowMagnitude = f.let('i64', 'low_magnitude', i64.sub(i64.xor(low, sign), sign));
    const borrow = i64.extend_i32_u(i32.and(i64.ne(sign, 0), i64.eqz(lowMagnitude)));
    const highMagnitude = f.let('i64', 'high_magnitude', i64.add(i64.xor(high, sign), borrow));
    const limitHigh = f.let('i64', 'limit_high', i64.load(entry, entryLimitHigh));
    const isAbove = i32.or(
      i64.gt_u(highMagnitude, limitHigh),
      i32.and(i64.eq(highMagnitude, limitHigh), i64.gt_u(lowMagnitude, i64.load(entry, entryLimitLow))),
    );
    f.if(isAbove, () => failConversion(f, 'out_of_range'));
    f.do(i64.store(value, low));
    f.if(i32.eq(i32.load(entry, entryValueBytes), 16), () => f.do(i64.store(value, high, 8)));
    f.return(i32.const(0));
  });
}

/** Emits: fails unless the value is a number. */
export function requireNumber(f: FunctionBuilder, at: Expr<'i32'>): void {
  const first = f.let('i32', 'first', i32.load8_u(at));
  f.if(i32.eqz(i32.or(isDigit(first), i32.eq(first, minus))), () => failConversion(f, 'wrong_type'));
}

/** Emits: fails as the status says. */
export function requireOk(f: FunctionBuilder, status: Expr<'i32'>): void {
  f.if(i32.eq(status, parseStatus.invalid), () => failConversion(f, 'wrong_type'));
  f.if(status, () => failConversion(f, 'out_of_range'));
}
