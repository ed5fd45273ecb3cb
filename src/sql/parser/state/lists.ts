/**
 * Items separated by commas, where a bad item costs only itself, and a forgotten or a stray comma only a
 * word of advice.
 */
import { describeToken } from './describe-token.ts';
import { type Parser, spanOf } from './parser.ts';

export interface ListRule<Item> {
  readonly place: 'list' | 'enclosed list';
  readonly parseItem: (parser: Parser) => Item;
  /** What an error calls the place behind an item, for example `"," or FROM`. */
  readonly expectedBehind: string;
  /** Does the list end here? Behind a comma only what can be no item ends it, not a misspelt word. */
  readonly ends: (parser: Parser, behindComma: boolean) => boolean;
}

/** One item or more. Items that failed are left out; their errors are reported. */
export function parseList<Item>(parser: Parser, rule: ListRule<Item>): readonly Item[] {
  const items: Item[] = [];
  const mark = parser.mark();
  for (;;) {
    const start = parser.index;
    try {
      items.push(rule.parseItem(parser));
    } catch (failure) {
      parser.recover(failure, mark, rule.place);
    }
    parser.skipStrayParentheses();
    if (parser.atSymbol(',')) {
      const comma = parser.advance();
      if (!rule.ends(parser, true)) continue;
      const next = describeToken(parser.current, parser.source);
      const hint = `Remove the comma, or write what is missing before ${next}.`;
      parser.complain({ message: 'nothing follows this comma', span: spanOf(comma), hint });
      break;
    }
    if (rule.ends(parser, false) || parser.index === start || !beginsItem(parser)) break;
    parser.complainExpected(rule.expectedBehind, missingCommaHint(parser));
  }
  return Object.freeze(items);
}

/** Could what stands here be the next item, its comma forgotten? */
function beginsItem(parser: Parser): boolean {
  return parser.current.kind !== 'end' && parser.current.kind !== 'symbol';
}

function missingCommaHint(parser: Parser): string {
  return `If ${describeToken(parser.current, parser.source)} is the next item, put a comma before it.`;
}
