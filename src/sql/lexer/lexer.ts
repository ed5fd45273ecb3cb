/**
 * Cuts SQL text into tokens. Never throws: what is no token is reported and skipped. One pass, by the
 * character at hand; the reading of strings, numbers and comments is beside this file.
 */
import type { Token, TokenList } from '../token.ts';
import { isBlank, isDigit, isIdentifierPart, isIdentifierStart, isTypographicQuote } from './characters.ts';
import { skipBlockComment, skipLineComment } from './comment.ts';
import { readNumber } from './number.ts';
import { reportLexicalError, type Scanner } from './scanner.ts';
import { readDollarString, readEscapeString, readQuotedName, readString } from './string.ts';

export function tokenize(source: string): TokenList {
  const scanner: Scanner = {
    source,
    position: 0,
    tokens: [],
    annotations: [],
    errors: [],
    unterminated: false,
  };
  while (scanner.position < source.length) readToken(scanner);
  scanner.tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return scanner;
}

function readToken(scanner: Scanner): void {
  const { source, position } = scanner;
  const code = source.charCodeAt(position);
  if (isBlank(code)) scanner.position++;
  else if (isIdentifierStart(code)) readWord(scanner);
  else if (isDigit(code)) readNumber(scanner);
  else if (code === quote) readString(scanner, position);
  else if (code === doubleQuote || code === backquote) readQuotedName(scanner);
  else if (code === minus && source.charCodeAt(position + 1) === minus) skipLineComment(scanner);
  else if (code === slash && source.charCodeAt(position + 1) === star) skipBlockComment(scanner);
  else if (code === point && isDigit(source.charCodeAt(position + 1))) readNumber(scanner);
  else if (code === dollar && readDollarString(scanner)) return;
  else readSymbol(scanner);
}

/** A word, or a string with a prefix: `E'..'`, `N'..'`. */
function readWord(scanner: Scanner): void {
  const { source, position: start } = scanner;
  let end = start + 1;
  while (end < source.length && isIdentifierPart(source.charCodeAt(end))) end++;
  const word = foldCase(source.slice(start, end));
  scanner.position = end;
  if (source.charCodeAt(end) === quote && readPrefixedString(scanner, word, start)) return;
  scanner.tokens.push({ kind: 'word', text: word, start, end });
}

function readPrefixedString(scanner: Scanner, prefix: string, start: number): boolean {
  if (prefix === 'e') readEscapeString(scanner, start);
  else if (prefix === 'n') readString(scanner, start);
  else if (prefix === 'b' || prefix === 'x') {
    readString(scanner, start);
    const span = { start, end: scanner.position };
    reportLexicalError(scanner, { message: 'bit strings are not supported', span, code: 'sql_unsupported' });
  } else return false;
  return true;
}

/** Folds as PostgreSQL does: the letters A to Z only. */
function foldCase(word: string): string {
  const folded = word.toLowerCase();
  if (folded.length === word.length && isAscii(word)) return folded;
  return word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function isAscii(word: string): boolean {
  for (let index = 0; index < word.length; index++) if (word.charCodeAt(index) > 127) return false;
  return true;
}

/** The longest operator that stands here. What PostgreSQL would glue together, as in `2^-1`, is two. */
function readSymbol(scanner: Scanner): void {
  const { source, position: start } = scanner;
  for (let length = symbolLengthMax; length > 0; length--) {
    const text = source.slice(start, start + length);
    if (text.length < length || !symbols.has(text)) continue;
    scanner.position = start + length;
    scanner.tokens.push(symbolToken(text, start));
    return;
  }
  reportUnknownCharacter(scanner);
}

function symbolToken(text: string, start: number): Token {
  return { kind: 'symbol', text, start, end: start + text.length };
}

function reportUnknownCharacter(scanner: Scanner): void {
  const { source, position: start } = scanner;
  const codePoint = source.codePointAt(start) ?? 0;
  const end = start + (codePoint > 0xffff ? 2 : 1);
  scanner.position = end;
  if (isTypographicQuote(codePoint)) {
    reportLexicalError(scanner, {
      message: `the typographic quote ${source.slice(start, end)} is not a quote of SQL`,
      span: { start, end },
      hint: `Write strings in '...' and quoted names in "...".`,
    });
    return;
  }
  const shown = codePoint > 32 && codePoint !== 127 ? ` "${source.slice(start, end)}"` : '';
  const number = codePoint.toString(16).toUpperCase().padStart(4, '0');
  reportLexicalError(scanner, {
    message: `unexpected character${shown} (U+${number})`,
    span: { start, end },
  });
}

const quote = 39;
const doubleQuote = 34;
const backquote = 96;
const minus = 45;
const slash = 47;
const star = 42;
const point = 46;
const dollar = 36;

/** The operators we compute, and those of PostgreSQL and of other languages that deserve a clear answer. */
const symbols: ReadonlySet<string> = new Set(
  `( ) [ ] { } , ; . : + - * / % ^ = < > <> != <= >= || :: == => := <=> && & | # ~ ~* !~ !~* ~~ ~~* !~~ !~~* ! ? @
  $ \\ -> ->> #> #>> @> <@ << >> |/ ||/`.split(/\s+/),
);
const symbolLengthMax = 4;
