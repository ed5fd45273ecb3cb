/**
 * The speculative scan: matches one record's text against the expected shape and leaves its fields in locals.
 *   {"trader_id":"T1","symbol":"SYM2","price":12.34,"quantity":500,"trade_time":1730880000123}\n
 * Whatever differs branches to `slow` with the position unchanged; a real engine parses that record
 * tolerantly.
 */
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { call, f64, i8x16, i32, i64, i64x2, v128 } from '../../../src/wasm/instructions.ts';
import type { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../src/wasm/types.ts';

export interface ScannedRecord {
  readonly trader: Local<'v128'>;
  readonly symbol: Local<'v128'>;
  readonly price: Local<'f64'>;
  readonly quantity: Local<'i64'>;
}

export interface ScanTables {
  /** 16 bytes of 0xff, then 16 of zero: loading at 15 - n gives a mask of n + 1 bytes. */
  readonly masks: number;
  readonly powersOfTen: number;
  readonly longString: FunctionSlot;
}

export function scanTables(module: ModuleBuilder): ScanTables {
  const masks = module.data(new Uint8Array(32).fill(0xff, 0, 16));
  const powers = new Uint8Array(Float64Array.from({ length: 16 }, (_, i) => 10 ** i).buffer);
  return { masks, powersOfTen: module.data(powers), longString: emitLongString(module) };
}

/** Parses the record at `p` and moves `p` past its line feed. */
export function emitRecord(
  f: FunctionBuilder,
  p: Local<'i32'>,
  slow: Label,
  tables: ScanTables,
): ScannedRecord {
  expectText(f, p, slow, '{"trader_id":"', 1);
  const trader = emitString(f, p, slow, tables, 'trader');
  expectText(f, p, slow, '","symbol":"', 1);
  const symbol = emitString(f, p, slow, tables, 'symbol');
  expectText(f, p, slow, '","price":');
  const price = emitDecimal(f, p, slow, tables);
  expectText(f, p, slow, ',"quantity":');
  const quantity = emitInteger(f, p, slow);
  expectText(f, p, slow, ',"trade_time":');
  skipInteger(f, p, slow);
  f.branchIf(slow, i32.ne(i32.load16_u(p), 0x0a7d));
  f.set(p, i32.add(p, 2));
  return { trader, symbol, price, quantity };
}

/** Compares up to 16 bytes at `p` with `text` and moves `p` behind them, less `keptBytes`. */
function expectText(f: FunctionBuilder, p: Local<'i32'>, slow: Label, text: string, keptBytes = 0): void {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(text));
  const wanted = (1 << text.length) - 1;
  const equal = i8x16.bitmask(i8x16.eq(v128.load(p), v128.const(bytes)));
  f.branchIf(slow, i32.ne(i32.and(equal, wanted), wanted));
  f.set(p, i32.add(p, text.length - keptBytes));
}

/** With `p` at the opening quote, builds the view and leaves `p` at the closing one. */
function emitString(
  f: FunctionBuilder,
  p: Local<'i32'>,
  slow: Label,
  tables: ScanTables,
  name: string,
): Local<'v128'> {
  const view = f.let('v128', name, v128.load(p));
  const special = v128.or(
    v128.or(i8x16.eq(view, splat(0x22)), i8x16.eq(view, splat(0x5c))),
    // Signed: below the blank lie the control bytes and everything that is not ASCII.
    i8x16.lt_s(view, splat(0x20)),
  );
  const stops = f.let('i32', 'stops', i32.shr_u(i8x16.bitmask(special), 1));
  const length = f.local('i32', 'length');
  const inline = () =>
    f.set(view, i8x16.replace_lane(0, v128.and(view, v128.load(i32.sub(tables.masks + 15, length))), length));
  f.if(
    stops,
    () => {
      f.set(length, i32.ctz(stops));
      f.branchIf(slow, i32.ne(i32.load8_u(i32.add(p, length), 1), 0x22));
      inline();
    },
    () => {
      f.set(length, call(tables.longString, i32.add(p, 1)) as Expr<'i32'>);
      f.branchIf(slow, i32.lt_s(length, 0));
      f.if(i32.eq(length, 15), inline, () => f.set(view, longView(p, length)));
    },
  );
  f.set(p, i32.add(p, i32.add(length, 1)));
  return view;
}

/** The view of a string of more than 15 bytes whose opening quote is at `p`. */
function longView(p: Local<'i32'>, length: Local<'i32'>): Expr<'v128'> {
  const head = i32.or(i32.shl(i32.load(p, 1), 8), 0xff);
  const first = i64.or(i64.extend_i32_u(head), i64.shl(i64.extend_i32_u(length), 32n));
  const next = i64.shl(i64.load32_u(p, 4), 32n);
  const second = i64.or(i64.extend_i32_u(i32.add(p, 1)), next);
  return i64x2.replace_lane(1, i64x2.splat(first), second);
}

