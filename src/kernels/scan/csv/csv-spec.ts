/** What a CSV scan is made for, and the module variables its pieces share. */
import { assert } from '../../../base/assert.ts';
import type { Global } from '../../../wasm/function-builder.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import { type BadRecordReason, badRecordReasons, type ScanLayout } from '../scan-contract.ts';

/** Where a column's value comes from: a field of the record, counted from 0. */
export interface CsvField {
  readonly position: number;
}

export interface CsvScanSpec {
  readonly layout: ScanLayout;
  /** One for each column of the layout's schema. */
  readonly fields: readonly CsvField[];
  /** The byte between fields. */
  readonly delimiter: number;
  /** The byte around quoted fields, doubled within them; undefined: fields are never quoted. */
  readonly quote: number | undefined;
  /** How many fields a record has. */
  readonly fieldCount: number;
}

export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** What may be wrong with a window of records; records are looked at one by one only where a bit is set. */
export const suspicions = { fieldCount: 1, quotes: 2, utf8: 4 } as const;

export interface CsvGlobals {
  /** Where the next call starts; exported. */
  readonly next: Global<'i32'>;
  /** Entries of the bad-record list; exported. */
  readonly badCount: Global<'i32'>;
  /** Bits of `suspicions` for the window indexed last. */
  readonly suspicion: Global<'i32'>;
  /** Whether the window holds a quote. */
  readonly hasQuotes: Global<'i32'>;
  /** The entry of the line feed that ends the record checked last. */
  readonly recordEnd: Global<'i32'>;
  /** The byte count of the field unquoted last. */
  readonly unquotedBytes: Global<'i32'>;
}

export function declareCsvGlobals(module: ModuleBuilder): CsvGlobals {
  return {
    next: module.global('i32', 'scan_next', 0, true),
    badCount: module.global('i32', 'scan_bad_count', 0, true),
    suspicion: module.global('i32', 'csv_suspicion', 0),
    hasQuotes: module.global('i32', 'csv_has_quotes', 0),
    recordEnd: module.global('i32', 'csv_record_end_entry', 0),
    unquotedBytes: module.global('i32', 'csv_unquoted_bytes', 0),
  };
}

export function checkCsvSpec({ layout, fields, delimiter, quote, fieldCount }: CsvScanSpec): void {
  assert(fields.length === layout.batch.columns.length, 'each column has a field');
  assert(
    fields.every(({ position }) => position >= 0 && position < fieldCount),
    'each field is one of the record',
  );
  const special = [delimiter, lineFeed, carriageReturn, ...(quote === undefined ? [] : [quote])];
  assert(new Set(special).size === special.length, 'delimiter, quote and line ending differ');
  assert(
    special.every((byte) => byte >= 0 && byte < 0x80),
    'delimiter and quote are ASCII',
  );
}

/** The code of a reason in the bad-record list. */
export function reasonCode(reason: BadRecordReason): number {
  return badRecordReasons.indexOf(reason);
}
