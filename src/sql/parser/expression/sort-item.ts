/** One item of ORDER BY: `expression [ASC | DESC] [NULLS FIRST | LAST]`. */
import type { SortItem } from '../../ast/query.ts';
import { type Parser, spanOf } from '../state/parser.ts';

export function parseSortItem(parser: Parser): SortItem {
  const { start } = parser.current;
  const expression = parser.grammar.expression(parser);
  if (parser.atWord('using')) {
    parser.complainUnsupported(
      'ORDER BY ... USING is not supported',
      spanOf(parser.advance()),
      'Use ASC or DESC.',
    );
    parser.advance();
  }
  const descending = parser.takeWord('desc');
  if (!descending) parser.takeWord('asc');
  const nulls = parser.takeWord('nulls') ? parser.expectWord('first', 'last') : undefined;
  const direction = descending ? 'desc' : 'asc';
  const span = { start, end: parser.previous.end };
  return Object.freeze({ kind: 'sort_item', expression, direction, nulls, span });
}
