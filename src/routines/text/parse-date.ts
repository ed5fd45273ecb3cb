/** Text to DATE: a time of day and a zone behind the date are read and left out, as PostgreSQL does. */
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { dateTimeGlobals, parseDateTime } from '../date-time/parse-date-time.ts';
import { parsedI64, parseStatus } from '../parse-result.ts';

/** `parse_date(address, byteCount) -> status`; days since 1970-01-01 in `parsedI64`. */
export function parseDate(module: ModuleBuilder): FunctionSlot {
  const params = { address: 'i32', byteCount: 'i32' } as const;
  return module.routine('parse_date', () =>
    module.function('parse_date', params, 'i32', (f, { address, byteCount }) => {
      const status = call(parseDateTime(module), address, byteCount) as Expr<'i32'>;
      const dateTimeStatus = f.let('i32', 'status', status);
      f.if(dateTimeStatus, () => f.return(dateTimeStatus));
      f.setGlobal(parsedI64(module), i64.extend_i32_s(dateTimeGlobals(module).days));
      f.return(i32.const(parseStatus.ok));
    }),
  );
}
