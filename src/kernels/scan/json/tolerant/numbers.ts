/**
 * JSON numbers in any form (RFC 8259 section 6), and exact integers from those with a fraction or an
 * exponent:
 *
 *   number = [ '-' ] ( '0' | digit1-9 *digit ) [ '.' 1*digit ] [ ( 'e' | 'E' ) [ '+' | '-' ] 1*digit ]
 */
import { isDigit } from '../../../../routines/digits.ts';
import { parsedI64, parseStatus } from '../../../../routines/parse-result.ts';
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { i32, i64, select } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { failWith, type ScanGlobals } from './scan-globals.ts';

const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const letterE = 0x65;

/** `json_number_end(at) -> address` past the number, or 0. */
export function numberEnd(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.routine('json_number_end', () =>
    module.function('json_number_end', { at: 'i32' }, 'i32', (f, { at }) => {
      const start = f.local('i32', 'digits_start');
      f.set(at, i32.add(at, i32.eq(i32.load8_u(at), minus)));
      f.if(
        i32.eq(i32.load8_u(at), zero),
        () => f.set(at, i32.add(at, 1)),
        () => skipDigits(f, globals, at, start),
      );
      f.setGlobal(globals.isInteger, 1);
      f.if(i32.eq(i32.load8_u(at), dot), () => {
        f.setGlobal(globals.isInteger, 0);
        f.set(at, i32.add(at, 1));
        skipDigits(f, globals, at, start);
      });
      f.if(isLetterE(i32.load8_u(at)), () => {
        f.setGlobal(globals.isInteger, 0);
        f.set(at, i32.add(at, 1));
        const sign = f.let('i32', 'sign', i32.load8_u(at));
        f.set(at, i32.add(at, i32.or(i32.eq(sign, minus), i32.eq(sign, plus))));
        skipDigits(f, globals, at, start);
      });
      f.return(at);
    }),
  );
}

function isLetterE(byte: Expr<'i32'>): Expr<'i32'> {
  return i32.eq(i32.or(byte, 0x20), letterE);
}

/** Emits: moves past one or more digits; fails where there is none. */
function skipDigits(f: FunctionBuilder, globals: ScanGlobals, at: Local<'i32'>, start: Local<'i32'>): void {
  f.set(start, at);
  f.while(
    'digits',
    () => isDigit(i32.load8_u(at)),
    () => f.set(at, i32.add(at, 1)),
  );
  f.if(i32.eq(at, start), () => failWith(f, globals, 'syntax'));
}

/** A number as read so far: `digits * 10^(zeros - fraction + exponent)`. */
interface IntegralParts {
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
  /** The significant digits up to the last one that is not 0, unless there are too many. */
  readonly digits: Local<'i64'>;
  readonly isTooLong: Local<'i32'>;
  /** Zeros after `digits`, held back until another digit follows. */
  readonly zeros: Local<'i64'>;
  /** Digits behind the dot. */
  readonly fraction: Local<'i64'>;
}

/**
 * The largest number that another digit may be appended to, and stay comparable with 2^63 as an unsigned
 * word.
 */
const appendableMax = 922_337_203_685_477_580n;

/**
 * `json_parse_integral(at, end) -> parseStatus` of a valid number with a fraction or an exponent: the integer
 * it stands for exactly, in `parsedI64`; `invalid` where it is not integral.
 */
