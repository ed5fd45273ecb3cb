/**
 * The text of a number behind its sign, as an inline emitter: digits with an optional point, an optional
 * exponent. What becomes of a digit is the caller's business; where it stands is counted here.
 */
import type { Local } from '../../wasm/function-builder.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { TextReader } from '../date-time/text-reader.ts';
import { isDigit } from '../digits.ts';
import { parsedI64, parseStatus } from '../parse-result.ts';
import { parseExponent } from './parse-exponent.ts';

export interface DigitStore {
  /** Whether one more digit is kept. */
  readonly hasRoom: Expr<'i32'>;
  /** Emits: takes a digit in, which is given as its character. */
  readonly keep: (digit: Local<'i32'>) => void;
  /** Emits: there is no room for this one. */
  readonly drop: (digit: Local<'i32'>) => void;
}

export interface DecimalText {
  /** The power of ten that the number made of the kept digits is to be multiplied by. */
  readonly exponent: Local<'i32'>;
  readonly digitsEnd: Local<'i32'>;
}

/** Emits: reads all of the text; what is no number returns a status from the routine. */
export function readDecimalText(module: ModuleBuilder, reader: TextReader, store: DigitStore): DecimalText {
  const { f, at, end } = reader;
  const exponent = f.local('i32', 'exponent');
  const digitSeen = f.local('i32', 'digit_seen');
  const counts = { exponent, digitSeen };
  takeDigits(reader, store, { ...counts, afterPoint: false });
  f.if(i32.lt_u(at, end), () => {
    f.if(i32.eq(i32.load8_u(at), 0x2e), () => {
      f.set(at, i32.add(at, 1));
      takeDigits(reader, store, { ...counts, afterPoint: true });
    });
  });
  const digitsEnd = f.let('i32', 'digits_end', at);
  f.if(i32.eqz(digitSeen), () => f.return(i32.const(parseStatus.invalid)));
  f.if(i32.lt_u(at, end), () => {
    const status = f.let('i32', 'status', call(parseExponent(module), at, end) as Expr<'i32'>);
    f.if(status, () => f.return(status));
    f.set(exponent, i32.add(exponent, i32.wrap_i64(parsedI64(module))));
  });
  return { exponent, digitsEnd };
}

interface DigitRun {
  readonly exponent: Local<'i32'>;
  readonly digitSeen: Local<'i32'>;
  readonly afterPoint: boolean;
}

/** Emits: takes the digits from `at` on. */
function takeDigits({ f, at, end }: TextReader, store: DigitStore, run: DigitRun): void {
  const { exponent, digitSeen, afterPoint } = run;
  const digit = f.local('i32', 'digit');
  f.while(
    afterPoint ? 'fraction_digits' : 'integer_digits',
    () => i32.lt_u(at, end),
    (leave) => {
      f.set(digit, i32.load8_u(at));
      f.branchIf(leave, i32.eqz(isDigit(digit)));
      f.set(digitSeen, 1);
      f.if(
        store.hasRoom,
        () => {
          store.keep(digit);
          if (afterPoint) f.set(exponent, i32.sub(exponent, 1));
        },
        () => {
          store.drop(digit);
          if (!afterPoint) f.set(exponent, i32.add(exponent, 1));
        },
      );
      f.set(at, i32.add(at, 1));
    },
  );
}
