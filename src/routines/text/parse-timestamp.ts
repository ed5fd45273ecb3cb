/**
 * Text to TIMESTAMP and TIMESTAMPTZ, in microseconds since 1970. A TIMESTAMP is the wall clock that the text
 * shows: a zone is read and left out, as PostgreSQL does. A TIMESTAMPTZ without a zone is taken as UTC.
 */
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { dateTimeGlobals, joinMicros, parseDateTime } from '../date-time/parse-date-time.ts';
import { parsedI64, parseStatus } from '../parse-result.ts';

const params = { address: 'i32', byteCount: 'i32' } as const;
/** The last whole day whose microseconds fit 64 bits, 294247-01-08, a day of zone offset left. */
const daysMax = 106_751_989;

/** `parse_timestamp(address, byteCount) -> status`; microseconds in `parsedI64`. */
export function parseTimestamp(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_timestamp', () =>
    module.function('parse_timestamp', params, 'i32', (f, { address, byteCount }) => {
      parseMicros(module, f, address, byteCount);
      f.return(i32.const(parseStatus.ok));
    }),
  );
}

/**
 * `parse_timestamptz(address, byteCount) -> status`; microseconds since 1970-01-01T00:00:00Z in `parsedI64`.
 */
export function parseTimestamptz(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_timestamptz', () =>
    module.function('parse_timestamptz', params, 'i32', (f, { address, byteCount }) => {
      parseMicros(module, f, address, byteCount);
      const offset = i64.mul(i64.extend_i32_s(dateTimeGlobals(module).zoneSeconds), 1_000_000n);
      f.setGlobal(parsedI64(module), i64.sub(parsedI64(module), offset));
      f.return(i32.const(parseStatus.ok));
    }),
  );
}

function parseMicros(
  module: ModuleBuilder,
  f: FunctionBuilder,
  address: Expr<'i32'>,
  byteCount: Expr<'i32'>,
): void {
  const { days, microsOfDay } = dateTimeGlobals(module);
  const status = f.let('i32', 'status', call(parseDateTime(module), address, byteCount) as Expr<'i32'>);
  f.if(status, () => f.return(status));
  f.if(i32.gt_s(days, daysMax), () => f.return(i32.const(parseStatus.outOfRange)));
  f.setGlobal(parsedI64(module), joinMicros(days, microsOfDay));
}
