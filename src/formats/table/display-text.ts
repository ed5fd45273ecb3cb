/** Text as a terminal shows it: its width in columns, and cut or filled to a width. */
import stringWidth from 'string-width';

/** What a cell may not hold: line breaks, and characters that move the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const printableAscii = /^[\x20-\x7e]*$/;

/** Control characters as escapes or as a replacement, so that a value cannot disturb the table. */
export function cellText(text: string): string {
  if (printableAscii.test(text)) return text;
  return text.replace(control, (character) => escapes.get(character) ?? '\ufffd');
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Columns of a terminal: two for wide characters, none for combining ones. */
export function widthOf(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}

export function fill(text: string, width: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'left' ? text + blanks : blanks + text;
}

let graphemes: Intl.Segmenter | undefined;

/** At most `width` columns; what was cut ends with an ellipsis. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let shown = '';
  let used = 1;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    shown += segment;
  }
  return `${shown}\u2026`;
}
