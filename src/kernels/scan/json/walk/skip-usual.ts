/**
 * Values of usual forms that are not read, checked to their last byte: strings of ASCII, numbers without an
 * exponent, words, and arrays of such numbers. Nothing is called, and no branch depends on what a number is
 * like; masks have one bit for each byte, the first lowest.
 */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { i8x16, i32, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, Label } from '../../../../wasm/types.ts';
import { fourBytes } from '../tolerant/skip-value.ts';
import { backslash, escapedByte, quote } from '../tolerant/strings.ts';

const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const letterE = 0x65;
const letterF = 0x66;
const letterN = 0x6e;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

export interface Run {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly at: Local<'i32'>;
  readonly byte: Local<'i32'>;
  /** The bytes looked at; a number looks at the first 16. */
  readonly blocks: readonly [Local<'v128'>, Local<'v128'>];
  /** Kept in registers. */
  readonly constants: Readonly<Record<Constant, Local<'v128'>>>;
}

/** A run, and where it goes on behind a value, or stops before it. */
export interface RunExits extends Run {
  readonly texts: Label;
  readonly stopped: Label;
}

type Constant =
  | 'quotes'
  | 'backslashes'
  | 'blanks'
  | 'dots'
  | 'exponents'
  | 'lettersN'
  | 'commas'
  | 'minuses'
  | 'zeros'
  | 'brackets'
  | 'digitShifts'
  | 'digitEnds';

const constantBytes: Readonly<Record<Constant, number>> = {
  quotes: quote,
  backslashes: backslash,
  blanks: 0x20,
  dots: dot,
  exponents: letterE,
  lettersN: letterN,
  commas: comma,
  minuses: minus,
  zeros: zero,
  brackets: closeBracket,
  // Digits, and nothing else, become the ten lowest signed bytes.
  digitShifts: 0x80 - zero,
  digitEnds: 0x80 + 10,
};

export function declareRun(module: ModuleBuilder, f: FunctionBuilder, at: Local<'i32'>): Run {
  const constants = Object.fromEntries(
    Object.entries(constantBytes).map(([name, byte]) => [name, f.let('v128', name, module.vector(byte))]),
  ) as unknown as Run['constants'];
  const blocks = [f.local('v128', 'block_0'), f.local('v128', 'block_1')] as const;
  return { module, f, at, byte: f.local('i32', 'byte'), blocks, constants };
}

type BytesTest = (block: Expr<'v128'>) => Expr<'v128'>;

/** Emits: of the 32 bytes looked at, those that the test holds for. */
function mask32({ f, blocks }: Run, name: string, test: BytesTest): Local<'i32'> {
  const [low, high] = [i8x16.bitmask(test(blocks[0])), i8x16.bitmask(test(blocks[1]))];
  return f.let('i32', name, i32.or(low, i32.shl(high, 16)));
}

const isDigit = ({ constants }: Run, block: Expr<'v128'>): Expr<'v128'> =>
  i8x16.lt_s(i8x16.add(block, constants.digitShifts), constants.digitEnds);

/** Emits: moves past a value of a usual form, and on to the next text; falls through where none begins. */
export function skipUsual(run: RunExits): void {
  const { f, at, byte, texts } = run;
  f.set(byte, i32.load8_u(at));
  f.if(i32.eq(byte, quote), () => skipString(run));
  f.if(i32.lt_u(i32.sub(byte, zero), 10), () => skipNumber(run, 0));
  f.if(i32.eq(byte, minus), () => skipNumber(run, 1));
  f.if(i32.eq(byte, openBracket), () => skipNumbers(run));
  const word = f.let('i32', 'word', i32.load(at));
  const isWord = i32.or(i32.eq(word, fourBytes('true')), i32.eq(word, fourBytes('null')));
  const isFalse = i32.and(i32.eq(byte, letterF), i32.eq(i32.load(at, 1), fourBytes('alse')));
  const length = f.let('i32', 'word_length', i32.add(i32.shl(isWord, 2), i32.mul(isFalse, 5)));
  f.set(at, i32.add(at, length));
  f.branchIf(texts, length);
}

/** Emits: a string of ASCII, whose escapes are of one character. */
function skipString(run: RunExits): void {
  const { module, f, at, byte, blocks, constants, texts, stopped } = run;
  const { quotes, backslashes, blanks, lettersN } = constants;
  const end = f.let('i32', 'string_end', i32.add(at, 1));
  const takeEnd = (): void => {
    f.set(byte, i32.load8_u(end));
    f.if(i32.eq(byte, quote), () => {
      f.set(at, i32.add(end, 1));
      f.branch(texts);
    });
  };
  f.loop('blocks', (next) => {
    f.set(blocks[0], v128.load(end));
    f.set(blocks[1], v128.load(end, 16));
    const special = mask32(run, 'special', (block) => {
      const isEnd = v128.or(i8x16.eq(block, quotes), i8x16.eq(block, backslashes));
      // As a signed byte, what is not ASCII lies below the control characters.
      return v128.or(isEnd, i8x16.lt_s(block, blanks));
    });
    f.if(i32.eqz(special), () => {
      f.set(end, i32.add(end, 32));
      f.branch(next);
    });
    const first = f.let('i32', 'first_special', i32.add(end, i32.ctz(special)));
    const start = f.let('i32', 'block_start', end);
    f.set(end, first);
    takeEnd();
    f.branchIf(stopped, i32.ne(byte, backslash));
    // The usual escapes, if no backslash follows another.
    const escapes = mask32(run, 'escapes', (block) => i8x16.eq(block, backslashes));
    const escaped = f.let('i32', 'escaped', i32.shl(escapes, 1));
    const usual = mask32(run, 'usual', (block) =>
      v128.or(i8x16.eq(block, quotes), i8x16.eq(block, lettersN)),
    );
    const unusual = i32.or(i32.and(escapes, escaped), i32.and(escaped, i32.xor(usual, -1)));
    f.if(unusual, () => {
      f.branchIf(stopped, i32.eqz(escapedByte(module, i32.load8_u(end, 1))));
      f.set(end, i32.add(end, 2));
      f.branch(next);
    });
    const ends = i32.and(special, i32.xor(i32.or(escapes, escaped), -1));
    // What the block's last byte escapes is in the next one.
    const last = f.let('i32', 'last', i32.or(ends, i32.and(escapes, 1 << 31)));
    f.set(end, i32.add(start, 32));
    f.branchIf(next, i32.eqz(last));
    f.set(end, i32.add(start, i32.ctz(last)));
    takeEnd();
    f.branch(next);
  });
}

