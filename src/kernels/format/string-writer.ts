/**
 * Strings into a row, as JSON or as CSV. Most have nothing to escape: 16 bytes are looked at and stored at a
 * time, the last ones overlapping those before. What has is written again, byte by byte.
 */
import { isLongView, longViewAddress, longViewLength, spillView, viewLength } from '../../routines/views.ts';
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i8x16, i32, i64x2, select, shuffle, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

export interface StringForm {
  /** The routine's name: `write_json_string(w0, w1, out) -> new out`. */
  readonly name: string;
  /** The byte before and behind the text as it is; undefined: none. */
  readonly around: number | undefined;
  /** Which of 16 bytes cannot stand as they are: all ones in those. */
  mustEscape(bytes: Expr<'v128'>): Expr<'v128'>;
  /** Emits: writes `size` bytes at `from` that have something to escape; moves `to` behind. */
  writeEscaped(f: FunctionBuilder, text: EscapedText): void;
  /** Whether an empty text counts as having something to escape. */
  readonly escapesEmpty: boolean;
}

export interface EscapedText {
  readonly from: Local<'i32'>;
  readonly end: Expr<'i32'>;
  readonly to: Local<'i32'>;
}

const behindLength = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const zero = v128.const(new Uint8Array(16));

/** Up to 16 bytes behind the text are overwritten. */
export function stringWriter(module: ModuleBuilder, form: StringForm): FunctionSlot {
  return module.routine(form.name, () => {
    const spill = spillView(module);
    const size = viewLength(module);
    const params = { w0: 'i64', w1: 'i64', out: 'i32' } as const;
    return module.function(form.name, params, 'i32', (f, { w0, w1, out }) => {
      const first = f.let('i32', 'first', form.around === undefined ? out : i32.add(out, 1));
      if (form.around !== undefined) f.do(i32.store8(out, form.around));
      f.block('must_escape', (mustEscape) => {
        const length = f.local('i32', 'length');
        const bad = f.local('i32', 'bad');
        f.if(
          isLongView(w0),
          () => {
            f.set(length, longViewLength(w0));
            copyLong(f, form, { from: longViewAddress(w1), length, first, bad });
          },
          () => {
            f.set(length, i32.and(i32.wrap_i64(w0), 0xff));
            const view = i64x2.replace_lane(1, i64x2.splat(w0), w1);
            const text = f.let('v128', 'text', shuffle(behindLength, view, zero));
            const inText = i32.sub(i32.shl(1, length), 1);
            f.set(bad, i32.and(i8x16.bitmask(form.mustEscape(text)), inText));
            if (form.escapesEmpty) f.set(bad, i32.or(bad, i32.eqz(length)));
            f.do(v128.store(first, text));
          },
        );
        f.branchIf(mustEscape, bad);
        const end = f.let('i32', 'end', i32.add(first, length));
        if (form.around === undefined) f.return(end);
        else f.do(i32.store8(end, form.around));
        f.return(i32.add(end, 1));
      });
      const from = f.let('i32', 'from', call(spill, w0, w1) as Expr<'i32'>);
      const end = f.let('i32', 'text_end', i32.add(from, call(size, w0, w1) as Expr<'i32'>));
      const to = f.let('i32', 'to', out);
      form.writeEscaped(f, { from, end, to });
      f.return(to);
    });
  });
}

interface LongText {
  readonly from: Expr<'i32'>;
  readonly length: Expr<'i32'>;
  readonly first: Expr<'i32'>;
  readonly bad: Local<'i32'>;
}

/**
 * Emits: copies 16 bytes and more without reading past them; `bad` is not 0 where something must be escaped.
 */
function copyLong(f: FunctionBuilder, form: StringForm, { from, length, first, bad }: LongText): void {
  const source = f.let('i32', 'source', from);
  const last = f.let('i32', 'last', i32.sub(length, 16));
  const at = f.let('i32', 'at', 0);
  const block = f.local('v128', 'block');
  const found = f.local('v128', 'found');
  f.loop('blocks', (blocks) => {
    f.set(block, v128.load(i32.add(source, at)));
    f.set(found, v128.or(found, form.mustEscape(block)));
    f.do(v128.store(i32.add(first, at), block));
    const isLast = f.let('i32', 'is_last', i32.eq(at, last));
    f.set(at, select('i32', i32.lt_u(i32.add(at, 16), last), i32.add(at, 16), last));
    f.branchIf(blocks, i32.eqz(isLast));
  });
  f.set(bad, v128.any_true(found));
}
