/**
 * The hash of a composite key from its values' lanes: NULLs and field boundaries count, addresses of long
 * strings do not. Doubles must come normalised (-0 as 0, one NaN), because equal keys are equal lane by lane.
 */
import type { SqlType, Storage } from '../../columns/sql-type.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { f64, i64, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import { hashedSecondWord } from '../views.ts';
import { combineHash, finishHash, hashSeed, nullWord } from './mix.ts';

export interface HashedValue {
  readonly storage: Storage;
  /** Cheap to repeat; all zero where `isNull` is true. */
  readonly lanes: readonly Expr[];
  readonly isNull: Expr<'i32'> | undefined;
}

/** Emits the hash of a whole key; without values it is 0. */
export function emitKeyHash(
  module: ModuleBuilder,
  f: FunctionBuilder,
  values: readonly HashedValue[],
): Expr<'i64'> {
  if (values.length === 0) return i64.const(0n);
  let state: Expr<'i64'> = i64.const(hashSeed);
  for (const value of values) {
    for (const word of hashedWords(module, f, value)) state = combineHash(f, state, word);
  }
  return finishHash(f, state);
}

/** Emits: the lanes as keys have them, -0 as 0 and every NaN as one. */
export function normalisedLanes(
  f: FunctionBuilder,
  { type, lanes }: { readonly type: SqlType; readonly lanes: readonly Expr[] },
): readonly Expr[] {
  if (type.kind !== 'double') return lanes;
  const lane = lanes[0] as Expr<'f64'>;
  return [f.let('f64', 'key', select('f64', f64.ne(lane, lane), Number.NaN, f64.add(lane, 0)))];
}

function hashedWords(module: ModuleBuilder, f: FunctionBuilder, value: HashedValue): readonly Expr<'i64'>[] {
  const [first, second] = value.lanes.map(wordOf);
  const firstWord = value.isNull ? select('i64', value.isNull, nullWord, first!) : first!;
  if (second === undefined) return [firstWord];
  if (value.storage !== 'view') return [firstWord, second];
  return [firstWord, hashedSecondWord(module, f, first!, second)];
}

function wordOf(lane: Expr): Expr<'i64'> {
  if (lane.type === 'f64') return i64.reinterpret_f64(lane as Expr<'f64'>);
  if (lane.type === 'i32') return i64.extend_i32_u(lane as Expr<'i32'>);
  return lane as Expr<'i64'>;
}