/** Emits: a number of up to 15 characters without an exponent, the first `sign` of them its minus. */
function skipNumber(run: RunExits, sign: number): void {
  const { f, at, byte, constants, texts, stopped } = run;
  const [block] = run.blocks;
  f.set(block, v128.load(at, sign));
  const mask = (name: string, bytes: Expr<'v128'>): Local<'i32'> => f.let('i32', name, i8x16.bitmask(bytes));
  const digits = mask('digits', isDigit(run, block));
  const dots = mask('dots', i8x16.eq(block, constants.dots));
  const ends = mask('ends', i8x16.eq(v128.or(block, constants.blanks), constants.exponents));
  const inside = f.let('i32', 'inside', i32.or(digits, dots));
  const others = f.let('i32', 'others', i32.xor(inside, -1));
  const end = f.let('i32', 'number_end', i32.add(at, i32.ctz(others)));
  // The first byte that is not inside: no dot may stand before it, no exponent there, and it has to be in the
  // block.
  const firstOther = i32.and(others, i32.add(inside, 1));
  const isBadEnd = i32.and(firstOther, i32.or(i32.or(ends, i32.shl(dots, 1)), 0x10000));
  const ownDots = f.let('i32', 'own_dots', i32.and(dots, i32.sub(others, 1)));
  const isSecondDot = i32.and(ownDots, i32.sub(ownDots, 1));
  const first = sign === 0 ? byte : i32.load8_u(at, sign);
  const isLeadingZero = i32.and(i32.eq(first, zero), i32.shr_u(digits, 1));
  const isUnusual = i32.or(i32.or(isBadEnd, isSecondDot), isLeadingZero);
  const isNoDigit = i32.and(i32.xor(digits, -1), 1);
  f.branchIf(stopped, sign === 0 ? isUnusual : i32.or(isUnusual, isNoDigit));
  f.set(at, sign === 0 ? end : i32.add(end, sign));
  f.branch(texts);
}

/**
 * Emits: an array of numbers without exponents and blanks, its end within 32 bytes; falls through before any
 * other array.
 */
function skipNumbers(run: RunExits): void {
  const { f, at, blocks, constants, texts } = run;
  f.set(blocks[0], v128.load(at, 1));
  f.set(blocks[1], v128.load(at, 17));
  const mask = (name: Constant): Local<'i32'> =>
    mask32(run, name, (block) => i8x16.eq(block, constants[name]));
  const none = (bytes: Expr<'i32'>): Expr<'i32'> => i32.xor(bytes, -1);
  const behind = (bytes: Expr<'i32'>): Expr<'i32'> => i32.shl(bytes, 1);
  const digits = mask32(run, 'array_digits', (block) => isDigit(run, block));
  const [commas, dots, minuses, zeros] = [mask('commas'), mask('dots'), mask('minuses'), mask('zeros')];
  const closing = mask('brackets');
  const close = f.let('i32', 'close', i32.and(closing, i32.sub(0, closing)));
  const inside = f.let('i32', 'inside_array', i32.sub(close, 1));
  // An empty array has nothing to check, any other also that its last number does not end in the middle.
  const checked = i32.or(inside, i32.and(close, -2));
  const places = f.let('i32', 'number_places', i32.or(behind(commas), 1));
  const starts = f.let('i32', 'first_digits', i32.or(i32.and(places, none(minuses)), behind(minuses)));
  const fractions = f.let('i32', 'fractions', behind(dots));
  const known = i32.or(i32.or(digits, commas), i32.or(dots, minuses));
  const isMalformed = [
    i32.and(inside, none(known)),
    i32.and(minuses, none(places)),
    i32.and(i32.or(starts, fractions), none(digits)),
    // A sum carries each fraction's first bit past its last digit, where no dot may stand again.
    i32.and(i32.and(i32.add(digits, fractions), none(digits)), dots),
    i32.and(behind(i32.and(starts, zeros)), digits),
  ].reduce((all, one) => i32.or(all, one));
  f.if(i32.and(i32.ne(close, 0), i32.eqz(i32.and(isMalformed, checked))), () => {
    f.set(at, i32.add(i32.add(at, 2), i32.ctz(close)));
    f.branch(texts);
  });
}
