/**
 * The parser's working state: where it stands among the tokens, and the errors so far. Grammar rules are
 * plain functions over it. A rule that cannot go on calls `fail`, which reports and throws a `SyntaxFailure`;
 * the nearest clause or list catches it, skips ahead with `recover`, and goes on to find the next error.
 */
import { type ErrorCode, type SourceSpan, VelostreamError } from '../../../base/error.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import type { DataType } from '../../ast/name.ts';
import type { Expression, Query } from '../../ast/query.ts';
import { reservedWords } from '../../keywords.ts';
import type { Token, TokenList } from '../../token.ts';
import { describeToken } from './describe-token.ts';
import { TokenCursor } from './token-cursor.ts';

/** The rules that refer to each other across files, so that no two files need import one another. */
export interface Grammar {
  /** An expression of operators that bind tighter than `minimum`; `restricted` is PostgreSQL's `b_expr`. */
  expression(parser: Parser, minimum?: number, restricted?: boolean): Expression;
  query(parser: Parser): Query;
  dataType(parser: Parser): DataType;
}

/** Thrown by `fail` once the error is reported; never leaves the parser. */
export class SyntaxFailure extends Error {
  /** Nothing in this statement can be made sense of any more. */
  readonly fatal: boolean;

  constructor(fatal: boolean) {
    super('syntax failure');
    this.fatal = fatal;
  }
}

export interface Complaint {
  readonly message: string;
  readonly span: SourceSpan;
  readonly code?: ErrorCode;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

export class Parser extends TokenCursor {
  readonly grammar: Grammar;
  readonly errors: VelostreamError[] = [];
  /** Parentheses opened and not yet closed. */
  openParentheses = 0;
  /** The last name taken as an alias without AS: the place where misspelt clause words end up. */
  bareAlias: Token | undefined;
  /** Queries around this place. */
  queryDepth = 0;
  /** So many errors that the rest is not worth reading. */
  exhausted = false;
  readonly #endIsUnknown: boolean;
  #nesting = 0;

  constructor(source: string, lexed: TokenList, grammar: Grammar) {
    super(source, lexed.tokens);
    this.grammar = grammar;
    this.#endIsUnknown = lexed.unterminated;
  }

  /** Takes one of the words; a misspelt one is reported and taken for what it was meant to be. */
  expectWord<Word extends string>(...words: readonly [Word, ...Word[]]): Word {
    const wanted: readonly Word[] = words;
    const found = wanted.find((word) => this.atWord(word));
    if (found !== undefined) {
      this.advance();
      return found;
    }
    const expected = alternatives(words.map((word) => word.toUpperCase()));
    const meant = this.current.kind === 'word' && this.misspelt(this.current, words);
    if (!meant) return this.fail(expected);
    this.complainExpected(expected, `Did you mean ${meant.toUpperCase()}?`);
    this.advance();
    return meant;
  }

  /** The word that a token is a slip of; reserved words are never slips. */
  misspelt<Word extends string>(token: Token, words: Iterable<Word>): Word | undefined {
    if (token.kind !== 'word' || reservedWords.has(token.text)) return undefined;
    return nearestName(token.text, words) as Word | undefined;
  }

  expectSymbol(symbol: string): Token {
    if (!this.atSymbol(symbol)) return this.fail(`"${symbol}"`);
    return this.advance();
  }

  openParenthesis(): Token {
    const token = this.expectSymbol('(');
    this.openParentheses++;
    return token;
  }

  /** Closes `opening`. Where a clause or the statement's end comes first, it counts as closed. */
  closeParenthesis(opening: Token, expected = '")"'): void {
    if (!this.atSymbol(')')) {
      if (!this.atEnd() && !this.atClause()) this.fail(expected);
      this.complain({
        message: 'this parenthesis is never closed',
        span: spanOf(opening),
        detail: `Expected ${expected} before ${describeToken(this.current, this.source)}.`,
      });
    } else {
      this.advance();
    }
    this.openParentheses--;
  }

