/** Drops the sort keys that never decide: those behind a set of columns in which no two rows agree. */
import { limitOf } from '../../plan/build-plan.ts';
import type { LogicalPlan, SortKey } from '../../plan/logical-plan.ts';
import { transformPlan } from '../../plan/rewrite-plan.ts';
import { isDistinct } from './replace-distinct.ts';

export function trimSortKeys(plan: LogicalPlan): LogicalPlan {
  return transformPlan(plan, (node) => {
    if (node.kind !== 'sort' && node.kind !== 'top_n') return node;
    const keys = trim(node.keys, node.input);
    if (keys.length > 0) return { ...node, keys };
    return node.kind === 'sort' ? node.input : limitOf(node.input, node.limit, node.offset);
  });
}

function trim(keys: readonly SortKey[], input: LogicalPlan): readonly SortKey[] {
  const columns = new Set<number>();
  const kept: SortKey[] = [];
  for (const key of keys) {
    if (isDistinct(input, columns)) break;
    columns.add(key.index);
    kept.push(key);
  }
  return kept;
}
