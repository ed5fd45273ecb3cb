/** The exponent of a number's text: `e` or `E`, an optional sign, digits up to the end. */
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { parsedI64, parseStatus } from '../parse-result.ts';
import { applySign, parseSign } from '../text/parse-integer.ts';

/** A larger exponent is taken as this one: any value with it is zero or infinite. */
const exponentMax = 1_000_000_000n;

/** `parse_exponent(at, end) -> status`; the exponent in `parsedI64`. There is at least one byte. */
export function parseExponent(module: ModuleBuilder): FunctionSlot {
  return module.routine('parse_exponent', () =>
    module.function('parse_exponent', { at: 'i32', end: 'i32' }, 'i32', (f, { at, end }) => {
      f.if(i32.ne(i32.or(i32.load8_u(at), 0x20), 0x65), () => f.return(i32.const(parseStatus.invalid)));
      f.set(at, i32.add(at, 1));
      f.if(i32.ge_u(at, end), () => f.return(i32.const(parseStatus.invalid)));
      const negative = parseSign(f, at);
      f.if(i32.ge_u(at, end), () => f.return(i32.const(parseStatus.invalid)));
      const value = f.local('i64', 'value');
      const digit = f.local('i64', 'digit');
      f.while(
        'digits',
        () => i32.lt_u(at, end),
        () => {
          f.set(digit, i64.sub(i64.load8_u(at), 0x30n));
          f.if(i64.gt_u(digit, 9n), () => f.return(i32.const(parseStatus.invalid)));
          f.set(value, i64.add(i64.mul(value, 10n), digit));
          f.if(i64.gt_u(value, exponentMax), () => f.set(value, exponentMax));
          f.set(at, i32.add(at, 1));
        },
      );
      f.setGlobal(parsedI64(module), applySign(value, negative));
      f.return(i32.const(parseStatus.ok));
    }),
  );
}
