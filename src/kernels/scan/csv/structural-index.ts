/**
 * The first pass over the text: finds every delimiter and line feed outside quotes, 64 bytes at a time, and
 * writes their addresses into a list, so that the second pass finds each field by two loads, whatever the
 * fields between. What can be wrong with records is decided for the whole window at once: a window of
 * well-formed records costs nothing per record.
 *
 *   list entry k of a record   the address of the byte that ends field k
 */
import { validateUtf8 } from '../../../routines/utf8.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { call, i8x16, i32, i64, select, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import { type CsvGlobals, type CsvScanSpec, carriageReturn, lineFeed, suspicions } from './csv-spec.ts';
import { applyQuotes, declareQuoteState, type QuoteState } from './quote-bits.ts';

const blockBytes = 64;
const entriesMin = 4096;

export interface StructuralIndex {
  /** `csv_index(start, end, rowsMax) -> records`: how many records end in the window. */
  readonly routine: FunctionSlot;
  /** Address of the list. */
  readonly entries: number;
}

interface Pass {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly spec: CsvScanSpec;
  /** The block's address. */
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
  /** The next free entry. */
  readonly next: Local<'i32'>;
  readonly structural: Local<'i64'>;
  readonly lineFeeds: Local<'i64'>;
  /** Ones for the block's bytes before `end`. */
  readonly valid: Local<'i64'>;
  readonly lineCount: Local<'i64'>;
  /** Every byte's high bit, and whether any was a quote, over the whole window. */
  readonly highBits: Local<'v128'>;
  readonly anyQuote: Local<'v128'>;
  readonly quoteState: QuoteState | undefined;
}

export function emitStructuralIndex(
  module: ModuleBuilder,
  spec: CsvScanSpec,
  globals: CsvGlobals,
): StructuralIndex {
  const entriesMax = Math.max(entriesMin, 2 * spec.fieldCount);
  // A block adds 64 entries at most, and unrolled stores run past the last one.
  const entries = module.reserve(4 * (entriesMax + 2 * blockBytes), 64);
  const params = { start: 'i32', end: 'i32', rowsMax: 'i32' } as const;
  const validate = validateUtf8(module);
  const routine = module.function('csv_index', params, 'i32', (f, { start, end, rowsMax }) => {
    const pass: Pass = {
      module,
      f,
      spec,
      at: f.let('i32', 'at', start),
      end,
      next: f.let('i32', 'next', entries),
      structural: f.local('i64', 'structural'),
      lineFeeds: f.local('i64', 'line_feeds'),
      valid: f.let('i64', 'valid', -1n),
      lineCount: f.local('i64', 'line_count'),
      highBits: f.local('v128', 'high_bits'),
      anyQuote: f.local('v128', 'any_quote'),
      quoteState: spec.quote === undefined ? undefined : declareQuoteState(f),
    };
    f.block('indexed', (indexed) => {
      f.loop('blocks', (blocks) => {
        indexBlock(pass);
        f.set(pass.at, i32.add(pass.at, blockBytes));
        f.branchIf(indexed, i32.ge_u(pass.at, end));
        f.branchIf(indexed, i64.ge_u(pass.lineCount, i64.extend_i32_u(rowsMax)));
        f.branchIf(blocks, i32.lt_u(pass.next, entries + 4 * entriesMax));
      });
    });
    judgeWindow(pass, globals, entries);
    f.if(v128.any_true(v128.and(pass.highBits, module.vector(0x80))), () => {
      const last = f.let('i32', 'last', select('i32', i32.lt_u(pass.at, end), pass.at, end));
      const isValid = call(validate, start, i32.sub(last, start)) as Expr<'i32'>;
      addSuspicion(f, globals, i32.eqz(isValid), suspicions.utf8);
    });
    f.return(i32.wrap_i64(pass.lineCount));
  });
  return { routine, entries };
}

/** Emits: the addresses of one block's delimiters and line feeds, appended to the list. */
function indexBlock(pass: Pass): void {
  const { module, f, spec, at, end, structural, lineFeeds, valid, quoteState } = pass;
  const lanes = [0, 1, 2, 3].map((i) => f.let('v128', `lane_${i}`, v128.load(at, 16 * i)));
  const feed = f.let('v128', 'feed', module.vector(lineFeed));
  const feeds = lanes.map((lane) => f.let('v128', 'feeds', i8x16.eq(lane, feed)));
  const delimiter = f.let('v128', 'delimiter', module.vector(spec.delimiter));
  const ends = lanes.map((lane, i) => v128.or(i8x16.eq(lane, delimiter), feeds[i]!));
  f.set(structural, joinMasks(ends));
  f.set(lineFeeds, joinMasks(feeds));
  const anyHigh = v128.or(v128.or(lanes[0]!, lanes[1]!), v128.or(lanes[2]!, lanes[3]!));
  f.set(pass.highBits, v128.or(pass.highBits, anyHigh));
  f.if(i32.lt_u(i32.sub(end, at), blockBytes), () => {
    f.set(valid, i64.shr_u(-1n, i64.extend_i32_u(i32.sub(blockBytes, i32.sub(end, at)))));
    f.set(structural, i64.and(structural, valid));
    f.set(lineFeeds, i64.and(lineFeeds, valid));
  });
  if (quoteState) indexQuotes(pass, quoteState, lanes);
  f.set(pass.lineCount, i64.add(pass.lineCount, i64.popcnt(lineFeeds)));
  appendEntries(pass);
}