export function parseIntegral(module: ModuleBuilder): FunctionSlot {
  return module.routine('json_parse_integral', () =>
    module.function('json_parse_integral', { at: 'i32', end: 'i32' }, 'i32', (f, { at, end }) => {
      const isNegative = f.let('i32', 'is_negative', i32.eq(i32.load8_u(at), minus));
      f.set(at, i32.add(at, isNegative));
      const digits = f.local('i64', 'digits');
      const isTooLong = f.local('i32', 'is_too_long');
      const zeros = f.local('i64', 'zeros');
      const fraction = f.local('i64', 'fraction');
      readSignificand(f, { at, end, digits, isTooLong, zeros, fraction });
      const shift = f.let('i64', 'shift', i64.sub(zeros, fraction));
      f.set(shift, i64.add(shift, readExponent(f, at, end)));
      f.setGlobal(parsedI64(module), 0n);
      f.if(i64.eqz(digits), () => f.return(i32.const(parseStatus.ok)));
      f.if(i64.lt_s(shift, 0), () => f.return(i32.const(parseStatus.invalid)));
      const outOfRange = (): void => f.return(i32.const(parseStatus.outOfRange));
      f.if(i32.or(isTooLong, i64.gt_s(shift, 18)), outOfRange);
      f.while(
        'scale',
        () => i64.ne(shift, 0),
        () => {
          f.if(i64.gt_u(digits, appendableMax), outOfRange);
          f.set(digits, i64.mul(digits, 10n));
          f.set(shift, i64.sub(shift, 1));
        },
      );
      const magnitudeMax = i64.add(0x7fff_ffff_ffff_ffffn, i64.extend_i32_u(isNegative));
      f.if(i64.gt_u(digits, magnitudeMax), outOfRange);
      f.setGlobal(parsedI64(module), select('i64', isNegative, i64.sub(0, digits), digits));
      f.return(i32.const(parseStatus.ok));
    }),
  );
}

/** Emits: reads the digits and the dot. */
function readSignificand(f: FunctionBuilder, parts: IntegralParts): void {
  const { at, end, zeros, fraction } = parts;
  const byte = f.local('i32', 'byte');
  const isFraction = f.local('i64', 'is_fraction');
  f.while(
    'significand',
    () => i32.lt_u(at, end),
    (leave) => {
      f.set(byte, i32.load8_u(at));
      f.branchIf(leave, isLetterE(byte));
      f.set(at, i32.add(at, 1));
      f.if(
        i32.eq(byte, dot),
        () => f.set(isFraction, 1),
        () => {
          f.set(fraction, i64.add(fraction, isFraction));
          f.set(zeros, i64.add(zeros, 1));
          f.if(i32.ne(byte, zero), () => appendDigit(f, parts, byte));
        },
      );
    },
  );
}

/** Emits: appends the zeros held back, the last of which is the digit itself. */
function appendDigit(
  f: FunctionBuilder,
  { digits, isTooLong, zeros }: IntegralParts,
  byte: Expr<'i32'>,
): void {
  f.block('appended', (appended) => {
    f.while(
      'shift_digits',
      () => i64.ne(zeros, 0),
      () => {
        f.if(i64.gt_u(digits, appendableMax), () => {
          f.set(isTooLong, 1);
          f.branch(appended);
        });
        f.if(i64.eqz(digits), () => f.branch(appended));
        f.set(digits, i64.mul(digits, 10n));
        f.set(zeros, i64.sub(zeros, 1));
      },
    );
  });
  f.set(zeros, 0);
  f.set(digits, i64.add(digits, i64.extend_i32_u(i32.sub(byte, zero))));
}

/** Emits: the exponent, 0 where there is none; held within bounds that no significand can make up for. */
function readExponent(f: FunctionBuilder, at: Local<'i32'>, end: Expr<'i32'>): Expr<'i64'> {
  const exponent = f.local('i64', 'exponent');
  const sign = f.local('i32', 'exponent_sign');
  f.if(i32.lt_u(at, end), () => {
    f.set(sign, i32.load8_u(at, 1));
    f.set(at, i32.add(at, i32.add(1, i32.or(i32.eq(sign, minus), i32.eq(sign, plus)))));
    f.while(
      'exponent_digits',
      () => i32.lt_u(at, end),
      () => {
        const digit = i64.sub(i64.load8_u(at), zero);
        f.set(exponent, i64.add(i64.mul(exponent, 10), digit));
        f.if(i64.gt_u(exponent, 1n << 40n), () => f.set(exponent, 1n << 40n));
        f.set(at, i32.add(at, 1));
      },
    );
  });
  return select('i64', i32.eq(sign, minus), i64.sub(0, exponent), exponent);
}
