/** In which order the rows of the last stage come, and why. */
import type { Architecture } from '../../plan/architecture.ts';
import type { SortKey } from '../../plan/logical-plan.ts';
import type { ResultOrder } from '../../plan/physical-plan.ts';
import { positionColumn, type StageDraft } from './stage-draft.ts';

export function describeResultOrder(draft: StageDraft, architecture: Architecture): ResultOrder {
  const { producer } = draft;
  switch (producer.kind) {
    case 'sort':
    case 'merge': {
      const [first] = producer.keys;
      const byPosition = first !== undefined && draft.inputSchema[first.index]?.name === positionColumn.name;
      if (byPosition)
        return { kind: 'input', reason: 'LIMIT takes the first rows of the input, in its order' };
      return { kind: 'sorted', keys: visibleKeys(draft, producer.keys), reason: 'ORDER BY' };
    }
    case 'scan':
      return architecture === 'v1'
        ? { kind: 'input', reason: 'one task reads the input from beginning to end' }
        : { kind: 'unspecified', reason: 'no ORDER BY: partitions write as they go' };
    case 'values':
      return { kind: 'unspecified', reason: 'there is one row' };
    case 'aggregate':
      return producer.grouping.keyCount === 0
        ? { kind: 'unspecified', reason: 'there is one row' }
        : { kind: 'unspecified', reason: 'no ORDER BY: groups come as their tables hold them' };
    case 'pages':
    case 'shared':
      return { kind: 'unspecified', reason: 'no ORDER BY' };
  }
}

/** The leading keys as columns of the result, up to the first one that the result does not have. */
function visibleKeys(draft: StageDraft, keys: readonly SortKey[]): readonly SortKey[] {
  const visible: SortKey[] = [];
  for (const key of keys) {
    const index = draft.outputs.findIndex(
      ({ expression }) => expression.kind === 'column' && expression.index === key.index,
    );
    if (index < 0) break;
    visible.push({ ...key, index });
  }
  return visible;
}
