/**
 * What every scan kernel gives, whatever its format: bytes of whole records in, columns of a batch out. A
 * scan never stops at a bad record: it notes where the record lies and why, and goes on with the next one.
 *
 * Exports of a module with a scan:
 *   scan(start: i32, end: i32) -> i32
 *     Reads records from `start`, at most `batch.capacityRows` good ones and at most `badRecordsMax` bad
 *     ones, and returns the number of rows in the batch. [start, end) holds whole records: the last one ends
 *     with a line feed or exactly at `end`. At least 64 readable bytes follow `end`; they may hold anything.
 *   scan_next: global i32: where to start the next call; `end` when all is read.
 *   scan_bad_count: global i32: how many entries of the bad-record list are valid.
 *
 * A scan may overwrite the byte at `end` while it runs (a line feed keeps it within a last record that has
 * none) and restores it before it returns. What a scan learns of its input serves its speed and nothing else.
 */
import type { BatchLayout } from '../../columns/batch-layout.ts';
import type { Schema } from '../../columns/schema.ts';

export const badRecordsMax = 256;

/**
 * One entry of the bad-record list: u32 address of the record's first byte, u32 its length, u32 code, u32
 * field.
 */
export const badRecordBytes = 16;

/** Why a record is bad; the code in the list is the index. `field` is the column's index, or 0xffffffff. */
export const badRecordReasons = [
  'syntax',
  'invalid_utf8',
  'not_an_object',
  'wrong_type',
  'out_of_range',
  'null_in_not_null_column',
  'missing_field',
  'field_count',
  'unterminated_quote',
  'too_deep',
] as const;

export type BadRecordReason = (typeof badRecordReasons)[number];

export interface ScanLayout {
  /** The columns that the query reads, in batch order. */
  readonly schema: Schema;
  readonly batch: BatchLayout;
  /** u32 for each row of the batch: address of its record's first byte. */
  readonly recordAddresses: number;
  /** u32 for each row: bytes of its record without the line ending. */
  readonly recordLengths: number;
  /** The bad-record list, `badRecordsMax` entries. */
  readonly badRecords: number;
}
