/**
 * Quotes as bits, 64 bytes at a time. Every quote byte switches between outside and inside, so that a doubled
 * quote leaves the state as it was; what is inside comes from a running exclusive-or over the quote bits.
 *
 *   text    a,"b,""c""",d        open   a quote that leads inside, close  one that leads out
 *   inside  ..1111.1.1...        a doubled quote is a close with an open right behind it
 *
 * An open must follow the start of a field or a close, a close must be followed by the end of a field or an
 * open (RFC 4180). Source of the bit technique: Langdale and Lemire, "Parsing Gigabytes of JSON per Second"
 * (2019).
 */
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { i64 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';

/** What one block hands on to the next. Each but `inside` (0 or -1) is the bit before the block, 0 or 1. */
export interface QuoteState {
  readonly inside: Local<'i64'>;
  readonly afterClose: Local<'i64'>;
  readonly fieldStart: Local<'i64'>;
  readonly afterReturn: Local<'i64'>;
  /** Not 0 once a quote stood where none may. */
  readonly misplaced: Local<'i64'>;
}

/** The state at the start of a record. */
export function declareQuoteState(f: FunctionBuilder): QuoteState {
  return {
    inside: f.local('i64', 'inside'),
    afterClose: f.local('i64', 'after_close'),
    fieldStart: f.let('i64', 'field_start', 1n),
    afterReturn: f.local('i64', 'after_return'),
    misplaced: f.local('i64', 'misplaced'),
  };
}

/** The block's bytes as bits: each is a local that holds a mask. */
export interface BlockBits {
  /** Delimiters and line feeds; those inside quotes are taken out. */
  readonly structural: Local<'i64'>;
  readonly lineFeeds: Local<'i64'>;
  readonly quotes: Expr<'i64'>;
  readonly returns: Expr<'i64'>;
}

/** Emits: takes what is inside quotes out of the block's bits, checks the quotes and moves the state on. */
export function applyQuotes(f: FunctionBuilder, state: QuoteState, bits: BlockBits): void {
  const { structural, lineFeeds, quotes, returns } = bits;
  const quoteBits = f.let('i64', 'quote_bits', quotes);
  const inside = f.let('i64', 'inside_bits', quoteBits);
  for (let distance = 1; distance < 64; distance *= 2) {
    f.set(inside, i64.xor(inside, i64.shl(inside, BigInt(distance))));
  }
  f.set(inside, i64.xor(inside, state.inside));
  const outside = f.let('i64', 'outside_bits', i64.xor(inside, -1n));
  f.set(structural, i64.and(structural, outside));
  f.set(lineFeeds, i64.and(lineFeeds, outside));
  const opens = f.let('i64', 'opens', i64.and(quoteBits, inside));
  const closes = f.let('i64', 'closes', i64.and(quoteBits, outside));
  const behindClose = f.let('i64', 'behind_close', i64.or(i64.shl(closes, 1n), state.afterClose));
  const starts = i64.or(i64.or(i64.shl(structural, 1n), state.fieldStart), behindClose);
  const openReturns = i64.and(returns, outside);
  const behindReturns = f.let('i64', 'behind_returns', i64.and(behindClose, openReturns));
  const mayFollow = i64.or(i64.or(structural, opens), behindReturns);
  const strayOpens = i64.and(opens, i64.xor(starts, -1n));
  const strayCloses = i64.and(behindClose, i64.xor(mayFollow, -1n));
  // A carriage return behind a close belongs to a line ending, or it is text behind the quotes.
  const behindReturn = i64.or(i64.shl(behindReturns, 1n), state.afterReturn);
  const strayReturns = i64.and(behindReturn, i64.xor(lineFeeds, -1n));
  const stray = i64.or(i64.or(strayOpens, strayCloses), strayReturns);
  f.set(state.misplaced, i64.or(state.misplaced, stray));
  f.set(state.inside, i64.shr_s(inside, 63n));
  f.set(state.afterClose, i64.shr_u(closes, 63n));
  f.set(state.fieldStart, i64.shr_u(structural, 63n));
  f.set(state.afterReturn, i64.shr_u(behindReturns, 63n));
}
