/**
 * Numbers, in every form PostgreSQL 16 and later reads:
 *   digits = d ('_'? d)*      integer = digits | 0x.. | 0o.. | 0b..
 *   decimal = digits '.' digits? | '.' digits      float = (digits | decimal) e [+-] digits
 */
import { isIdentifierPart } from './characters.ts';
import { reportLexicalError, type Scanner } from './scanner.ts';

/** At a digit, or at a point before one. */
export function readNumber(scanner: Scanner): void {
  const start = scanner.position;
  const { source } = scanner;
  const end = plainIntegerEnd(source, start) ?? numberEnd(source, start);
  let junkEnd = end;
  while (junkEnd < source.length && isIdentifierPart(source.charCodeAt(junkEnd))) junkEnd++;
  scanner.position = junkEnd;
  scanner.tokens.push({ kind: 'number', text: source.slice(start, end), start, end: junkEnd });
  if (junkEnd === end) return;
  reportLexicalError(scanner, {
    message: `malformed number "${source.slice(start, Math.min(junkEnd, start + 40))}"`,
    span: { start, end: junkEnd },
    hint: junkHint(source.slice(start, junkEnd)),
  });
}

export function numberForm(text: string): 'integer' | 'decimal' | 'float' {
  if (/^0[xob]/i.test(text)) return 'integer';
  if (/e/i.test(text)) return 'float';
  return text.includes('.') ? 'decimal' : 'integer';
}

/** The common case without a regular expression: digits, then nothing that could go on with a number. */
function plainIntegerEnd(source: string, start: number): number | undefined {
  let end = start;
  let code = source.charCodeAt(end);
  while (code >= 48 && code <= 57) code = source.charCodeAt(++end);
  const goesOn = code === 46 || isIdentifierPart(code);
  return end === start || goesOn ? undefined : end;
}

function numberEnd(source: string, start: number): number {
  for (const pattern of patterns) {
    pattern.lastIndex = start;
    if (pattern.test(source)) return pattern.lastIndex;
  }
  return start + 1;
}

/** Tried in this order; sticky, so that each matches at the position only. */
const patterns: readonly RegExp[] = [
  /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+/y,
  /(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*|\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?/y,
];

function junkHint(text: string): string {
  if (text.includes('_')) return 'An underscore in a number must stand between two digits.';
  return 'Put a blank or an operator behind the number; a name that begins with a digit needs double quotes.';
}
