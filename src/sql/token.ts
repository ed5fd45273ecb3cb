/**
 * Tokens: what the lexer cuts the text into. Comments and blanks are gone; annotations are kept apart. The
 * list always ends with one `end` token, so that looking ahead never runs out.
 */
import type { VelostreamError } from '../base/error.ts';
import type { Annotation } from './ast/statement.ts';

/** `symbol` is an operator or a punctuation mark; `word` an unquoted identifier or keyword. */
export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A word folded to lower case, the decoded value of a quoted name or string, or the text itself. */
  readonly text: string;
  /** UTF-16 offsets into the source text, half open. */
  readonly start: number;
  readonly end: number;
}

export interface TokenList {
  readonly tokens: readonly Token[];
  readonly annotations: readonly Annotation[];
  readonly errors: readonly VelostreamError[];
  /** A string, quoted name or comment ran to the end of the text; what follows it is anyone's guess. */
  readonly unterminated: boolean;
}
