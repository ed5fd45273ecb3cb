/**
 * UTF-8: whether bytes are well-formed (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF),
 * and how many code points they hold. Nothing is read past the last byte.
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { i8x16, i32, shuffle, v128 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../wasm/types.ts';

/**
 * What is wrong with two bytes in a row, as bits. A table for each of three half bytes (the first byte's high
 * and low one, the second's high one) says which errors they allow; an error is one that all three do.
 * Source: John Keiser and Daniel Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2021).
 */
const tooShort = 1;
const tooLong = 2;
const overlong3 = 4;
const tooLarge = 8;
const surrogate = 16;
const overlong2 = 32;
const tooLarge1000 = 64;
const overlong4 = 64;
const twoContinuations = 128;

const anyLow = tooShort | tooLong | twoContinuations;
const large = anyLow | tooLarge | tooLarge1000;
const continuation = tooLong | overlong2 | twoContinuations;

const firstHigh = Uint8Array.from([
  ...Array<number>(8).fill(tooLong),
  ...Array<number>(4).fill(twoContinuations),
  tooShort | overlong2,
  tooShort,
  tooShort | overlong3 | surrogate,
  tooShort | tooLarge | tooLarge1000 | overlong4,
]);
const firstLow = Uint8Array.from([
  anyLow | overlong3 | overlong2 | overlong4,
  anyLow | overlong2,
  anyLow,
  anyLow,
  anyLow | tooLarge,
  ...Array<number>(8).fill(large),
  large | surrogate,
  large,
  large,
]);
const secondHigh = Uint8Array.from([
  ...Array<number>(8).fill(tooShort),
  continuation | overlong3 | tooLarge1000 | overlong4,
  continuation | overlong3 | tooLarge,
  continuation | surrogate | tooLarge,
  continuation | surrogate | tooLarge,
  ...Array<number>(4).fill(tooShort),
]);

interface Validation {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  /** The 16 bytes before the block. */
  readonly before: Local<'v128'>;
  /** Not 0 once an error was found. */
  readonly error: Local<'v128'>;
}

/** `validate_utf8(address, byteCount) -> 1 or 0`. Up to 16 bytes before the text may be read. */
export function validateUtf8(module: ModuleBuilder): FunctionSlot {
  const params = { address: 'i32', byteCount: 'i32' } as const;
  return module.routine('validate_utf8', () => {
    // Lanes from 0x80 on pick zeros.
    const lanes = Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? i : 0x80));
    const tailLanes = module.table('utf8_tail_lanes', () => lanes);
    return module.function('validate_utf8', params, 'i32', (f, { address, byteCount }) => {
      const at = f.let('i32', 'at', address);
      const end = f.let('i32', 'end', i32.add(address, byteCount));
      const validation = { module, f, before: f.local('v128', 'before'), error: f.local('v128', 'error') };
      checkLongBlocks(validation, at, end);
      f.while(
        'blocks',
        () => i32.ge_u(i32.sub(end, at), 16),
        () => {
          checkBlock(validation, v128.load(at));
          f.set(at, i32.add(at, 16));
        },
      );
      // The last bytes with zeros behind, which also show a sequence that the text's end cuts off.
      const missing = i32.sub(16, i32.sub(end, at));
      const tail = i8x16.swizzle(v128.load(i32.sub(end, 16)), v128.load(missing, tailLanes));
      checkBlock(validation, tail);
      f.return(i32.eqz(v128.any_true(validation.error)));
    });
  });
}

/** Emits: 64 bytes at a time, which are passed over where all are ASCII. */
function checkLongBlocks(validation: Validation, at: Local<'i32'>, end: Expr<'i32'>): void {
  const { f, before } = validation;
  f.while(
    'long_blocks',
    () => i32.ge_u(i32.sub(end, at), 64),
    () => {
      const blocks = [0, 1, 2, 3].map((i) => f.let('v128', `block_${i}`, v128.load(at, 16 * i)));
      const all = v128.or(v128.or(blocks[0]!, blocks[1]!), v128.or(blocks[2]!, v128.or(blocks[3]!, before)));
      f.if(
        i8x16.bitmask(all),
        () => {
          for (const block of blocks) checkBlock(validation, block);
        },
        () => f.set(before, blocks[3]!),
      );
      f.set(at, i32.add(at, 64));
    },
  );
}

/** Emits: notes the errors of 16 bytes, each with the up to three before it. */
function checkBlock({ module, f, before, error }: Validation, bytes: Expr<'v128'>): void {
  const block = f.let('v128', 'block', bytes);
  const back = (distance: number): Expr<'v128'> =>
    shuffle(
      Array.from({ length: 16 }, (_, i) => 16 - distance + i),
      before,
      block,
    );
  const first = f.let('v128', 'first', back(1));
  const pairs = v128.and(
    v128.and(
      i8x16.swizzle(module.vector(firstHigh), i8x16.shr_u(first, 4)),
      i8x16.swizzle(module.vector(firstLow), v128.and(first, module.vector(0x0f))),
    ),
    i8x16.swizzle(module.vector(secondHigh), i8x16.shr_u(block, 4)),
  );
  // A third byte follows a lead from 0xe0 on, a fourth one from 0xf0 on: there two continuations are right.
  const third = i8x16.sub_sat_u(back(2), module.vector(0xe0 - 0x80));
  const fourth = i8x16.sub_sat_u(back(3), module.vector(0xf0 - 0x80));
  const mustContinue = v128.and(v128.or(third, fourth), module.vector(0x80));
  f.set(error, v128.or(error, v128.xor(mustContinue, pairs)));
  f.set(before, block);
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
