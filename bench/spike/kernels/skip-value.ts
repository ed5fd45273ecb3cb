/**
 * One fixed piece in the builder, to compare with the same piece in AssemblyScript (../assemblyscript/):
 * skips one JSON value in [p, end), checks structure, escapes, numbers and UTF-8, and yields the address
 * behind it, or -1. At least 16 readable bytes follow `end`. Nesting is limited to 64 levels. Grammar: RFC
 * 8259; UTF-8: RFC 3629.
 */
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { call, i8x16, i32, i64, select, v128 } from '../../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../../../src/wasm/types.ts';

const states = { value: 0, after: 1, key: 2 } as const;

export function buildSkipValueModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder('skip_value');
  buildSkipValue(module);
  return module.encode();
}

/** What the loop over tokens keeps: the state is which token may come next. */
interface Skipping {
  readonly p: Local<'i32'>;
  readonly end: Local<'i32'>;
  readonly c: Local<'i32'>;
  readonly state: Local<'i32'>;
  readonly depth: Local<'i32'>;
  /** One bit a level: 1 in an object, 0 in an array. */
  readonly nesting: Local<'i64'>;
  /** Sets the position to what a routine yields. */
  skip(target: FunctionSlot, ...args: Arg<'i32'>[]): void;
  skipBlanks(): void;
}

function buildSkipValue(module: ModuleBuilder): void {
  const blanks = module.routine('skip_blanks', buildSkipBlanks);
  const string = module.routine('skip_string', buildSkipString);
  const number = module.routine('skip_number', buildSkipNumber);
  const word = module.routine('skip_word', buildSkipWord);
  module.export('skip_value', { p: 'i32', end: 'i32' }, 'i32', (f, { p, end }) => {
    const skip = (target: FunctionSlot, ...args: Arg<'i32'>[]) => f.set(p, callI32(target, ...args));
    const skipping: Skipping = {
      p,
      end,
      c: f.local('i32', 'c'),
      state: f.local('i32', 'state'),
      depth: f.local('i32', 'depth'),
      nesting: f.local('i64', 'nesting'),
      skip,
      // V8 does not inline the call, so the common case, no blank, is tested in place.
      skipBlanks: () => f.if(i32.le_u(i32.load8_u(p), 0x20), () => skip(blanks, p)),
    };
    const { c, state, depth } = skipping;
    const value = () => emitValue(f, skipping, { string, number, word });
    const after = () => emitAfter(f, skipping);
    const key = () => emitKey(f, skipping, string);
    f.loop('tokens', (tokens) => {
      f.if(i32.and(i32.eq(state, states.after), i32.eqz(depth)), () =>
        f.return(select('i32', i32.le_s(p, end), p, -1)),
      );
      skipping.skipBlanks();
      failIf(f, i32.ge_s(p, end));
      f.set(c, i32.load8_u(p));
      f.if(i32.eq(state, states.value), value, () => f.if(i32.eq(state, states.after), after, key));
      failIf(f, i32.lt_s(p, 0));
      f.branch(tokens);
    });
  });
}

function emitValue(
  f: FunctionBuilder,
  skipping: Skipping,
  routines: { readonly [K in 'string' | 'number' | 'word']: FunctionSlot },
): void {
  const { p, end, c, state, skip } = skipping;
  const scalar = () => {
    f.if(
      i32.eq(c, 0x22),
      () => skip(routines.string, i32.add(p, 1), end),
      () =>
        f.if(
          i32.or(i32.eq(c, 0x2d), isDigit(c)),
          () => skip(routines.number, p),
          () => skip(routines.word, p),
        ),
    );
    f.set(state, states.after);
  };
  f.if(i32.or(i32.eq(c, 0x7b), i32.eq(c, 0x5b)), () => emitOpen(f, skipping), scalar);
}

/** Enters an object or array; an empty one is left at once. */
function emitOpen(f: FunctionBuilder, skipping: Skipping): void {
  const { p, c, state, depth, nesting } = skipping;
  failIf(f, i32.eq(depth, 64));
  f.set(depth, i32.add(depth, 1));
  f.set(nesting, i64.or(i64.shl(nesting, 1n), i64.extend_i32_u(i32.eq(c, 0x7b))));
  f.set(p, i32.add(p, 1));
  skipping.skipBlanks();
  f.if(
    i32.eq(i32.load8_u(p), i32.add(c, 2)),
    () => {
      emitClose(f, skipping);
      f.set(state, states.after);
    },
    () => f.if(i32.eq(c, 0x7b), () => f.set(state, states.key)),
  );
}

