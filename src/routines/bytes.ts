/**
 * Runs of bytes in memory: hash, equality, order. None reads past the run's end, so a run may lie at the end
 * of memory.
 */
import type { FunctionBuilder, Local } from '../wasm/function-builder.ts';
import { i32, i64, select } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../wasm/types.ts';
import { combineHash, finishHash, hashSeed } from './hash/mix.ts';

/** `hash_bytes(address, byteCount) -> hash`. */
export function hashBytes(module: ModuleBuilder): FunctionSlot {
  return module.routine('hash_bytes', () =>
    module.function(
      'hash_bytes',
      { address: 'i32', byteCount: 'i32' },
      'i64',
      (f, { address, byteCount }) => {
        const hash = f.let('i64', 'hash', i64.xor(hashSeed, i64.extend_i32_u(byteCount)));
        const end = f.let('i32', 'end', i32.add(address, byteCount));
        f.while(
          'words',
          () => i32.ge_u(i32.sub(end, address), 8),
          () => {
            f.set(hash, combineHash(f, hash, i64.load(address)));
            f.set(address, i32.add(address, 8));
          },
        );
        const tail = f.local('i64', 'tail');
        f.while(
          'tail_bytes',
          () => i32.lt_u(address, end),
          () => {
            f.set(tail, i64.or(i64.shl(tail, 8), i64.load8_u(address)));
            f.set(address, i32.add(address, 1));
          },
        );
        f.return(finishHash(f, combineHash(f, hash, tail)));
      },
    ),
  );
}

/** `equal_bytes(a, b, byteCount) -> 1 or 0`. */
export function equalBytes(module: ModuleBuilder): FunctionSlot {
  return module.routine('equal_bytes', () =>
    module.function(
      'equal_bytes',
      { a: 'i32', b: 'i32', byteCount: 'i32' },
      'i32',
      (f, { a, b, byteCount }) => {
        const at = f.local('i32', 'at');
        f.while(
          'words',
          () => i32.ge_u(i32.sub(byteCount, at), 8),
          () => {
            f.if(i64.ne(i64.load(i32.add(a, at)), i64.load(i32.add(b, at))), () => f.return(i32.const(0)));
            f.set(at, i32.add(at, 8));
          },
        );
        f.while(
          'tail_bytes',
          () => i32.lt_u(at, byteCount),
          () => {
            f.if(i32.ne(i32.load8_u(i32.add(a, at)), i32.load8_u(i32.add(b, at))), () => {
              f.return(i32.const(0));
            });
            f.set(at, i32.add(at, 1));
          },
        );
        f.return(i32.const(1));
      },
    ),
  );
}

/** `compare_bytes(a, aCount, b, bCount)` -> below, at or above 0; a prefix comes before what continues it. */
export function compareBytes(module: ModuleBuilder): FunctionSlot {
  const params = { a: 'i32', aCount: 'i32', b: 'i32', bCount: 'i32' } as const;
  return module.routine('compare_bytes', () =>
    module.function('compare_bytes', params, 'i32', (f, { a, aCount, b, bCount }) => {
      const common = f.let('i32', 'common', select('i32', i32.lt_u(aCount, bCount), aCount, bCount));
      const at = f.local('i32', 'at');
      f.block('words_end', (wordsEnd) => {
        f.while(
          'words',
          () => i32.ge_u(i32.sub(common, at), 8),
          () => {
            f.branchIf(wordsEnd, i64.ne(i64.load(i32.add(a, at)), i64.load(i32.add(b, at))));
            f.set(at, i32.add(at, 8));
          },
        );
      });
      compareSingly(f, { a, b, at, common });
      f.return(i32.sub(i32.gt_u(aCount, bCount), i32.lt_u(aCount, bCount)));
    }),
  );
}

interface Runs {
  readonly a: Expr<'i32'>;
  readonly b: Expr<'i32'>;
  readonly at: Local<'i32'>;
  readonly common: Expr<'i32'>;
}

/** Emits: return the difference of the first two bytes that differ, if any do before `common`. */
function compareSingly(f: FunctionBuilder, { a, b, at, common }: Runs): void {
  const difference = f.local('i32', 'difference');
  f.while(
    'bytes',
    () => i32.lt_u(at, common),
    () => {
      f.set(difference, i32.sub(i32.load8_u(i32.add(a, at)), i32.load8_u(i32.add(b, at))));
      f.if(difference, () => f.return(difference));
      f.set(at, i32.add(at, 1));
    },
  );
}
