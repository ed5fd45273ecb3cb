/**
 * Which partition owns a key: the hash of the key by the emitter that the kernels use, looked up in the table
 * that routes their rows.
 */
import { VelostreamError } from '../../base/error.ts';
import type { Schema } from '../../columns/schema.ts';
import { storageOf } from '../../columns/sql-type.ts';
import { castTo } from '../../expressions/binding/cast-to.ts';
import { nullLiteral, stringLiteral } from '../../expressions/binding/literals.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import type { EmitContext } from '../../expressions/emit-context.ts';
import { emitExpression } from '../../expressions/emit-expression.ts';
import { openPrivateMemory } from '../../operators/private-memory.ts';
import { ownerOfHash } from '../../operators/state/group-kernel.ts';
import type { PhysicalPlan } from '../../plan/physical-plan.ts';
import { arenaAllocate } from '../../routines/arena.ts';
import { emitKeyHash, normalisedLanes } from '../../routines/hash/key-hash.ts';
import { staticBase } from '../../routines/memory-map.ts';
import { compileModule, instantiate } from '../../wasm/instantiate.ts';
import { call } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { RowValue } from '../result-rows.ts';

/** `key`: a value for each column of the statement's outermost GROUP BY, as rows have them. */
export function partitionOf(plan: PhysicalPlan, key: readonly RowValue[], timeZone: string): number {
  const owned = ownedKeysOf(plan);
  if (owned === undefined) {
    throw new VelostreamError('the statement has no keys that partitions could own', {
      code: 'sql_invalid_option',
      hint: 'Partitions own the keys of a GROUP BY.',
    });
  }
  const { schema, ownerCount } = owned;
  if (key.length !== schema.length) {
    throw new VelostreamError(`the key has ${schema.length} values, not ${key.length}`, {
      code: 'sql_invalid_option',
      detail: `It is (${schema.map(({ name }) => name).join(', ')}).`,
    });
  }
  const values = schema.map(({ type }, i) => castTo(literalOf(key[i] ?? null), type, undefined, true));
  return ownerOfHash(hashOf(values, timeZone), ownerCount);
}

/** The keys that a statement's partitions own: those of its outermost GROUP BY. */
export interface KeySchema {
  /** Owns the groups. */
  readonly stage: number;
  /** The columns of a key. */
  readonly schema: Schema;
  /** They are spread over so many partitions, the first ones. */
  readonly ownerCount: number;
}

export function ownedKeysOf({ stages, parallelism }: PhysicalPlan): KeySchema | undefined {
  for (const { id, producer, inputSchema, width } of stages.toReversed()) {
    if (producer.kind !== 'aggregate' || producer.grouping.keyCount === 0) continue;
    const schema = inputSchema.slice(0, producer.grouping.keyCount);
    return { stage: id, schema, ownerCount: width === 'one' ? 1 : parallelism.partitions };
  }
  return undefined;
}

function literalOf(value: RowValue): BoundExpression {
  return value === null ? nullLiteral() : stringLiteral(String(value));
}

function hashOf(values: readonly BoundExpression[], timeZone: string): bigint {
  const module = new ModuleBuilder('key_hash', staticBase);
  module.export('key_hash', {}, 'i64', (f) => {
    const context: EmitContext = {
      module,
      f,
      timeZone,
      fail: () => f.unreachable(),
      allocate: (byteCount) =>
        f.let('i32', 'allocated', call(arenaAllocate(module), byteCount) as Expr<'i32'>),
    };
    const noColumn = (): never => {
      throw new Error('assertion failed: a key is made of literals');
    };
    const key = values.map((expression) => {
      const value = emitExpression(context, expression, noColumn);
      return { isNull: value.isNull, lanes: normalisedLanes(f, value), storage: storageOf(value.type) };
    });
    f.return(emitKeyHash(module, f, key));
  });
  const { memory } = openPrivateMemory({ staticEnd: module.staticEnd, limitBytes: memoryBytesMax });
  const { exports } = instantiate(compileModule(module.encode()), memory);
  return (exports.key_hash as () => bigint)();
}

const memoryBytesMax = 2 ** 26;