function emitClose(f: FunctionBuilder, { p, depth, nesting }: Skipping): void {
  f.set(p, i32.add(p, 1));
  f.set(depth, i32.sub(depth, 1));
  f.set(nesting, i64.shr_u(nesting, 1n));
}

function emitAfter(f: FunctionBuilder, skipping: Skipping): void {
  const { p, c, state, nesting } = skipping;
  const inObject = f.let('i32', 'in_object', i32.and(i32.wrap_i64(nesting), 1));
  f.if(
    i32.eq(c, 0x2c),
    () => {
      f.set(state, select('i32', inObject, states.key, states.value));
      f.set(p, i32.add(p, 1));
    },
    () => {
      failIf(f, i32.ne(c, select('i32', inObject, 0x7d, 0x5d)));
      emitClose(f, skipping);
    },
  );
}

function emitKey(f: FunctionBuilder, skipping: Skipping, string: FunctionSlot): void {
  const { p, end, c, state } = skipping;
  failIf(f, i32.ne(c, 0x22));
  skipping.skip(string, i32.add(p, 1), end);
  failIf(f, i32.lt_s(p, 0));
  skipping.skipBlanks();
  failIf(f, i32.ne(i32.load8_u(p), 0x3a));
  f.set(p, i32.add(p, 1));
  f.set(state, states.value);
}

function buildSkipBlanks(module: ModuleBuilder): FunctionSlot {
  return module.function('skip_blanks', { p: 'i32' }, 'i32', (f, { p }) => {
    const c = f.local('i32', 'c');
    f.loop('blanks', (again) => {
      f.set(c, i32.load8_u(p));
      f.if(i32.gt_u(c, 0x20), () => f.return(p));
      f.if(
        i32.and(i32.ne(c, 0x20), i32.and(i32.ne(c, 0x0a), i32.and(i32.ne(c, 0x0d), i32.ne(c, 0x09)))),
        () => f.return(p),
      );
      f.set(p, i32.add(p, 1));
      f.branch(again);
    });
  });
}

function buildSkipString(module: ModuleBuilder): FunctionSlot {
  const escapeSequence = module.routine('skip_escape', buildSkipEscape);
  const multibyte = module.routine('skip_multibyte', buildSkipMultibyte);
  return module.function('skip_string', { p: 'i32', end: 'i32' }, 'i32', (f, { p, end }) => {
    const text = f.local('v128', 'text');
    const stops = f.local('i32', 'stops');
    const c = f.local('i32', 'c');
    f.loop('text', (again) => {
      failIf(f, i32.ge_s(p, end));
      f.set(text, v128.load(p));
      const quotes = v128.or(i8x16.eq(text, splat(0x22)), i8x16.eq(text, splat(0x5c)));
      f.set(stops, i8x16.bitmask(v128.or(quotes, i8x16.lt_s(text, splat(0x20)))));
      f.if(i32.eqz(stops), () => {
        f.set(p, i32.add(p, 16));
        f.branch(again);
      });
      f.set(p, i32.add(p, i32.ctz(stops)));
      f.set(c, i32.load8_u(p));
      f.if(i32.eq(c, 0x22), () => f.return(i32.add(p, 1)));
      failIf(f, i32.lt_u(c, 0x20));
      f.if(
        i32.eq(c, 0x5c),
        () => f.set(p, callI32(escapeSequence, p)),
        () => f.set(p, callI32(multibyte, p)),
      );
      failIf(f, i32.lt_s(p, 0));
      f.branch(again);
    });
  });
}

function buildSkipEscape(module: ModuleBuilder): FunctionSlot {
  return module.function('skip_escape', { p: 'i32' }, 'i32', (f, { p }) => {
    const c = f.let('i32', 'c', i32.load8_u(p, 1));
    f.if(i32.eq(c, 0x75), () => {
      for (let i = 2; i < 6; i++) {
        const digit = f.let('i32', 'digit', i32.load8_u(p, i));
        const isLetter = i32.lt_u(i32.sub(i32.or(digit, 0x20), 0x61), 6);
        failIf(f, i32.eqz(i32.or(isDigit(digit), isLetter)));
      }
      f.return(i32.add(p, 6));
    });
    const known = [...'"\\/bfnrt'].map((letter) => i32.eq(c, letter.charCodeAt(0)));
    failIf(f, i32.eqz(known.reduce((any, one) => i32.or(any, one))));
    f.return(i32.add(p, 2));
  });
}

