/**
 * Strings and quoted names: `'it''s'`, `E'tab\t'`, `$$as is$$`, `"quoted ""name"""`. Two strings with only
 * blanks and a line end between them are one, as the SQL standard has it. Values are well-formed Unicode
 * without the character U+0000, or an error was reported.
 */
import type { TokenKind } from '../token.ts';
import { isBlank, isLineEnd } from './characters.ts';
import { decodeEscapes } from './escape.ts';
import { lineEnd, reportLexicalError, type Scanner } from './scanner.ts';

/** At the opening quote of a plain string; `start` is where its prefix (N) began, if it has one. */
export function readString(scanner: Scanner, start: number): void {
  let value = '';
  do {
    const raw = readQuoted(scanner, "'", start);
    if (raw === undefined) break;
    value += raw.includes("''") ? raw.replaceAll("''", "'") : raw;
  } while (atContinuation(scanner));
  pushText(scanner, { kind: 'string', text: value, start });
}

/** At the quote behind `E`. */
export function readEscapeString(scanner: Scanner, start: number): void {
  const opening = scanner.position;
  const { source } = scanner;
  const end = escapeStringEnd(source, opening + 1);
  if (end >= source.length) {
    reportUnterminated(scanner, { what: 'string', quote: "'", start });
    pushText(scanner, { kind: 'string', text: '', start });
    return;
  }
  scanner.position = end + 1;
  const decoded = decodeEscapes(source.slice(opening + 1, end));
  if (decoded.problem !== undefined) {
    const at = opening + 1 + decoded.problem.start;
    reportLexicalError(scanner, {
      message: decoded.problem.message,
      span: { start: at, end: opening + 1 + decoded.problem.end },
    });
  }
  pushText(scanner, { kind: 'string', text: decoded.value, start });
}

/** At `$` of `$tag$ ... $tag$`; answers false, without moving, where it is none. */
export function readDollarString(scanner: Scanner): boolean {
  const start = scanner.position;
  dollarTag.lastIndex = start;
  const tag = dollarTag.exec(scanner.source)?.[0];
  if (tag === undefined) return false;
  const end = scanner.source.indexOf(tag, start + tag.length);
  if (end === -1) {
    reportUnterminated(scanner, { what: 'string', quote: tag, start });
    pushText(scanner, { kind: 'string', text: '', start });
    return true;
  }
  scanner.position = end + tag.length;
  pushText(scanner, { kind: 'string', text: scanner.source.slice(start + tag.length, end), start });
  return true;
}

/** At `"`, or at a backquote, which is refused but read like it. */
export function readQuotedName(scanner: Scanner): void {
  const start = scanner.position;
  const quote = scanner.source[start] === '`' ? '`' : '"';
  const raw = readQuoted(scanner, quote, start);
  const text = raw?.replaceAll(quote + quote, quote) ?? '';
  pushText(scanner, { kind: 'quoted', text, start });
  const span = { start, end: scanner.position };
  if (quote === '`') {
    const hint = 'Quote names with double quotes.';
    reportLexicalError(scanner, { message: 'backquotes do not quote names', span, hint });
  } else if (raw === '') {
    reportLexicalError(scanner, { message: 'a quoted name must not be empty', span });
  }
}

/** Reads up to the closing quote, doubled quotes skipped; `undefined` where there is none. */
function readQuoted(scanner: Scanner, quote: string, start: number): string | undefined {
  const { source } = scanner;
  const opening = scanner.position;
  let end = source.indexOf(quote, opening + 1);
  while (end !== -1 && source[end + 1] === quote) end = source.indexOf(quote, end + 2);
  if (end === -1) {
    reportUnterminated(scanner, { what: quote === "'" ? 'string' : 'quoted name', quote, start });
    return undefined;
  }
  scanner.position = end + 1;
  return source.slice(opening + 1, end);
}

/** Is there another quote behind blanks with a line end among them? Then goes to it. */
function atContinuation(scanner: Scanner): boolean {
  const { source } = scanner;
  let position = scanner.position;
  let lineEnded = false;
  while (position < source.length && isBlank(source.charCodeAt(position))) {
    lineEnded ||= isLineEnd(source.charCodeAt(position));
    position++;
  }
  if (!lineEnded || source[position] !== "'") return false;
  scanner.position = position;
  return true;
}

/** The offset of the closing quote, or the text's length or more where there is none. */
function escapeStringEnd(source: string, from: number): number {
  let position = from;
  while (position < source.length) {
    const character = source[position];
    if (character === "'" && source[position + 1] !== "'") return position;
    position += character === "'" || character === '\\' ? 2 : 1;
  }
  return position;
}

interface QuotedText {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
}

function pushText(scanner: Scanner, { kind, text, start }: QuotedText): void {
  scanner.tokens.push({ kind, text, start, end: scanner.position });
  if (text.isWellFormed() && !text.includes('\0')) return;
  const message = text.includes('\0')
    ? 'the character U+0000 is not allowed in text'
    : 'half of a surrogate pair is not a character';
  reportLexicalError(scanner, { message, span: { start, end: scanner.position } });
}

interface Unterminated {
  readonly what: string;
  readonly quote: string;
  readonly start: number;
}

function reportUnterminated(scanner: Scanner, { what, quote, start }: Unterminated): void {
  scanner.position = scanner.source.length;
  scanner.unterminated = true;
  reportLexicalError(scanner, {
    message: `unterminated ${what}: the quote that opens here is never closed`,
    span: { start, end: lineEnd(scanner.source, start) },
    hint:
      quote === "'"
        ? "Close it with a quote; a quote within the string is written twice ('it''s')."
        : `Close it with ${quote}.`,
  });
}

const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
