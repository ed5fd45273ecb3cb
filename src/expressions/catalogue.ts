/**
 * The catalogue: every scalar function and operator, every aggregate, by name. A family of functions is a
 * file of functions/ or aggregates/ and one line here.
 */
import { assert } from '../base/assert.ts';
import type { SqlType } from '../columns/sql-type.ts';
import type { AggregateFunction, AggregateOverload } from './aggregate-function.ts';
import { countAggregate } from './aggregates/count.ts';
import { extremeAggregates } from './aggregates/extremes.ts';
import { positionAggregates } from './aggregates/position.ts';
import { averageAggregate, sumAggregate } from './aggregates/sum.ts';
import { truthAggregates } from './aggregates/truth.ts';
import { varianceAggregates } from './aggregates/variance.ts';
import type { KeyOrder } from './bound-expression.ts';
import { arithmeticOperators } from './functions/arithmetic.ts';
import { columnChecks } from './functions/column-checks.ts';
import { comparisonOperators } from './functions/comparison.ts';
import { concatenationOperator } from './functions/concatenation.ts';
import { dateTimeFunctions } from './functions/date-time/date-time-functions.ts';
import { greatestFunctions } from './functions/greatest.ts';
import { inListOperator } from './functions/in-list.ts';
import { intervalLength } from './functions/interval-length.ts';
import { likeOperators } from './functions/like.ts';
import { mathFunctions } from './functions/math.ts';
import { roundingFunctions } from './functions/rounding.ts';
import { stringFunctions } from './functions/string/string-functions.ts';
import type { ScalarFunction } from './scalar-function.ts';

const scalarFamilies: readonly (readonly ScalarFunction[])[] = [
  arithmeticOperators,
  comparisonOperators,
  concatenationOperator,
  likeOperators,
  inListOperator,
  intervalLength,
  columnChecks,
  mathFunctions,
  roundingFunctions,
  greatestFunctions,
  stringFunctions,
  dateTimeFunctions,
];

const aggregateFamilies: readonly (readonly AggregateFunction[])[] = [
  [countAggregate, sumAggregate, averageAggregate],
  extremeAggregates,
  truthAggregates,
  positionAggregates,
  varianceAggregates,
];

const scalars = index(scalarFamilies.flat());
const aggregates = index(aggregateFamilies.flat());

export function findFunction(name: string): ScalarFunction | undefined {
  return scalars.get(name);
}

export function findAggregate(name: string): AggregateFunction | undefined {
  return aggregates.get(name);
}

/**
 * The aggregate's overload for arguments of exactly these types, the last of which are the keys of its own
 * order.
 */
export function findAggregateOverload(
  name: string,
  types: readonly SqlType[],
  order: readonly KeyOrder[] = [],
): AggregateOverload | undefined {
  const kinds = types.slice(0, types.length - order.length).map(({ kind }) => kind);
  const found = findAggregate(name)?.overloads.find(
    ({ params }) => params.length === kinds.length && params.every((kind, i) => kind === kinds[i]),
  );
  return order.length === 0 ? found : found?.inOrder?.(order);
}

/** Names and aliases of what SQL can call, and of operators. */
export function functionNames(): Iterable<string> {
  return [...scalars].filter(([, { internal }]) => !internal).map(([name]) => name);
}

/** Names and aliases. */
export function aggregateNames(): Iterable<string> {
  return aggregates.keys();
}

interface Named {
  readonly name: string;
  readonly aliases?: readonly string[];
}

function index<T extends Named>(entries: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const entry of entries) {
    for (const name of [entry.name, ...(entry.aliases ?? [])]) {
      assert(!byName.has(name), `the catalogue names ${name} once`);
      byName.set(name, entry);
    }
  }
  return byName;
}