/** Emits: what quotes in this block, or open before it, change. */
function indexQuotes(pass: Pass, state: QuoteState, lanes: readonly Local<'v128'>[]): void {
  const { module, f, spec, structural, lineFeeds, valid, anyQuote } = pass;
  const quote = f.let('v128', 'quote', module.vector(spec.quote!));
  const isQuote = lanes.map((lane) => f.let('v128', 'is_quote', i8x16.eq(lane, quote)));
  const any = v128.or(v128.or(isQuote[0]!, isQuote[1]!), v128.or(isQuote[2]!, isQuote[3]!));
  const found = f.let('v128', 'quotes_found', any);
  f.set(anyQuote, v128.or(anyQuote, found));
  const pending = i64.or(i64.or(state.inside, state.afterClose), state.afterReturn);
  f.if(
    i32.or(v128.any_true(found), i64.ne(pending, 0n)),
    () => {
      const returns = lanes.map((lane) => i8x16.eq(lane, module.vector(carriageReturn)));
      applyQuotes(f, state, {
        structural,
        lineFeeds,
        quotes: i64.and(joinMasks(isQuote), valid),
        returns: joinMasks(returns),
      });
    },
    () => f.set(state.fieldStart, i64.shr_u(structural, 63n)),
  );
}

/** The masks of four lanes of 16 bytes as one of 64 bits. */
function joinMasks(lanes: readonly Expr<'v128'>[]): Expr<'i64'> {
  const [a, b, c, d] = lanes.map((lane) => i64.extend_i32_u(i8x16.bitmask(lane)));
  return i64.or(i64.or(a!, i64.shl(b!, 16n)), i64.or(i64.shl(c!, 32n), i64.shl(d!, 48n)));
}

/**
 * Emits: the set bits' addresses. Entries are written eight at a time, whether there are so many or not,
 * because a branch for each would often be mispredicted.
 */
function appendEntries({ f, at, next, structural }: Pass): void {
  const count = f.let('i32', 'count', i32.wrap_i64(i64.popcnt(structural)));
  const entry = f.let('i32', 'entry', next);
  const bits = f.let('i64', 'bits', structural);
  f.set(next, i32.add(next, i32.shl(count, 2)));
  f.loop('append', (append) => {
    for (let i = 0; i < 8; i++) {
      f.do(i32.store(entry, i32.add(at, i32.wrap_i64(i64.ctz(bits))), 4 * i));
      f.set(bits, i64.and(bits, i64.sub(bits, 1n)));
    }
    f.set(entry, i32.add(entry, 32));
    f.branchIf(append, i64.ne(bits, 0n));
  });
}

/**
 * Emits: whether every record has its fields: then the ends number as many as records times fields, and each
 * last one of a record is a line feed, so that no other is.
 */
function judgeWindow(pass: Pass, globals: CsvGlobals, entries: number): void {
  const { f, spec, next, lineCount, quoteState } = pass;
  const stride = 4 * spec.fieldCount;
  f.setGlobal(globals.suspicion, 0);
  f.setGlobal(globals.hasQuotes, v128.any_true(pass.anyQuote));
  if (quoteState) {
    addSuspicion(f, globals, i64.ne(quoteState.misplaced, 0n), suspicions.quotes);
  }
  const records = i32.wrap_i64(lineCount);
  const entry = f.let('i32', 'last_entry', entries + stride - 4);
  const wanted = f.let('i32', 'wanted', i32.add(entries, i32.mul(records, stride)));
  const odd = f.local('i32', 'odd');
  f.if(
    i32.gt_u(wanted, next),
    () => f.set(odd, 1),
    () => {
      f.while(
        'record_ends',
        () => i32.lt_u(entry, wanted),
        () => {
          f.set(odd, i32.or(odd, i32.xor(i32.load8_u(i32.load(entry)), lineFeed)));
          f.set(entry, i32.add(entry, stride));
        },
      );
    },
  );
  addSuspicion(f, globals, odd, suspicions.fieldCount);
}

function addSuspicion(f: FunctionBuilder, globals: CsvGlobals, condition: Expr<'i32'>, bit: number): void {
  f.if(condition, () => f.setGlobal(globals.suspicion, i32.or(globals.suspicion, bit)));
}
