/**
 * The key of a group, four words (two string views), and its hash over types' bytes. Where a view is long its
 * second word holds an address, so the hash takes the string's bytes instead and equality compares them.
 */
import type { FunctionBuilder, Local } from '../../../src/wasm/function-builder.ts';
import { call, i32, i64 } from '../../../src/wasm/instructions.ts';
import type { ModuleBuilder } from '../../../src/wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../../../src/wasm/types.ts';
import { groupRow } from '../pipeline/layout.ts';

export type KeyWords = readonly [Expr<'i64'>, Expr<'i64'>, Expr<'i64'>, Expr<'i64'>];

const wordFactors = [0x9e3779b97f4a7c15n, 0xc2b2ae3d27d4eb4fn, 0xd6e8feb86659fd93n, 0xa0761d6478bd642fn];
const finalFactor = 0xff51afd7ed558ccdn;

/** Reads the four words at `address`, once. */
export function loadKey(f: FunctionBuilder, address: Arg<'i32'>, offset = 0): KeyWords {
  const word = (i: number) => f.let('i64', `key${i}`, i64.load(address, offset + 8 * i));
  return [word(0), word(1), word(2), word(3)];
}

/** The hash of a key whose long strings lie at `stringBase` + their view's address. */
export function emitHash(
  f: FunctionBuilder,
  module: ModuleBuilder,
  key: KeyWords,
  stringBase: Arg<'i32'>,
): Local<'i64'> {
  const hashBytes = module.routine('hash_bytes', buildHashBytes);
  const words = [0, 2].flatMap((i) => [
    key[i]!,
    f.choose(
      'i64',
      isLong(key[i]!),
      () => call(hashBytes, i32.add(stringBase, i32.wrap_i64(key[i + 1]!)), lengthOf(key[i]!)) as Expr<'i64'>,
      () => key[i + 1]!,
    ),
  ]);
  const mixed = words
    .map((word, i) => i64.mul(word, wordFactors[i]!))
    .reduce((sum, term) => i64.xor(sum, term));
  const hash = f.let('i64', 'hash', mixed);
  f.set(hash, i64.mul(i64.xor(hash, i64.shr_u(hash, 32n)), finalFactor));
  f.set(hash, i64.xor(hash, i64.shr_u(hash, 29n)));
  return hash;
}

/** Long views are the only ones whose first byte has its highest bit set. */
export function isLong(firstWord: Expr<'i64'>): Expr<'i32'> {
  return i32.and(i32.wrap_i64(firstWord), 0x80);
}

export function lengthOf(firstWord: Expr<'i64'>): Expr<'i32'> {
  return i32.wrap_i64(i64.shr_u(firstWord, 32n));
}

function buildHashBytes(module: ModuleBuilder): FunctionSlot {
  return module.function('hash_bytes', { at: 'i32', length: 'i32' }, 'i64', (f, { at, length }) => {
    const hash = f.let('i64', 'hash', i64.extend_i32_u(length));
    const end = f.let('i32', 'end', i32.add(at, length));
    f.while(
      'words',
      () => i32.le_u(i32.add(at, 8), end),
      () => {
        f.set(hash, i64.mul(i64.xor(hash, i64.load(at)), finalFactor));
        f.set(hash, i64.xor(hash, i64.shr_u(hash, 32n)));
        f.set(at, i32.add(at, 8));
      },
    );
    f.while(
      'bytes',
      () => i32.lt_u(at, end),
      () => {
        f.set(hash, i64.mul(i64.xor(hash, i64.load8_u(at)), finalFactor));
        f.set(at, i32.add(at, 1));
      },
    );
    f.return(i64.xor(hash, i64.shr_u(hash, 32n)));
  });
}

/**
 * Whether an entry of equal hash has the key, when their words differ: only long strings can still be equal.
 */
export function buildLongKeyEquals(module: ModuleBuilder): FunctionSlot {
  const params = { entry: 'i32', w0: 'i64', w1: 'i64', w2: 'i64', w3: 'i64', stringBase: 'i32' } as const;
  const bytesEqual = module.routine('bytes_equal', buildBytesEqual);
  return module.function('long_key_equals', params, 'i32', (f, { entry, w0, w1, w2, w3, stringBase }) => {
    const check = (first: Expr<'i64'>, second: Expr<'i64'>, offset: number) => {
      const same = f.let('i32', 'same', i64.eq(i64.load(entry, offset), first));
      f.if(i32.eqz(same), () => f.return(i32.const(0)));
      const stored = f.let('i64', 'stored', i64.load(entry, offset + 8));
      f.if(
        isLong(first),
        () => {
          const at = i32.add(stringBase, i32.wrap_i64(second));
          const equal = call(bytesEqual, i32.wrap_i64(stored), at, lengthOf(first)) as Expr<'i32'>;
          f.if(i32.eqz(equal), () => f.return(i32.const(0)));
        },
        () => f.if(i64.ne(stored, second), () => f.return(i32.const(0))),
      );
    };
    check(w0, w1, groupRow.keys);
    check(w2, w3, groupRow.keys + 16);
    f.return(i32.const(1));
  });
}

function buildBytesEqual(module: ModuleBuilder): FunctionSlot {
  return module.function(
    'bytes_equal',
    { a: 'i32', b: 'i32', length: 'i32' },
    'i32',
    (f, { a, b, length }) => {
      const end = f.let('i32', 'end', i32.add(a, length));
      f.while(
        'each',
        () => i32.lt_u(a, end),
        () => {
          f.if(i32.ne(i32.load8_u(a), i32.load8_u(b)), () => f.return(i32.const(0)));
          f.set(a, i32.add(a, 1));
          f.set(b, i32.add(b, 1));
        },
      );
      f.return(i32.const(1));
    },
  );
}
