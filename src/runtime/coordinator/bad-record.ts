/** A record that could not be used, as plain data for people and programs, and as text. */

export interface BadRecord {
  /** The file, or what else it came from: `stdin`, or what generated rows are called. */
  readonly source: string;
  /** The line it is on, from 1, where the source is a plain file of lines. */
  readonly line: number | undefined;
  /** Where it is in the source, from 0, in `measure`. */
  readonly offset: number;
  readonly measure: 'byte' | 'row';
  /** Such as `not a number`. */
  readonly reason: string;
  /** The column it happened in, where that is known. */
  readonly column: string | undefined;
  /** Its beginning as text, where it is text. */
  readonly text: string;
}

const textMax = 160;

/** One line that says where the record lies, why it is bad, and what it looks like. */
export function describeRecord(record: BadRecord): string {
  return `${placeOfRecord(record)}: ${describeReason(record)}`;
}

export function placeOfRecord({ source, line, offset, measure }: BadRecord): string {
  if (measure === 'row') return `${source}, row ${offset + 1}`;
  return `${source}, ${line === undefined ? `byte ${offset}` : `line ${line}`}`;
}

export function describeReason({ reason, column, text }: BadRecord): string {
  const what = column === undefined ? reason : `${reason} in column "${column}"`;
  return text === '' ? what : `${what}: ${oneLine(text).slice(0, textMax)}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a record may hold anything, a terminal obeys it
const control = /[\u0000-\u001f\u007f-\u009f]+/g;

function oneLine(text: string): string {
  return text.replace(control, ' ').trimEnd();
}
