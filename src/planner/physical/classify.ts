/** What kind of query a logical plan is, as far as it decides how the query can be spread over partitions. */
import type { LogicalPlan } from '../../plan/logical-plan.ts';
import type { QueryClass } from '../../plan/physical-plan.ts';
import { nodesOf } from '../../plan/rewrite-plan.ts';

export interface Classification {
  readonly queryClass: QueryClass;
  /** Whether the query itself puts its rows in order. */
  readonly sorted: boolean;
  /** Declared streams and tables that it reads. */
  readonly relations: readonly string[];
}

export function classify(plan: LogicalPlan): Classification {
  let queryClass: QueryClass = 'stateless';
  const relations: string[] = [];
  for (const node of nodesOf(plan)) {
    if (node.kind === 'scan') relations.push(node.relation);
    queryClass = moreDemanding(queryClass, classOf(node));
  }
  return { queryClass, sorted: isSorted(plan), relations };
}

const demand: readonly QueryClass[] = ['stateless', 'ordered', 'global_aggregate', 'keyed_aggregate'];

function moreDemanding(a: QueryClass, b: QueryClass): QueryClass {
  return demand.indexOf(a) >= demand.indexOf(b) ? a : b;
}

function classOf(node: LogicalPlan): QueryClass {
  switch (node.kind) {
    case 'aggregate':
      return node.keys.length > 0 ? 'keyed_aggregate' : 'global_aggregate';
    case 'distinct':
      return 'keyed_aggregate';
    case 'sort':
    case 'limit':
    case 'top_n':
      return 'ordered';
    default:
      return 'stateless';
  }
}

/** A LIMIT without ORDER BY gives its rows in the order of the input, so it is none here. */
function isSorted(plan: LogicalPlan): boolean {
  for (const node of nodesOf(plan)) {
    if (node.kind === 'sort' || node.kind === 'top_n') return true;
    if (node.kind === 'aggregate') return node.keys.length === 0;
    if (node.kind === 'distinct') return false;
  }
  return false;
}
