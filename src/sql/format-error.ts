/**
 * A SQL error as text for a person: what is wrong, where (file, line, column), the line itself with the
 * place underlined, and what to do about it. Columns count code points, from one.
 *
 *   error: expected FROM, found "FORM"
 *     --> trades.sql:3:10
 *      |
 *    3 | SELECT a FORM trades
 *      |          ^^^^
 *   hint: Did you mean FROM?
 */
import type { VelostreamError } from '../base/error.ts';

export interface SourcePlace {
  /** From one. */
  readonly line: number;
  /** In code points, from one. */
  readonly column: number;
}

export function formatSqlError(error: VelostreamError, source: string, fileName?: string): string {
  const lines = [`error: ${error.message}`];
  if (error.position !== undefined) lines.push(...excerpt(error.position, source, fileName));
  if (error.detail !== undefined) lines.push(`detail: ${error.detail}`);
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.join('\n');
}

/** Line and column of an offset; `\n`, `\r\n` and `\r` end lines. */
export function placeOf(source: string, offset: number): SourcePlace {
  const before = source.slice(0, offset);
  const lines = before.split(lineBreak);
  return { line: lines.length, column: codePoints(lines.at(-1) ?? '').length + 1 };
}

function excerpt(
  position: { readonly start: number; readonly end: number },
  source: string,
  fileName = '<sql>',
): readonly string[] {
  const start = clamp(position.start, 0, source.length);
  const end = clamp(position.end, start, source.length);
  const { line, column } = placeOf(source, start);
  const text = codePoints(source.split(lineBreak)[line - 1] ?? '');
  const from = column - 1;
  const width = codePoints(source.slice(start, end).split(lineBreak)[0] ?? '').length;
  const shown = clip(text, from, Math.max(width, 1));
  const gutter = ' '.repeat(String(line).length);
  const blank = shown.before.map((character) => (character === '\t' ? '\t' : ' ')).join('');
  const whole = [...shown.before, ...shown.marked, ...shown.behind].map(printable).join('');
  return [
    `${gutter} --> ${fileName}:${line}:${column}`,
    `${gutter} |`,
    `${line} | ${whole}`,
    `${gutter} | ${blank}${'^'.repeat(Math.max(shown.marked.length, 1))}`,
  ];
}

interface ClippedLine {
  readonly before: readonly string[];
  readonly marked: readonly string[];
  readonly behind: readonly string[];
}

/** Of a very long line, what stands around the marked place, with dots where it was cut. */
function clip(line: readonly string[], from: number, width: number): ClippedLine {
  const marked = line.slice(from, from + Math.min(width, lineLengthMax));
  const room = lineLengthMax - marked.length;
  const fits = line.length <= lineLengthMax;
  const nearStart = fits || from + marked.length <= lineLengthMax;
  const first = nearStart ? 0 : Math.max(0, from - Math.floor(room / 2));
  const last = fits ? line.length : Math.min(line.length, first + lineLengthMax);
  const before = [...(first > 0 ? ['...'] : []), ...line.slice(first, from)];
  const behind = [...line.slice(from + marked.length, last), ...(last < line.length ? ['...'] : [])];
  return { before: before.flatMap(codePoints), marked, behind };
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

const lineBreak = /\r\n|\n|\r/;
const lineLengthMax = 120;
