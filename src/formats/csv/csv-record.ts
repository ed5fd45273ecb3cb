/**
 * Records of CSV as text, field by field (RFC 4180): for headers, samples and results. Tolerant, as a reader
 * of samples has to be; the scan kernel is the one that judges records.
 *
 *   record = field *(delimiter field) [CR] LF      field = quoted / plain
 *   quoted = quote *(byte / quote quote) quote     plain = *(any byte but delimiter, LF)
 */
import { decodeUtf8 } from '../../base/bytes.ts';

export interface CsvDialect {
  /** The delimiter's byte. */
  readonly delimiter: number;
  /** The quote's byte; undefined: fields are never quoted. */
  readonly quote: number | undefined;
}

export interface CsvField {
  readonly text: string;
  /** An empty field without quotes is NULL; one with quotes is the empty string. */
  readonly isQuoted: boolean;
}

const lineFeed = 10;
const carriageReturn = 13;

/** The fields of the first record; none where there is no byte. */
export function splitCsvRecord(bytes: Uint8Array, dialect: CsvDialect): string[] {
  const records = readCsvRecords(withoutByteOrderMark(bytes), dialect, 'skip');
  for (const record of records) return record.map(({ text }) => text);
  return [];
}

/** All records; a last one without a line feed counts. An empty line is one empty field, or no record. */
export function* readCsvRecords(
  bytes: Uint8Array,
  dialect: CsvDialect,
  emptyLines: 'keep' | 'skip',
): Generator<readonly CsvField[]> {
  const { delimiter, quote } = dialect;
  let record: CsvField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const isQuoted = quote !== undefined && bytes[at] === quote;
    const end = isQuoted ? endOfQuoted(bytes, at, dialect) : endOfPlain(bytes, at, delimiter);
    record.push(isQuoted ? quotedField(bytes, at, end, quote) : plainField(bytes, at, end));
    const isLast = end >= bytes.length || bytes[end] === lineFeed;
    at = end + 1;
    if (!isLast) {
      if (at >= bytes.length) record.push({ text: '', isQuoted: false });
      continue;
    }
    if (emptyLines === 'keep' || record.length > 1 || record[0]?.text !== '' || isQuoted) yield record;
    record = [];
  }
  if (record.length > 0) yield record;
}

export function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function endOfPlain(bytes: Uint8Array, start: number, delimiter: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== delimiter && bytes[at] !== lineFeed) at++;
  return at;
}

/**
 * Where the field ends whose opening quote stands at `start`: behind its closing quote and what follows it.
 */
function endOfQuoted(bytes: Uint8Array, start: number, { delimiter, quote }: CsvDialect): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] !== quote) continue;
    if (bytes[at + 1] !== quote) return endOfPlain(bytes, at + 1, delimiter);
    at++;
  }
  return bytes.length;
}

function plainField(bytes: Uint8Array, start: number, end: number): CsvField {
  const isLineEnd = end === bytes.length || bytes[end] === lineFeed;
  const stop = isLineEnd && end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
  return { text: decodeUtf8(bytes.subarray(start, stop)), isQuoted: false };
}

function quotedField(bytes: Uint8Array, start: number, end: number, quote: number): CsvField {
  const mark = String.fromCharCode(quote);
  const inside = decodeUtf8(bytes.subarray(start + 1, end));
  const closing = inside.replaceAll(mark + mark, '\0\0').indexOf(mark);
  const content = closing < 0 ? inside : inside.slice(0, closing);
  return { text: content.replaceAll(mark + mark, mark), isQuoted: true };
}
