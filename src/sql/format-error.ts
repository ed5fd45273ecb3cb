/**
 * A SQL error as text for a person: what is wrong, where (file, line, column), the line itself with the
 * place underlined, and what to do about it. Columns count code points, from one; the mark stands below
 * the place however wide the characters before it are.
 *
 *   error: expected FROM, found "FORM"
 *     --> trades.sql:3:10
 *      |
 *    3 | SELECT a FORM trades
 *      |          ^^^^
 *   hint: Did you mean FROM?
 */
import { eastAsianWidth } from 'get-east-asian-width';
import type { VelostreamError } from '../base/error.ts';

export interface SourcePlace {
  /** From one. */
  readonly line: number;
  /** In code points, from one. */
  readonly column: number;
}

export function formatSqlError(error: VelostreamError, source: string, fileName?: string): string {
  return `error: ${describeSqlError(error, source, fileName)}`;
}

/** The same without the word `error`. */
export function describeSqlError(error: VelostreamError, source: string, fileName?: string): string {
  const lines = [error.message];
  if (error.position !== undefined) lines.push(...excerpt(error.position, source, fileName));
  if (error.detail !== undefined) lines.push(`detail: ${error.detail}`);
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.join('\n');
}

/** Line and column of an offset; `\n`, `\r\n` and `\r` end lines. */
export function placeOf(source: string, offset: number): SourcePlace {
  const { number, start } = lineAt(source, offset);
  const before = source.slice(start, offset);
  return { line: number, column: before.length - (before.match(surrogatePairs)?.length ?? 0) + 1 };
}

interface Line {
  /** From one. */
  readonly number: number;
  readonly start: number;
}

function lineAt(source: string, offset: number): Line {
  let number = 1;
  let start = 0;
  for (const { index, 0: end } of source.slice(0, offset).matchAll(lineEnds)) {
    number++;
    start = index + end.length;
  }
  return { number, start };
}

function excerpt(
  position: { readonly start: number; readonly end: number },
  source: string,
  fileName = '<sql>',
): readonly string[] {
  const start = clamp(position.start, 0, source.length);
  const end = clamp(position.end, start, source.length);
  const { line, column } = placeOf(source, start);
  const shown = clip(source, start, end);
  const gutter = ' '.repeat(String(line).length);
  const before = shown.before.map(printable).join('');
  const marked = shown.marked.map(printable).join('');
  const blank = before.split('\t').map((text) => ' '.repeat(columnsOf(text)));
  return [
    `${gutter} --> ${fileName}:${line}:${column}`,
    `${gutter} |`,
    `${line} | ${before}${marked}${shown.behind.map(printable).join('')}`,
    `${gutter} | ${blank.join('\t')}${'^'.repeat(Math.max(columnsOf(marked), 1))}`,
  ];
}

/** Of a terminal. Unlike tables, which measure whole clusters, this is loaded by every command. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (!withoutWidth.test(character)) columns += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return columns;
}

const withoutWidth = /^[\p{Mark}\p{Format}]/u;

interface ClippedLine {
  readonly before: readonly string[];
  readonly marked: readonly string[];
  readonly behind: readonly string[];
}

/** The marked place up to its line's end, and what stands around it; dots where a very long line was cut. */
function clip(source: string, start: number, end: number): ClippedLine {
  // Twice as many code units are at least as many code points, so that a long line is not read for each
  // error.
  const reach = 2 * lineLengthMax + 2;
  const ahead = codePoints(
    source
      .slice(Math.max(0, start - reach), start)
      .split(lineEnds)
      .at(-1) ?? '',
  );
  const place = codePoints(source.slice(start, Math.min(end, start + reach)).split(lineEnds)[0] ?? '');
  const marked = place.slice(0, lineLengthMax);
  const room = lineLengthMax - marked.length;
  const rest = start + marked.join('').length;
  const behind = codePoints(source.slice(rest, rest + reach).split(lineEnds)[0] ?? '');
  if (ahead.length + behind.length <= room) return { before: ahead, marked, behind };
  const aheadMax = ahead.length <= room ? ahead.length : Math.floor(room / 2);
  const behindMax = room - aheadMax;
  const first = ahead.length - aheadMax;
  return {
    before: [...(first > 0 ? codePoints('...') : []), ...ahead.slice(first)],
    marked,
    behind: [...behind.slice(0, behindMax), ...(behind.length > behindMax ? ['...'] : [])],
  };
}

/** Control characters would move the cursor or colour the terminal. */
function printable(character: string): string {
  if (character === '\t') return character;
  const code = character.codePointAt(0) ?? 0;
  return code < 32 || (code >= 127 && code < 160) || isDirectionMark(code) ? '\ufffd' : character;
}

/** Marks that make a terminal show characters in another order than they stand. */
function isDirectionMark(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

function codePoints(text: string): string[] {
  return Array.from(text);
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}

const lineEnds = /\r\n|\n|\r/g;
const surrogatePairs = /[\ud800-\udbff][\udc00-\udfff]/g;
const lineLengthMax = 120;