function buildSkipMultibyte(module: ModuleBuilder): FunctionSlot {
  return module.function('skip_multibyte', { p: 'i32' }, 'i32', (f, { p }) => {
    const c = f.let('i32', 'c', i32.load8_u(p));
    const second = f.let('i32', 'second', i32.load8_u(p, 1));
    const mustContinue = (byte: Expr<'i32'>) => failIf(f, i32.ne(i32.and(byte, 0xc0), 0x80));
    const mustNot = (lead: number, wrong: Expr<'i32'>) => failIf(f, i32.and(i32.eq(c, lead), wrong));
    failIf(f, i32.or(i32.lt_u(c, 0xc2), i32.gt_u(c, 0xf4)));
    mustContinue(second);
    f.if(i32.lt_u(c, 0xe0), () => f.return(i32.add(p, 2)));
    mustContinue(i32.load8_u(p, 2));
    f.if(i32.lt_u(c, 0xf0), () => {
      mustNot(0xe0, i32.lt_u(second, 0xa0));
      mustNot(0xed, i32.gt_u(second, 0x9f));
      f.return(i32.add(p, 3));
    });
    mustContinue(i32.load8_u(p, 3));
    mustNot(0xf0, i32.lt_u(second, 0x90));
    mustNot(0xf4, i32.gt_u(second, 0x8f));
    f.return(i32.add(p, 4));
  });
}

function buildSkipDigits(module: ModuleBuilder): FunctionSlot {
  return module.function('skip_digits', { p: 'i32' }, 'i32', (f, { p }) => {
    f.while(
      'digits',
      () => isDigit(i32.load8_u(p)),
      () => f.set(p, i32.add(p, 1)),
    );
    f.return(p);
  });
}

function buildSkipNumber(module: ModuleBuilder): FunctionSlot {
  const digits = module.routine('skip_digits', buildSkipDigits);
  return module.function('skip_number', { p: 'i32' }, 'i32', (f, { p }) => {
    const from = f.local('i32', 'from');
    const someDigits = (start: Expr<'i32'>) => {
      f.set(from, start);
      f.set(p, callI32(digits, from));
      failIf(f, i32.eq(p, from));
    };
    someDigits(i32.add(p, i32.eq(i32.load8_u(p), 0x2d)));
    failIf(f, i32.and(i32.eq(i32.load8_u(from), 0x30), i32.gt_u(p, i32.add(from, 1))));
    f.if(i32.eq(i32.load8_u(p), 0x2e), () => someDigits(i32.add(p, 1)));
    f.if(i32.eq(i32.or(i32.load8_u(p), 0x20), 0x65), () => {
      const sign = f.let('i32', 'sign', i32.load8_u(p, 1));
      someDigits(i32.add(i32.add(p, 1), i32.or(i32.eq(sign, 0x2b), i32.eq(sign, 0x2d))));
    });
    f.return(p);
  });
}

/** true, false, null: compared as little-endian words. */
function buildSkipWord(module: ModuleBuilder): FunctionSlot {
  return module.function('skip_word', { p: 'i32' }, 'i32', (f, { p }) => {
    const word = f.let('i32', 'word', i32.load(p));
    const four = i32.or(i32.eq(word, 0x65757274), i32.eq(word, 0x6c6c756e));
    f.if(four, () => f.return(i32.add(p, 4)));
    const isFalse = i32.and(i32.eq(word, 0x736c6166), i32.eq(i32.load8_u(p, 4), 0x65));
    f.return(select('i32', isFalse, i32.add(p, 5), -1));
  });
}

function failIf(f: FunctionBuilder, condition: Expr<'i32'>): void {
  f.if(condition, () => f.return(i32.const(-1)));
}

function isDigit(c: Expr<'i32'>): Expr<'i32'> {
  return i32.lt_u(i32.sub(c, 0x30), 10);
}

function callI32(target: FunctionSlot, ...args: Arg<'i32'>[]): Expr<'i32'> {
  return call(target, ...args) as Expr<'i32'>;
}

function splat(byte: number): Expr<'v128'> {
  return v128.const(new Uint8Array(16).fill(byte));
}

export type SkipValue = (p: number, end: number) => number;
