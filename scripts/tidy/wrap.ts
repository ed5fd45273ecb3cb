/**
 * Wraps comments whose lines are too long, which the formatter leaves alone. Only the paragraph that holds a
 * long line is set anew; list items keep their marks, and indented or tabular lines are left as they are.
 */
import { columnsMax } from './sizes.ts';

/** One comment line taken apart: what stands before its words, and the words. */
interface CommentLine {
  readonly margin: string;
  readonly words: string;
}

/** Returns the text with its comments wrapped; `isFixed` names lines (from 0) that are not comments. */
export function wrapComments(text: string, isFixed: (line: number) => boolean): string {
  const lines = text.split('\n');
  const output: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const end = isFixed(at) ? at + 1 : paragraphEnd(lines, at);
    const kept = isFixed(at) ? [line] : (openSingle(line) ?? wrapParagraph(lines.slice(at, end)));
    output.push(...kept);
    at = end;
  }
  return output.join('\n');
}

/** A one-line block comment that is too long becomes a block of several lines. */
function openSingle(line: string): string[] | undefined {
  const match = /^(\s*)\/\*\*? (.*) \*\/$/.exec(line);
  if (match === null || line.length <= columnsMax) return undefined;
  const [, indent = '', words = ''] = match;
  return [`${indent}/**`, ...wrapParagraph([`${indent} * ${words}`]), `${indent} */`];
}

function takeApart(line: string): CommentLine | undefined {
  const match = /^(\s*(?:\*|\/\/) )(\S.*)$/.exec(line);
  if (match === null || line.endsWith('*/')) return undefined;
  return { margin: match[1] ?? '', words: match[2] ?? '' };
}

function isMarked(words: string): boolean {
  return /^([-*@|#]|\d+[.)] )/.test(words);
}

/** The end of the run of lines, from `start`, whose words may flow together. */
function paragraphEnd(lines: readonly string[], start: number): number {
  const first = takeApart(lines[start] ?? '');
  let end = start + 1;
  if (first === undefined || first.words.startsWith('|')) return end;
  for (; end < lines.length; end++) {
    const next = takeApart(lines[end] ?? '');
    if (next === undefined || next.margin !== first.margin || isMarked(next.words)) break;
  }
  return end;
}

function wrapParagraph(lines: readonly string[]): readonly string[] {
  const parts = lines.map(takeApart);
  const first = parts[0];
  if (first === undefined || !lines.some((line) => line.length > columnsMax)) return lines;
  const mark = /^(?:[-*]|\d+[.)]) /.exec(first.words)?.[0] ?? '';
  const prose = parts.map((part) => part?.words ?? '').join(' ');
  // Code in backticks stays on one line.
  const words = prose.match(/(?:[^\s`]|`[^`]*`)+|`/g) ?? [];
  const output: string[] = [];
  let line = first.margin;
  for (const word of words) {
    const isEmpty = line.trimEnd().length <= first.margin.trimEnd().length;
    const joined = isEmpty ? `${line}${word}` : `${line} ${word}`;
    if (joined.length <= columnsMax || isEmpty) {
      line = joined;
      continue;
    }
    output.push(line);
    line = `${first.margin}${' '.repeat(mark.length)}${word}`;
  }
  return [...output, line];
}
