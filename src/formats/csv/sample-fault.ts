/**
 * What keeps the beginning of a file from being read as CSV, seen at its first record: another encoding,
 * other line ends, a header that has no end. Whatever comes behind is judged record by record.
 */
import { decodeUtf8Strict } from '../../base/bytes.ts';
import { withoutByteOrderMark } from './csv-record.ts';

export interface CsvSampleForm {
  /** The quote's byte; undefined: fields are never quoted. */
  readonly quote: number | undefined;
  readonly hasHeader: boolean;
}

const lineFeed = 10;
const carriageReturn = 13;

/** A sentence; undefined where there is nothing wrong. */
export function csvSampleFault(sample: Uint8Array, { quote, hasHeader }: CsvSampleForm): string | undefined {
  if (isUtf16(sample)) return 'It is UTF-16; what can be read is UTF-8.';
  const record = firstRecord(withoutByteOrderMark(sample), quote);
  if (record.hasBareReturn && (hasHeader || !record.isEnded)) {
    return 'Its lines end with carriage returns alone; what can be read are lines that end with line feeds.';
  }
  if (!hasHeader) return undefined;
  if (record.isQuoteOpen) return 'A quote in its header is not closed.';
  return decodeUtf8Strict(record.bytes) === undefined ? 'Its header is not UTF-8.' : undefined;
}

/** By its byte order mark, or by two characters of ASCII. */
function isUtf16([a, b, c, d]: Uint8Array): boolean {
  const hasMark = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  return hasMark || (a === 0 && c === 0 && b !== 0) || (b === 0 && d === 0 && a !== 0);
}

interface FirstRecord {
  readonly bytes: Uint8Array;
  readonly isEnded: boolean;
  /** It ends inside quotes. */
  readonly isQuoteOpen: boolean;
  /** Outside quotes there is a carriage return that no line feed follows. */
  readonly hasBareReturn: boolean;
}

/** Behind empty lines. */
function firstRecord(bytes: Uint8Array, quote: number | undefined): FirstRecord {
  const start = bytes.findIndex((byte) => byte !== lineFeed && byte !== carriageReturn);
  const text = bytes.subarray(Math.max(start, 0));
  let isQuoteOpen = false;
  let hasBareReturn = false;
  for (const [i, byte] of text.entries()) {
    if (byte === quote) isQuoteOpen = !isQuoteOpen;
    if (isQuoteOpen) continue;
    if (byte === lineFeed) return { bytes: text.subarray(0, i), isEnded: true, isQuoteOpen, hasBareReturn };
    const isLast = i === text.length - 1;
    if (byte === carriageReturn && !isLast && text[i + 1] !== lineFeed) hasBareReturn = true;
  }
  return { bytes: text, isEnded: false, isQuoteOpen, hasBareReturn };
}
