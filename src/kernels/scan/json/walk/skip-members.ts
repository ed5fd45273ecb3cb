/**
 * The run over members that are not read, as long as every text was seen before and every value between two
 * texts is a string, a number or a word of a usual form. It calls nothing, so that all it works with stays in
 * registers; where it stops, emit-walk.ts goes on and comes back.
 *
 *   json_skip_members(at, links) -> node or links << 32 | address
 *
 * It stops at a text that was not predicted, with the links behind which it stands, or behind a text, with
 * its node and `foundText`, before a value that is a column's or not of a usual form.
 */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { i8x16, i32, i64, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import { fourBytes } from '../tolerant/skip-value.ts';
import { backslash, bytes16, escapedByte, quote } from '../tolerant/strings.ts';
import { followText, nodeAction, nodeLength, textActions, withoutValue } from './text-graph.ts';

const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const letterE = 0x65;
const letterF = 0x66;
const letterN = 0x6e;

/** Added to a node's address. */
export const foundText = 1;

interface Run {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly at: Local<'i32'>;
  readonly byte: Local<'i32'>;
  readonly block: Local<'v128'>;
  readonly mask: Local<'i32'>;
  /** Kept in registers. */
  readonly constants: Readonly<Record<Constant, Local<'v128'>>>;
  readonly texts: Label;
  /** Out, before the value. */
  readonly stopped: Label;
}

const constantBytes = {
  quotes: quote,
  backslashes: backslash,
  blanks: 0x20,
  dots: dot,
  exponents: letterE,
  lettersN: letterN,
  // Digits, and nothing else, become the ten lowest signed bytes.
  digitShifts: 0x80 - zero,
  digitEnds: 0x80 + 10,
};
type Constant = keyof typeof constantBytes;

export function skipMembers(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', links: 'i32' } as const;
  return module.function('json_skip_members', params, 'i64', (f, { at, links }) => {
    const constants = Object.fromEntries(
      Object.entries(constantBytes).map(([name, byte]) => [name, f.let('v128', name, bytes16(byte))]),
    ) as unknown as Run['constants'];
    const node = f.local('i32', 'node');
    const run = {
      ...{ module, f, at, constants },
      byte: f.local('i32', 'byte'),
      block: f.local('v128', 'block'),
      mask: f.local('i32', 'mask'),
    };
    f.block('stopped', (stopped) => {
      f.block('unknown', (unknown) => {
        f.loop('texts', (texts) => {
          followText(f, { at, links, node }, unknown);
          f.set(at, i32.add(at, i32.load(node, nodeLength)));
          f.branchIf(stopped, i32.ne(i32.load(node, nodeAction), textActions.skip));
          f.set(links, node);
          skipScalar({ ...run, texts, stopped });
          f.set(links, i32.add(node, withoutValue));
          f.branch(texts);
        });
      });
      f.return(packed(at, links));
    });
    f.return(packed(at, i32.add(node, foundText)));
  });
}

/**
 * Emits: moves past a string, a number or a word, and on to the next text; falls through where none begins.
 */
function skipScalar(run: Run): void {
  const { f, at, byte, texts } = run;
  f.set(byte, i32.load8_u(at));
  f.if(i32.eq(byte, quote), () => skipString(run));
  f.if(i32.lt_u(i32.sub(byte, zero), 10), () => skipNumber(run, 0));
  f.if(i32.eq(byte, minus), () => skipNumber(run, 1));
  const word = f.let('i32', 'word', i32.load(at));
  const isWord = i32.or(i32.eq(word, fourBytes('true')), i32.eq(word, fourBytes('null')));
  const isFalse = i32.and(i32.eq(byte, letterF), i32.eq(i32.load(at, 1), fourBytes('alse')));
  const length = f.let('i32', 'word_length', i32.add(i32.shl(isWord, 2), i32.mul(isFalse, 5)));
  f.set(at, i32.add(at, length));
  f.branchIf(texts, length);
}

/**
 * Emits: a string of ASCII, whose escapes are of one character. 32 bytes at a time, with one bit for each,
 * the first lowest.
 */
function skipString(run: Run): void {
  const { module, f, at, byte, constants, texts, stopped } = run;
  const { quotes, backslashes, blanks, lettersN } = constants;
  const end = f.let('i32', 'string_end', i32.add(at, 1));
  const blocks = [f.local('v128', 'block_0'), f.local('v128', 'block_1')] as const;
  const mask = (name: string, bytes: (block: Expr<'v128'>) => Expr<'v128'>): Local<'i32'> => {
    const [low, high] = [i8x16.bitmask(bytes(blocks[0])), i8x16.bitmask(bytes(blocks[1]))];
    return f.let('i32', name, i32.or(low, i32.shl(high, 16)));
  };
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
    const special = mask('special', (block) => {
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
    const escapes = mask('escapes', (block) => i8x16.eq(block, backslashes));
    const escaped = f.let('i32', 'escaped', i32.shl(escapes, 1));
    const usual = mask('usual', (block) => v128.or(i8x16.eq(block, quotes), i8x16.eq(block, lettersN)));
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

/**
 * Emits: a number of up to 15 characters without an exponent, the first `sign` of them its minus; no branch
 * depends on what it is like. The masks have one bit for each byte, the first lowest.
 */
function skipNumber({ f, at, byte, block, constants, texts, stopped }: Run, sign: number): void {
  const { dots, blanks, exponents, digitShifts, digitEnds } = constants;
  f.set(block, v128.load(at, sign));
  const mask = (name: string, bytes: Expr<'v128'>): Local<'i32'> => f.let('i32', name, i8x16.bitmask(bytes));
  const digits = mask('digits', i8x16.lt_s(i8x16.add(block, digitShifts), digitEnds));
  const dotted = mask('dotted', i8x16.eq(block, dots));
  const ends = mask('ends', i8x16.eq(v128.or(block, blanks), exponents));
  const inside = f.let('i32', 'inside', i32.or(digits, dotted));
  const others = f.let('i32', 'others', i32.xor(inside, -1));
  const end = f.let('i32', 'number_end', i32.add(at, i32.ctz(others)));
  // The first bit that is not inside; no dot may stand before it, no exponent there, and it has to be in the
  // block.
  const firstOther = i32.and(others, i32.add(inside, 1));
  const isBadEnd = i32.and(firstOther, i32.or(i32.or(ends, i32.shl(dotted, 1)), 0x10000));
  const ownDots = f.let('i32', 'own_dots', i32.and(dotted, i32.sub(others, 1)));
  const isSecondDot = i32.and(ownDots, i32.sub(ownDots, 1));
  const first = sign === 0 ? byte : i32.load8_u(at, sign);
  const isLeadingZero = i32.and(i32.eq(first, zero), i32.shr_u(digits, 1));
  const isUnusual = i32.or(i32.or(isBadEnd, isSecondDot), isLeadingZero);
  const isNoDigit = i32.and(i32.xor(digits, -1), 1);
  f.branchIf(stopped, sign === 0 ? isUnusual : i32.or(isUnusual, isNoDigit));
  f.set(at, sign === 0 ? end : i32.add(end, sign));
  f.branch(texts);
}

function packed(at: Expr<'i32'>, links: Expr<'i32'>): Expr<'i64'> {
  return i64.or(i64.shl(i64.extend_i32_u(links), 32), i64.extend_i32_u(at));
}
