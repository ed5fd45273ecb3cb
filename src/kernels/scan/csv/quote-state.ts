/**
 * What cuts a file into chunks of whole records, where a line feed inside quotes ends none. Whether a byte
 * lies inside is the parity of the quotes before it, so chunks can count theirs apart and join the counts.
 *
 *   csv_quote_count(start, end) -> quote bytes in [start, end)
 *   csv_record_end(start, end, inside) -> address behind the first line feed outside quotes, or end + 1
 *
 * `inside` is 1 where `start` lies inside quotes. Up to 15 bytes behind `end` are read.
 */
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { i8x16, i32, i64, v128 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import { lineFeed } from './csv-spec.ts';

/** Adds both functions to the module; yields `csv_record_end`. */
export function emitQuoteState(module: ModuleBuilder, quote: number | undefined): FunctionSlot {
  module.export('csv_quote_count', { start: 'i32', end: 'i32' }, 'i32', (f, { start, end }) => {
    const count = f.local('i32', 'count');
    if (quote !== undefined) {
      f.while(
        'blocks',
        () => i32.lt_u(start, end),
        () => {
          f.set(
            count,
            i32.add(count, i32.popcnt(maskBefore(equalMask(v128.load(start), quote), start, end))),
          );
          f.set(start, i32.add(start, 16));
        },
      );
    }
    f.return(count);
  });
  const params = { start: 'i32', end: 'i32', inside: 'i32' } as const;
  return module.export('csv_record_end', params, 'i32', (f, { start, end, inside }) => {
    const bytes = f.local('v128', 'bytes');
    const mask = f.local('i32', 'mask');
    f.while(
      'blocks',
      () => i32.lt_u(start, end),
      () => {
        f.set(bytes, v128.load(start));
        const feeds = equalMask(bytes, lineFeed);
        const both = quote === undefined ? feeds : i32.or(feeds, equalMask(bytes, quote));
        f.set(mask, maskBefore(both, start, end));
        stepThrough(f, { mask, start, inside });
        f.set(start, i32.add(start, 16));
      },
    );
    f.return(i32.add(end, 1));
  });
}

function equalMask(bytes: Expr<'v128'>, byte: number): Expr<'i32'> {
  return i8x16.bitmask(i8x16.eq(bytes, v128.const(new Uint8Array(16).fill(byte))));
}

/** The mask without the bits of bytes from `end` on; there is at least one byte before it. */
function maskBefore(mask: Expr<'i32'>, at: Expr<'i32'>, end: Expr<'i32'>): Expr<'i32'> {
  const size = i64.extend_i32_u(i32.sub(end, at));
  // A shift of 64 and more means all: the mask has 16 bits, so that 63 is enough.
  const all = i64.sub(i64.shl(1n, i64.and(size, 63n)), 1n);
  const ones = i64.or(all, i64.sub(0n, i64.extend_i32_u(i64.ge_u(size, 16n))));
  return i32.and(mask, i32.wrap_i64(ones));
}

interface Step {
  readonly mask: Local<'i32'>;
  readonly start: Expr<'i32'>;
  readonly inside: Local<'i32'>;
}

/** Emits: goes from quote to line feed to quote; returns behind a line feed outside quotes. */
function stepThrough(f: FunctionBuilder, { mask, start, inside }: Step): void {
  const place = f.local('i32', 'place');
  f.while(
    'bits',
    () => mask,
    () => {
      f.set(place, i32.add(start, i32.ctz(mask)));
      f.if(
        i32.eq(i32.load8_u(place), lineFeed),
        () => f.if(i32.eqz(inside), () => f.return(i32.add(place, 1))),
        () => f.set(inside, i32.xor(inside, 1)),
      );
      f.set(mask, i32.and(mask, i32.sub(mask, 1)));
    },
  );
}
