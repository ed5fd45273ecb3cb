/**
 * Runs one aggregate's emitters on rows of literal values, with states in plain memory: a test can split the
 * rows into parts as it likes, merge the parts in any order and read the result. Long strings are never freed
 * here.
 */
import { assert } from '../../base/assert.ts';
import { type SqlType, storageBytes } from '../../columns/sql-type.ts';
import { staticBase } from '../../routines/memory-map.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { compileModule, createPrivateMemory, instantiate } from '../../wasm/instantiate.ts';
import { f64, i32, i64, toExpr } from '../../wasm/instructions.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';
import type { AggregateOverload, StateAccess } from '../aggregate-function.ts';
import type { KeyOrder, LiteralValue } from '../bound-expression.ts';
import { findAggregateOverload } from '../catalogue.ts';
import type { Value } from '../emit-context.ts';
import { readLiteral, writeLiteral } from '../evaluation/literal-memory.ts';
import { type EvaluationError, evaluationErrors } from '../evaluation-error.ts';
import { loadLanes, storeLanes } from '../value.ts';

export interface AggregateMachine {
  readonly resultType: SqlType;
  /** A fresh, empty state. */
  create(): number;
  update(state: number, args: readonly LiteralValue[], position?: bigint): void;
  merge(into: number, from: number): void;
  finish(state: number): { readonly value: LiteralValue } | { readonly error: EvaluationError };
  /** The state's bytes, to compare bit by bit. */
  bytes(state: number): Uint8Array;
}

const cellBytes = 24;
const stateAlignBytes = 16;
const memoryPages = 1024;

/** With `order`, the last of the arguments are keys. */
export function createAggregateMachine(
  name: string,
  args: readonly SqlType[],
  order: readonly KeyOrder[] = [],
): AggregateMachine {
  const overload = findAggregateOverload(name, args, order);
  assert(overload, `aggregate ${name}(${args.map((type) => type.kind).join(', ')}) exists`);
  const module = new ModuleBuilder('aggregate', staticBase);
  const row = module.reserve(cellBytes * Math.max(args.length, 1));
  const result = module.reserve(cellBytes);
  const layout = layoutState(overload, args);
  const access = (f: FunctionBuilder, state: Expr<'i32'>): StateAccess =>
    stateAccess(module, f, state, layout);
  module.export('update', { state: 'i32', position: 'i64' }, 'i32', (f, { state, position }) => {
    const values = args.map((type, i): Value => {
      const lanes = loadLanes(f, row + cellBytes * i, type, 'argument');
      const isNull = f.let('i32', 'argument_null', i32.load(row + cellBytes * i + 16));
      return { type, lanes, isNull: overload.seesNulls ? isNull : undefined };
    });
    overload.update(access(f, state), values, overload.needsPosition ? position : undefined);
    f.return(i32.const(0));
  });
  module.export('merge', { into: 'i32', from: 'i32' }, 'i32', (f, { into, from }) => {
    overload.merge(access(f, into), access(f, from), args);
    f.return(i32.const(0));
  });
  const resultType = overload.resultType(args);
  module.export('finish', { state: 'i32' }, 'i32', (f, { state }) => {
    const value = overload.finish(access(f, state), resultType, args);
    storeLanes(f, result, value);
    f.do(i32.store(result + 16, toExpr('i32', value.isNull ?? 0)));
    f.return(i32.const(0));
  });
  return start(module, { overload, args, resultType, row, result, stateBytes: layout.bytes });
}

interface Layout {
  readonly fields: ReadonlyMap<string, { readonly offset: number; readonly types: readonly string[] }>;
  readonly bytes: number;
}

const storageLaneTypes = { i8: ['i32'], i32: ['i32'], i64: ['i64'], f64: ['f64'] } as const;

function layoutState(overload: AggregateOverload, args: readonly SqlType[]): Layout {
  let bytes = 0;
  const fields = new Map<string, { offset: number; types: readonly string[] }>();
  for (const { name, storage } of overload.state(args)) {
    const types = storage in storageLaneTypes ? storageLaneTypes[storage as 'i8'] : ['i64', 'i64'];
    fields.set(name, { offset: bytes, types });
    bytes += Math.max(8, storageBytes[storage]);
  }
  return { fields, bytes: Math.ceil(bytes / stateAlignBytes) * stateAlignBytes };
}

function stateAccess(
  module: ModuleBuilder,
  f: FunctionBuilder,
  state: Expr<'i32'>,
  layout: Layout,
): StateAccess {
  const field = (name: string) => {
    const found = layout.fields.get(name);
    assert(found, `the state has a field ${name}`);
    return found;
  };
  return {
    module,
    f,
    load: (name) => {
      const { offset, types } = field(name);
      return types.map((type, i) => {
        if (type === 'i32') return i32.load(state, offset);
        return type === 'i64' ? i64.load(state, offset + 8 * i) : f64.load(state, offset);
      });
    },
    store: (name, lanes) => {
      const { offset } = field(name);
      // All lanes are evaluated before the first is stored, as a real store does.
      const named = lanes.map((lane) => f.let(lane.type, name, lane));
      for (const [i, lane] of named.entries()) {
        if (lane.type === 'i32') f.do(i32.store(state, lane as Expr<'i32'>, offset));
        else if (lane.type === 'i64') f.do(i64.store(state, lane as Expr<'i64'>, offset + 8 * i));
        else f.do(f64.store(state, lane as Expr<'f64'>, offset));
      }
    },
    fail: (error) => f.return(i32.const(1 + evaluationErrors.indexOf(error))),
  };
}

interface Placed {
  readonly overload: AggregateOverload;
  readonly args: readonly SqlType[];
  readonly resultType: SqlType;
  readonly row: number;
  readonly result: number;
  readonly stateBytes: number;
}

function start(module: ModuleBuilder, placed: Placed): AggregateMachine {
  const { overload, args, resultType, row, result, stateBytes } = placed;
  const memory = createPrivateMemory(memoryPages * 65_536);
  const { exports } = instantiate(compileModule(module.encode()), memory);
  const exported = exports as Record<string, (...args: (number | bigint)[]) => number>;
  const run = (name: string, ...values: (number | bigint)[]): number => {
    const called = exported[name];
    assert(called, `the module exports ${name}`);
    return called(...values);
  };
  let top = Math.ceil(module.staticEnd / stateAlignBytes) * stateAlignBytes;
  const take = (bytes: number): number => {
    const address = top;
    top = Math.ceil((top + bytes) / stateAlignBytes) * stateAlignBytes;
    assert(top <= memory.buffer.byteLength, 'the test fits its memory');
    return address;
  };
  return {
    resultType,
    create: () => take(stateBytes),
    update: (state, values, position = 0n) => {
      if (!overload.seesNulls && values.some((value) => value === null)) return;
      for (const [i, type] of args.entries()) {
        const value = values[i] ?? null;
        const cell = row + cellBytes * i;
        top = Math.ceil(writeLiteral(memory, cell, type, value, top) / stateAlignBytes) * stateAlignBytes;
        new DataView(memory.buffer).setUint32(cell + 16, value === null ? 1 : 0, true);
      }
      run('update', state, position);
    },
    merge: (into, from) => void run('merge', into, from),
    finish: (state) => {
      const error = evaluationErrors[run('finish', state) - 1];
      if (error) return { error };
      const isNull = new DataView(memory.buffer).getUint32(result + 16, true) === 1;
      return { value: isNull ? null : readLiteral(memory, result, resultType) };
    },
    bytes: (state) => new Uint8Array(memory.buffer).slice(state, state + stateBytes),
  };
}
