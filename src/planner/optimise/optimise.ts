/**
 * The optimiser: rules in a fixed order, each a function from plan to plan that keeps the rows and the
 * columns. No rule knows of partitions, and none makes a row fail that did not fail before.
 */
import type { LogicalPlan } from '../../plan/logical-plan.ts';
import { dropSorts } from './drop-sorts.ts';
import { foldConstants } from './fold-constants.ts';
import { keyIntervals } from './key-intervals.ts';
import { mergeProjections } from './merge-projections.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushFilters } from './push-filters.ts';
import { replaceDistinct } from './replace-distinct.ts';
import { makeTopN } from './top-n.ts';
import { trimSortKeys } from './trim-sort-keys.ts';

export interface OptimiserRule {
  readonly name: string;
  readonly apply: (plan: LogicalPlan, session: Session) => LogicalPlan;
}

/** What a statement's meaning depends on besides its text. */
export interface Session {
  /** An IANA name. */
  readonly timeZone: string;
}

export const optimiserRules: readonly OptimiserRule[] = [
  { name: 'fold-constants', apply: foldConstants },
  { name: 'replace-distinct', apply: replaceDistinct },
  { name: 'key-intervals', apply: keyIntervals },
  { name: 'push-filters', apply: pushFilters },
  // Moved conditions meet the constants of the projections that they went through.
  { name: 'fold-constants', apply: foldConstants },
  { name: 'drop-sorts', apply: dropSorts },
  { name: 'trim-sort-keys', apply: trimSortKeys },
  { name: 'top-n', apply: makeTopN },
  { name: 'prune-columns', apply: pruneColumns },
  { name: 'merge-projections', apply: mergeProjections },
];

export function optimise(plan: LogicalPlan, session: Session): LogicalPlan {
  return optimiserRules.reduce((current, rule) => rule.apply(current, session), plan);
}