/** The length of a plain string up to its closing quote, or -1 where it needs the tolerant parser. */
function emitLongString(module: ModuleBuilder): FunctionSlot {
  return module.function('long_string', { start: 'i32' }, 'i32', (f, { start }) => {
    const p = f.let('i32', 'p', start);
    f.loop('each', (each) => {
      const c = f.let('i32', 'c', i32.load8_u(p));
      f.if(i32.eq(c, 0x22), () => f.return(i32.sub(p, start)));
      const strange = i32.or(i32.eq(c, 0x5c), i32.or(i32.lt_u(c, 0x20), i32.gt_u(c, 0x7f)));
      f.if(strange, () => f.return(i32.const(-1)));
      f.set(p, i32.add(p, 1));
      f.branch(each);
    });
  });
}

/**
 * A decimal of up to eight characters: digits, at most one point with digits on both sides, no needless zero.
 */
function emitDecimal(f: FunctionBuilder, p: Local<'i32'>, slow: Label, tables: ScanTables): Local<'f64'> {
  const text = f.let('v128', 'text', v128.load(p));
  const points = f.let('i32', 'points', i8x16.bitmask(i8x16.eq(text, splat(0x2e))));
  const others = i32.and(nonDigits(text), i32.xor(points, -1));
  const length = f.let('i32', 'length', i32.ctz(i32.or(others, 0x10000)));
  f.branchIf(slow, i32.gt_u(i32.sub(length, 1), 7));
  f.set(points, i32.and(points, i32.sub(i32.shl(1, length), 1)));
  const price = f.local('f64', 'price');
  const word = f.let('i64', 'word', i64x2.extract_lane(0, text));
  f.if(
    points,
    () => {
      const at = f.let('i32', 'at', i32.ctz(points));
      const fraction = f.let('i32', 'fraction', i32.sub(i32.sub(length, 1), at));
      const bad = i32.or(i32.ne(i32.and(points, i32.sub(points, 1)), 0), i32.eqz(fraction));
      f.branchIf(slow, i32.or(i32.or(bad, i32.eqz(at)), leadingZero(word, at)));
      const low = f.let('i64', 'low', i64.sub(i64.shl(1n, i64.extend_i32_u(i32.shl(at, 3))), 1n));
      f.set(word, i64.or(i64.and(word, low), i64.and(i64.shr_u(word, 8n), i64.xor(low, -1n))));
      const mantissa = digitsValue(f, word, i32.sub(length, 1));
      const scale = f64.load(i32.shl(fraction, 3), tables.powersOfTen);
      f.set(price, f64.div(f64.convert_i64_s(mantissa), scale));
    },
    () => {
      f.branchIf(slow, leadingZero(word, length));
      f.set(price, f64.convert_i64_s(digitsValue(f, word, length)));
    },
  );
  f.set(p, i32.add(p, length));
  return price;
}

/** A non-negative integer of up to eight digits. */
function emitInteger(f: FunctionBuilder, p: Local<'i32'>, slow: Label): Local<'i64'> {
  const text = f.let('v128', 'text', v128.load(p));
  const length = f.let('i32', 'length', i32.ctz(i32.or(nonDigits(text), 0x10000)));
  const word = f.let('i64', 'word', i64x2.extract_lane(0, text));
  f.branchIf(slow, i32.or(i32.gt_u(i32.sub(length, 1), 7), leadingZero(word, length)));
  f.set(p, i32.add(p, length));
  return f.let('i64', 'integer', digitsValue(f, word, length));
}

/** An integer nobody reads: its grammar is checked, its value is not computed. */
function skipInteger(f: FunctionBuilder, p: Local<'i32'>, slow: Label): void {
  const text = f.let('v128', 'text', v128.load(p));
  const length = f.let('i32', 'length', i32.ctz(i32.or(nonDigits(text), 0x10000)));
  const word = i64x2.extract_lane(0, text);
  f.branchIf(slow, i32.or(i32.gt_u(i32.sub(length, 1), 14), leadingZero(word, length)));
  f.set(p, i32.add(p, length));
}

function nonDigits(text: Local<'v128'>): Expr<'i32'> {
  return i8x16.bitmask(i8x16.gt_u(i8x16.sub(text, splat(0x30)), splat(9)));
}

function leadingZero(word: Expr<'i64'>, integerDigits: Expr<'i32'>): Expr<'i32'> {
  return i32.and(i32.eq(i32.and(i32.wrap_i64(word), 0xff), 0x30), i32.ne(integerDigits, 1));
}

/** The value of the first `count` (1 to 8) digits of a word, two, four, then eight digits at a time. */
function digitsValue(f: FunctionBuilder, word: Expr<'i64'>, count: Expr<'i32'>): Expr<'i64'> {
  const shift = i64.extend_i32_u(i32.shl(i32.sub(8, count), 3));
  const x = f.let('i64', 'digits', i64.and(i64.shl(word, shift), 0x0f0f0f0f0f0f0f0fn));
  f.set(x, i64.add(i64.mul(x, 10n), i64.shr_u(x, 8n)));
  const even = i64.mul(i64.and(x, 0x000000ff000000ffn), 0x000f424000000064n);
  const odd = i64.mul(i64.and(i64.shr_u(x, 16n), 0x000000ff000000ffn), 0x0000271000000001n);
  return i64.shr_u(i64.add(even, odd), 32n);
}

function splat(byte: number): Expr<'v128'> {
  return v128.const(new Uint8Array(16).fill(byte));
}
