/**
 * A place among the tokens: what stands here, what stands ahead, and the step to the next one. Only steps
 * forward. A word is an unquoted one everywhere: `"from"` is a name and begins no clause.
 */
import { clauseWords } from '../../keywords.ts';
import type { Token } from '../../token.ts';

export class TokenCursor {
  readonly source: string;
  /** The token the parser stands at. */
  current: Token;
  /** The token it stood at before. */
  previous: Token;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(source: string, tokens: readonly Token[]) {
    this.source = source;
    this.#tokens = tokens;
    this.current = this.peek(0);
    this.previous = this.current;
  }

  get index(): number {
    return this.#index;
  }

  /** The token `ahead` places further on; the end token beyond the end. */
  peek(ahead: number): Token {
    const token = this.#tokens[this.#index + ahead] ?? this.#tokens[this.#tokens.length - 1];
    return token ?? { kind: 'end', text: '', start: 0, end: 0 };
  }

  /** The word `ahead` places further on, or the empty text where there is none: a quoted name is no word. */
  wordAhead(ahead: number): string {
    const { kind, text } = this.peek(ahead);
    return kind === 'word' ? text : '';
  }

  /** The operator or punctuation mark `ahead` places further on, or the empty text. */
  symbolAhead(ahead: number): string {
    const { kind, text } = this.peek(ahead);
    return kind === 'symbol' ? text : '';
  }

  /** Steps over the current token and answers it. */
  advance(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#index++;
    this.previous = token;
    this.current = this.peek(0);
    return token;
  }

  atWord(word: string): boolean {
    return this.current.kind === 'word' && this.current.text === word;
  }

  atSymbol(symbol: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === symbol;
  }

  /** Do these words stand here, one behind the other? */
  atWords(first: string, second: string): boolean {
    return this.atWord(first) && this.wordAhead(1) === second;
  }

  takeWord(word: string): boolean {
    const found = this.atWord(word);
    if (found) this.advance();
    return found;
  }

  takeSymbol(symbol: string): boolean {
    const found = this.atSymbol(symbol);
    if (found) this.advance();
    return found;
  }

  /** The offset of the semicolon that ends this statement, or of the text's end. */
  statementEnd(): number {
    let ahead = 0;
    for (;;) {
      const token = this.peek(ahead++);
      if (token.kind === 'end' || (token.kind === 'symbol' && token.text === ';')) return token.start;
    }
  }

  atEnd(): boolean {
    return this.current.kind === 'end' || this.atSymbol(';');
  }

  /** Does a clause begin here? */
  atClause(): boolean {
    return this.beginsClause(0);
  }

  /** Does the token `ahead` places further on begin a clause? `IS DISTINCT FROM` and a name `emit` do not. */
  beginsClause(ahead: number): boolean {
    const word = this.wordAhead(ahead);
    const next = this.wordAhead(ahead + 1);
    if (word === 'emit') return next === 'changes' || next === 'final';
    if (word === 'with') return this.symbolAhead(ahead + 1) === '(';
    if (word !== 'from') return clauseWords.has(word);
    const before = ahead === 0 ? this.previous : this.peek(ahead - 1);
    return before.kind !== 'word' || before.text !== 'distinct';
  }
}