  complain({ message, span, code, detail, hint }: Complaint): void {
    if (this.#endIsUnknown && this.current.kind === 'end') return;
    if (this.errors.at(-1)?.position?.start === span.start) return;
    const options = { code: code ?? 'sql_syntax', position: span, detail, hint } as const;
    this.errors.push(new VelostreamError(message, options));
    if (this.errors.length < errorsMax) return;
    this.exhausted = true;
    throw new SyntaxFailure(true);
  }

  complainTooDeep(span: SourceSpan, levelsMax: number): void {
    this.complain({
      message: `this statement nests deeper than ${levelsMax} levels`,
      span,
      code: 'resource_limit',
      hint: 'Split it into subqueries, or write a long chain of operators as a list or a function call.',
    });
  }

  /** Says what should have stood here, without giving up. */
  complainExpected(expected: string, hint?: string): void {
    this.complain({
      message: `expected ${expected}, found ${describeToken(this.current, this.source)}`,
      span: spanOf(this.current),
      hint,
    });
  }

  complainUnsupported(message: string, span: SourceSpan, hint?: string): void {
    this.complain({ message, span, code: 'sql_unsupported', hint });
  }

  fail(expected: string, hint?: string): never {
    this.complainExpected(expected, hint);
    throw new SyntaxFailure(false);
  }

  /** Runs a rule one level deeper; ends the statement's parsing where the text nests too deep. */
  enter(): void {
    this.#nesting++;
    if (this.#nesting <= nestingMax) return;
    this.complainTooDeep(spanOf(this.current), nestingMax);
    throw new SyntaxFailure(true);
  }

  leave(): void {
    this.#nesting--;
  }

  /** What `enter` and `openParenthesis` counted at a place to which `recover` can return. */
  mark(): RecoveryMark {
    return { nesting: this.#nesting, openParentheses: this.openParentheses, queryDepth: this.queryDepth };
  }

  /**
   * After a failure: skips to the next place to go on that belongs to the level of `mark`. Anything else
   * that was thrown is not ours, and goes on.
   */
  recover(failure: unknown, mark: RecoveryMark, place: RecoveryPlace): void {
    if (!(failure instanceof SyntaxFailure) || failure.fatal) throw failure;
    this.skipTo(mark, place);
  }

  skipTo(mark: RecoveryMark, place: RecoveryPlace): void {
    const unclosed = this.openParentheses - mark.openParentheses;
    this.#nesting = mark.nesting;
    this.openParentheses = mark.openParentheses;
    this.queryDepth = mark.queryDepth;
    const length =
      this.#distanceToLevel(unclosed, place) ??
      this.#distanceToLevel(0, place) ??
      (place === 'enclosed list' ? this.#distanceToLevel(0, 'list') : undefined);
    for (let step = 0; step < (length ?? Infinity) && !this.atEnd(); step++) this.advance();
  }

  /** Reports and skips closing parentheses that nothing opened. */
  skipStrayParentheses(): void {
    while (this.openParentheses === 0 && this.atSymbol(')')) {
      this.complain({ message: 'this parenthesis was never opened', span: spanOf(this.current) });
      this.advance();
    }
  }

  /** Skips what is left of the statement, up to its semicolon. */
  skipStatement(): void {
    while (!this.atEnd()) this.advance();
    this.#nesting = 0;
    this.openParentheses = 0;
    this.queryDepth = 0;
    this.bareAlias = undefined;
  }

  /** Skips from an opening parenthesis to behind the one that closes it. */
  skipParentheses(): void {
    let depth = 0;
    do {
      if (this.atSymbol('(')) depth++;
      else if (this.atSymbol(')')) depth--;
      this.advance();
    } while (depth > 0 && !this.atEnd());
  }

  /** Steps to the next place to go on, `unclosed` parentheses further out; none before the statement ends. */
  #distanceToLevel(unclosed: number, place: RecoveryPlace): number | undefined {
    const commas = place !== 'clause';
    const clauses = place !== 'enclosed list';
    let depth = unclosed;
    for (let step = 0; ; step++) {
      const text = this.symbolAhead(step);
      if (this.peek(step).kind === 'end' || text === ';') return depth === 0 && clauses ? step : undefined;
      if (text === '(') depth++;
      else if (text === ')' && depth === 0) return step;
      else if (text === ')') depth--;
      else if (depth === 0 && commas && text === ',') return step;
      else if (depth === 0 && clauses && this.beginsClause(step)) return step;
    }
  }
}

/**
 * Where a failure happened. In a clause, parsing goes on at the next clause word, in a list also at the next
 * comma, in a list in parentheses at the next comma or where the parentheses close.
 */
export type RecoveryPlace = 'clause' | 'list' | 'enclosed list';

export interface RecoveryMark {
  readonly nesting: number;
  readonly openParentheses: number;
  readonly queryDepth: number;
}

export function spanOf(token: Token): SourceSpan {
  return { start: token.start, end: token.end };
}

/** `A`, `A or B`, `A, B or C`. */
export function alternatives(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Parentheses, calls, CASE, NOT and signs within one another; the call stack holds several times this. */
const nestingMax = 200;
const errorsMax = 50;
