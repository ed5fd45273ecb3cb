/**
 * Strings on the fast path: plain ASCII without escapes. One comparison of 16 bytes finds the end; a value of
 * up to 15 bytes becomes a view (columns/string-view.ts) by masking the block that starts at the opening
 * quote, whose place the length takes. A longer one is looked at block by block, and its view points into the
 * input.
 *
 * A quoted form stops at whatever ends the plain run; if that is no quote, the text after the value does not
 * match and the value is read again, tolerantly.
 */
import { inlineBytesMax, longTag } from '../../../columns/string-view.ts';
import { parsedHigh, parsedI64 } from '../../../routines/parse-result.ts';
import { parseDate } from '../../../routines/text/parse-date.ts';
import { parseInterval } from '../../../routines/text/parse-interval.ts';
import { parseTimestamp, parseTimestamptz } from '../../../routines/text/parse-timestamp.ts';
import type { FunctionBuilder } from '../../../wasm/function-builder.ts';
import { call, i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import { leaveIf, readNullable, rowOffset, type StatePath } from './fast-path.ts';
import { readIsoDate, readIsoTime } from './iso-time.ts';
import type { ValueForm } from './scan-plan.ts';
import { backslash, quote } from './tolerant/strings.ts';

/** Emits: a VARCHAR. */
export function readVarchar(path: StatePath, form: ValueForm): void {
  const { module, f, at, consumed, scratch } = path;
  const { block, mask } = scratch;
  const column = form.column!;
  readString(path, form, () => {
    // The quote alone decides where the text goes on; the rest is looked at beside that.
    f.set(block, v128.load(at));
    f.set(mask, i8x16.bitmask(i8x16.eq(block, module.vector(quote))));
    f.set(consumed, i32.ctz(mask));
    leaveIf(path, i32.and(i8x16.bitmask(needsCare(module, block)), i32.sub(mask, 1)));
    f.if(
      i32.gt_u(consumed, inlineBytesMax),
      () => {
        const value = i32.add(rowOffset(path, column), column.valuesAddress);
        f.set(consumed, call(readLongString(module), at, value) as Expr<'i32'>);
        leaveIf(path, i32.eqz(consumed));
      },
      () => {
        f.set(
          block,
          v128.and(v128.load(i32.sub(at, 1)), v128.load(i32.sub(viewMasks(module) + 15, consumed))),
        );
        const view = i8x16.replace_lane(0, block, consumed);
        f.do(v128.store(rowOffset(path, column), view, column.valuesAddress));
      },
    );
  });
}

/** Emits: a string that is checked and not read. */
export function skipString(path: StatePath, form: ValueForm): void {
  readString(path, form, () => findStringEnd(path));
}

const textParsers = {
  date: parseDate,
  timestamp: parseTimestamp,
  timestamptz: parseTimestamptz,
  interval: parseInterval,
};

/** What reads the usual form of a type faster. */
const usualForms: { readonly [K in keyof typeof textParsers]?: (module: ModuleBuilder) => FunctionSlot } = {
  date: readIsoDate,
  timestamp: readIsoTime,
  timestamptz: readIsoTime,
};

/** Emits: a DATE, TIMESTAMP, TIMESTAMPTZ or INTERVAL by the routine that reads its text. */
export function readTemporal(path: StatePath, form: ValueForm): void {
  const { module, f, at, consumed } = path;
  const { column, storage, valuesAddress } = form.column!;
  const kind = column.type.kind as keyof typeof textParsers;
  const parser = textParsers[kind](module);
  readString(path, form, () => {
    findStringEnd(path);
    leaveIf(path, i32.ne(i32.load8_u(i32.add(at, consumed)), quote));
    const readUsual = usualForms[kind]?.(module);
    const isUsual = readUsual ? (call(readUsual, at, consumed) as Expr<'i32'>) : i32.const(0);
    f.if(i32.eqz(isUsual), () => leaveIf(path, call(parser, at, consumed) as Expr<'i32'>));
    const to = rowOffset(path, form.column!);
    if (storage === 'i32') return f.do(i64.store32(to, parsedI64(module), valuesAddress));
    f.do(i64.store(to, parsedI64(module), valuesAddress));
    if (storage === 'interval') f.do(i64.store(to, parsedHigh(module), valuesAddress + 8));
  });
}

/**
 * Emits: a string by `read`, which sets `consumed`; with its quotes, or NULL, unless literals hold the
 * quotes.
 */
function readString(path: StatePath, form: ValueForm, read: () => void): void {
  const { f, at, consumed } = path;
  if (form.isQuoted) {
    read();
    return f.set(at, i32.add(at, consumed));
  }
  readNullable(path, form, () => {
    leaveIf(path, i32.ne(i32.load8_u(at), quote));
    f.set(at, i32.add(at, 1));
    read();
    leaveIf(path, i32.ne(i32.load8_u(i32.add(at, consumed)), quote));
    f.set(at, i32.add(i32.add(at, consumed), 1));
  });
}

/**
 * Emits: how many of the next 16 bytes come before the first that needs care, to `consumed`; more than 16
 * where none does.
 */
function findRunEnd({ module, f, at, consumed, scratch }: StatePath): void {
  f.set(scratch.block, v128.load(at));
  f.set(consumed, i32.ctz(endsRun(module, scratch.block)));
}

/** Emits: how many bytes come before the first that needs care, to `consumed`. */
function findStringEnd(path: StatePath): void {
  const { module, f, at, consumed } = path;
  findRunEnd(path);
  f.if(i32.gt_u(consumed, 16), () => f.set(consumed, call(plainRun(module), at) as Expr<'i32'>));
}

/** One bit for each byte that needs care, or is a quote. */
function endsRun(module: ModuleBuilder, block: Expr<'v128'>): Expr<'i32'> {
  return i8x16.bitmask(v128.or(needsCare(module, block), i8x16.eq(block, module.vector(quote))));
}

/** Ones in the bytes that are a backslash, a control character or not ASCII. */
function needsCare(module: ModuleBuilder, block: Expr<'v128'>): Expr<'v128'> {
  // As a signed byte, what is not ASCII lies below the control characters.
  const others = i8x16.lt_s(block, module.vector(0x20));
  return v128.or(i8x16.eq(block, module.vector(backslash)), others);
}

/** `json_plain_run(start) -> bytes` before the first that needs care; the first 16 are known to be plain. */
function plainRun(module: ModuleBuilder): FunctionSlot {
  return module.routine('json_plain_run', () =>
    module.function('json_plain_run', { start: 'i32' }, 'i32', (f, { start }) => {
      const at = f.let('i32', 'at', start);
      const mask = f.local('i32', 'mask');
      const block = f.local('v128', 'block');
      f.loop('blocks', (blocks) => {
        f.set(at, i32.add(at, 16));
        f.set(block, v128.load(at));
        f.set(mask, endsRun(module, block));
        f.branchIf(blocks, i32.eqz(mask));
      });
      f.return(i32.sub(i32.add(at, i32.ctz(mask)), start));
    }),
  );
}

/**
 * `json_read_long_string(start, value) -> bytes` of a plain string of 16 or more, its view stored; 0 if not
 * plain.
 */
function readLongString(module: ModuleBuilder): FunctionSlot {
  return module.routine('json_read_long_string', () => {
    const params = { start: 'i32', value: 'i32' } as const;
    return module.function('json_read_long_string', params, 'i32', (f, { start, value }) => {
      const bytes = f.let('i32', 'bytes', call(plainRun(module), start) as Expr<'i32'>);
      f.if(i32.ne(i32.load8_u(i32.add(start, bytes)), quote), () => f.return(i32.const(0)));
      storeLongView(f, start, bytes, value);
      f.return(bytes);
    });
  });
}

function storeLongView(f: FunctionBuilder, start: Expr<'i32'>, bytes: Expr<'i32'>, value: Expr<'i32'>): void {
  f.do(
    i32.store(value, i32.or(i32.shl(i32.load(start), 8), longTag)),
    i32.store(value, bytes, 4),
    i32.store(value, start, 8),
    i32.store(value, i32.load(start, 3), 12),
  );
}

/** Sixteen bytes of ones, then of zeros: from byte `15 - n` on, the mask of a view of n bytes. */
function viewMasks(module: ModuleBuilder): number {
  return module.table('json_view_masks', () => new Uint8Array(32).fill(0xff, 0, 16), 32);
}
