/**
 * Aggregates of the plan as accumulators of a group table: the catalogue's emitters, joined to the row's
 * fields.
 */
import { assert } from '../base/assert.ts';
import type { Schema } from '../columns/schema.ts';
import type { AggregateOverload, StateAccess } from '../expressions/aggregate-function.ts';
import { findAggregateOverload } from '../expressions/catalogue.ts';
import { evaluationErrors } from '../expressions/evaluation-error.ts';
import type { Accumulator, AccumulatorState } from '../kernels/group-table/group-table-spec.ts';
import type { Grouping, PhysicalAggregate } from '../plan/physical-plan.ts';

/** The accumulators of a grouping over rows of `schema`. */
export function accumulatorsOf(grouping: Grouping, schema: Schema): readonly Accumulator[] {
  return grouping.aggregates.map((aggregate) => accumulatorOf(aggregate, schema));
}

function accumulatorOf(aggregate: PhysicalAggregate, schema: Schema): Accumulator {
  const types = aggregate.args.map((index) => schema[index]!.type);
  const overload = overloadOf(aggregate, schema);
  return {
    args: aggregate.args,
    filter: aggregate.filter,
    position: aggregate.position,
    distinct: aggregate.distinct,
    seesNulls: overload.seesNulls,
    stateFields: overload.state(types),
    update: (state, args, position) => overload.update(accessOf(state), args, position),
    merge: (into, from) => overload.merge(accessOf(into), accessOf(from), types),
    finish: (state) => overload.finish(accessOf(state), aggregate.column.type, types),
  };
}

/** A group's value belongs to no single record, so an error in it ends the job. */
function accessOf(state: AccumulatorState): StateAccess {
  return {
    module: state.module,
    f: state.f,
    load: (field) => state.load(field),
    store: (field, lanes) => state.store(field, lanes),
    fail: (error) => {
      const failKernel = state.module.importFunction('fail_kernel', ['i32'], undefined);
      state.f.call(failKernel, evaluationErrors.indexOf(error));
      state.f.unreachable();
    },
  };
}

function overloadOf(aggregate: PhysicalAggregate, schema: Schema): AggregateOverload {
  const { name, args, order } = aggregate;
  const types = args.map((index) => schema[index]!.type);
  const overload = findAggregateOverload(name, types, order);
  assert(overload, `aggregate ${name}(${types.map(({ kind }) => kind).join(', ')}) is in the catalogue`);
  return overload;
}
