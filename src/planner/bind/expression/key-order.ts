/** How rows compare by a key of an ORDER BY: NULLs are above all values unless it says otherwise. */
import type { KeyOrder } from '../../../expressions/bound-expression.ts';
import type { SortItem } from '../../../sql/ast/query.ts';

export function keyOrderOf({ direction, nulls }: SortItem): KeyOrder {
  const descending = direction === 'desc';
  return { descending, nullsFirst: nulls === undefined ? descending : nulls === 'first' };
}
