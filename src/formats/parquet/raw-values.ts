/**
 * Parquet values as our columns keep them: microseconds, days, bytes. Texts are checked here, once for each
 * value of a dictionary.
 */
import type { FileMetaData, ParquetParsers } from 'hyparquet';
import { decodeUtf8Strict, encodeUtf8 } from '../../base/bytes.ts';
import { isDecimal, isInterval } from './parquet-schema.ts';

/** Stands where a text is not UTF-8. */
export const invalidText: Uint8Array = new Uint8Array(0);

export const rawParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
  timestampFromMicroseconds: (micros: bigint) => micros,
  timestampFromNanoseconds: (nanos: bigint) => nanos / 1000n,
  dateFromDays: (days: number) => days,
  stringFromBytes: checkedText,
  jsonFromBytes: checkedText,
  uuidFromBytes: uuidText,
};

function checkedText(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined || isAscii(bytes) || decodeUtf8Strict(bytes) !== undefined) return bytes;
  return invalidText;
}

function isAscii(bytes: Uint8Array): boolean {
  let all = 0;
  for (let i = 0; i < bytes.length; i++) all |= bytes[i] ?? 0;
  return all < 0x80;
}

/** `b5a1f3c0-9d3e-4c55-8f8e-0123456789ab`. */
function uuidText(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return encodeUtf8(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

/** The library would make doubles of decimals, and refuses intervals: both are read as the bytes they are. */
export function withRawTypes(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element) => {
    if (!isDecimal(element) && !isInterval(element)) return element;
    const { converted_type: _converted, logical_type: _logical, ...raw } = element;
    return raw;
  });
  return { ...metadata, schema };
}
