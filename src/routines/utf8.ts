/**
 * UTF-8: whether bytes are well-formed (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF), and how many
 * code points they hold. Nothing is read past the last byte.
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { i8x16, i32, v128 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../wasm/types.ts';

/** `validate_utf8(address, byteCount) -> 1 or 0`. */
export function validateUtf8(module: ModuleBuilder): FunctionSlot {
  return module.routine('validate_utf8', () =>
    module.function(
      'validate_utf8',
      { address: 'i32', byteCount: 'i32' },
      'i32',
      (f, { address, byteCount }) => {
        const at = f.let('i32', 'at', address);
        const end = f.let('i32', 'end', i32.add(address, byteCount));
        const lead = f.local('i32', 'lead');
        f.loop('next', (next) => {
          skipAscii(f, at, end);
          f.if(i32.ge_u(at, end), () => f.return(i32.const(1)));
          f.set(lead, i32.load8_u(at));
          validateCodePoint(f, { at, end, lead, next });
        });
        f.return(i32.const(0));
      },
    ),
  );
}

interface Place {
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
  readonly lead: Local<'i32'>;
  readonly next: Label;
}

/** Emits: moves `at` to the first byte above 0x7f, or to the end. */
function skipAscii(f: FunctionBuilder, at: Local<'i32'>, end: Expr<'i32'>): void {
  const mask = f.local('i32', 'not_ascii');
  f.while(
    'ascii_blocks',
    () => i32.ge_u(i32.sub(end, at), 16),
    (leave) => {
      f.set(mask, i8x16.bitmask(v128.load(at)));
      f.if(mask, () => {
        f.set(at, i32.add(at, i32.ctz(mask)));
        f.branch(leave);
      });
      f.set(at, i32.add(at, 16));
    },
  );
  f.while(
    'ascii_bytes',
    () => i32.lt_u(at, end),
    (leave) => {
      f.branchIf(leave, i32.ge_u(i32.load8_u(at), 0x80));
      f.set(at, i32.add(at, 1));
    },
  );
}

/** Emits: goes on to `next` past one code point of two to four bytes; falls through when it is malformed. */
function validateCodePoint(f: FunctionBuilder, { at, end, lead, next }: Place): void {
  const size = f.local('i32', 'size');
  const low = f.let('i32', 'second_min', 0x80);
  const high = f.let('i32', 'second_max', 0xbf);
  f.if(i32.lt_u(lead, 0xc2), () => f.return(i32.const(0)));
  f.if(i32.gt_u(lead, 0xf4), () => f.return(i32.const(0)));
  f.set(size, i32.add(2, i32.add(i32.ge_u(lead, 0xe0), i32.ge_u(lead, 0xf0))));
  f.if(i32.eq(lead, 0xe0), () => f.set(low, 0xa0));
  f.if(i32.eq(lead, 0xed), () => f.set(high, 0x9f));
  f.if(i32.eq(lead, 0xf0), () => f.set(low, 0x90));
  f.if(i32.eq(lead, 0xf4), () => f.set(high, 0x8f));
  f.if(i32.lt_u(i32.sub(end, at), size), () => f.return(i32.const(0)));
  const second = f.let('i32', 'second', i32.load8_u(at, 1));
  f.if(i32.lt_u(second, low), () => f.return(i32.const(0)));
  f.if(i32.gt_u(second, high), () => f.return(i32.const(0)));
  f.if(i32.ge_u(size, 3), () => {
    f.if(i32.ne(i32.and(i32.load8_u(at, 2), 0xc0), 0x80), () => f.return(i32.const(0)));
  });
  f.if(i32.eq(size, 4), () => {
    f.if(i32.ne(i32.and(i32.load8_u(at, 3), 0xc0), 0x80), () => f.return(i32.const(0)));
  });
  f.set(at, i32.add(at, size));
  f.branch(next);
}

const continuationMax = v128.const(new Uint8Array(16).fill(0xbf));

/** `count_code_points(address, byteCount) -> count`, for well-formed bytes. */
export function countCodePoints(module: ModuleBuilder): FunctionSlot {
  return module.routine('count_code_points', () =>
    module.function(
      'count_code_points',
      { address: 'i32', byteCount: 'i32' },
      'i32',
      (f, { address, byteCount }) => {
        const at = f.let('i32', 'at', address);
        const end = f.let('i32', 'end', i32.add(address, byteCount));
        const count = f.local('i32', 'count');
        f.while(
          'blocks',
          () => i32.ge_u(i32.sub(end, at), 16),
          () => {
            // As signed bytes, continuation bytes (0x80 to 0xbf) are those up to -65.
            const leads = i8x16.bitmask(i8x16.gt_s(v128.load(at), continuationMax));
            f.set(count, i32.add(count, i32.popcnt(leads)));
            f.set(at, i32.add(at, 16));
          },
        );
        f.while(
          'bytes',
          () => i32.lt_u(at, end),
          () => {
            f.set(count, i32.add(count, i32.gt_s(i32.load8_s(at), -65)));
            f.set(at, i32.add(at, 1));
          },
        );
        f.return(count);
      },
    ),
  );
}
