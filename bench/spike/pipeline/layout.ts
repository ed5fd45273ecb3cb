/**
 * Where everything lies in a worker's memory, and the byte layout of batches, pages, rows and group entries.
 * All addresses count from `base`, so that in the variant with one shared memory each worker gets its own
 * region.
 */
import { pageHeaderBytes } from '../../../src/columns/page.ts';

/** A raw row in a page: hash, two 16-byte views, the two arguments. */
export interface RawRow {
  readonly hash: number;
  readonly keys: number;
  readonly price: number;
  readonly quantity: number;
  readonly strideBytes: number;
}

export const rawRow: RawRow = { hash: 0, keys: 8, price: 40, quantity: 48, strideBytes: 56 };

/**
 * A group: also a partial row in a page, so that draining a table is copying entries. Of the 96 bytes 8 are
 * free: at 88 more entries straddle cache lines, which cost 5 % at a million groups.
 */
export interface GroupRow {
  readonly hash: number;
  readonly keys: number;
  readonly count: number;
  readonly sumHigh: number;
  readonly sumLow: number;
  readonly quantity: number;
  readonly min: number;
  readonly max: number;
  readonly strideBytes: number;
}

export const groupRow: GroupRow = {
  hash: 0,
  keys: 8,
  count: 40,
  sumHigh: 48,
  sumLow: 56,
  quantity: 64,
  min: 72,
  max: 80,
  strideBytes: 96,
};

/** Page kinds 0 and 1 are those of page.ts; the last page of a channel says so. */
export const pageKindEnd = 2;

export const chunkBytes: number = 1 << 20;
/** Room behind a chunk for the record that crosses its end. */
export const chunkTailBytes = 4096;
export const batchRowsMax = 2048;
export const phaseRows = 256;

export interface TableLayout {
  /** i32 shift @0, mask @4, next entry @8, next string @12, entry count @16. */
  readonly state: number;
  readonly slots: number;
  readonly slotsLog2Max: number;
  readonly entries: number;
  readonly strings: number;
}

export interface Layout {
  readonly base: number;
  /** i32 cursor @0, blocked destination @4 (-1: none), slow record @8 (0: none). */
  readonly control: number;
  readonly staticData: number;
  /** Page address per destination, i32 each. */
  readonly outTable: number;
  readonly traders: number;
  readonly symbols: number;
  readonly prices: number;
  readonly quantities: number;
  readonly hashes: number;
  /** One slot word per row of a phase. */
  readonly touched: number;
  readonly local: TableLayout;
  readonly owned: TableLayout;
  readonly outPages: readonly number[];
  readonly inPage: number;
  readonly input: number;
  readonly end: number;
}

export interface LayoutOptions {
  readonly base: number;
  readonly partitionCount: number;
  readonly pageBytes: number;
  readonly groupsMax: number;
  readonly localGroupsMax: number;
}

export function createLayout(options: LayoutOptions): Layout {
  let next = options.base + 64;
  const take = (byteCount: number): number => {
    const address = next;
    next = Math.ceil((next + byteCount) / 64) * 64;
    return address;
  };
  const table = (groupsMax: number): TableLayout => {
    const slotsLog2Max = Math.max(12, Math.ceil(Math.log2(groupsMax * 2)));
    return {
      state: take(64),
      slots: take(8 * 2 ** slotsLog2Max),
      slotsLog2Max,
      entries: take((groupsMax + 1) * groupRow.strideBytes),
      strings: take(1 << 22),
    };
  };
  const control = take(64);
  const staticData = take(4096);
  const outTable = take(4 * options.partitionCount);
  const columns = {
    traders: take(16 * batchRowsMax),
    symbols: take(16 * batchRowsMax),
    prices: take(8 * batchRowsMax),
    quantities: take(8 * batchRowsMax),
    hashes: take(8 * batchRowsMax),
    touched: take(8 * phaseRows),
  };
  const outPages = Array.from({ length: options.partitionCount }, () => take(options.pageBytes));
  const inPage = take(options.pageBytes);
  const input = take(chunkBytes + chunkTailBytes + 4096) + 64;
  const local = table(options.localGroupsMax);
  // Above every page-relative offset, so that a table's view never looks like a page's.
  next = Math.max(next, options.base + options.pageBytes * 2);
  const owned = table(options.groupsMax);
  return {
    base: options.base,
    control,
    staticData,
    outTable,
    ...columns,
    outPages,
    inPage,
    input,
    local,
    owned,
    end: next,
  };
}

export function rowsPerPage(pageBytes: number, strideBytes: number): number {
  return Math.floor((pageBytes - pageHeaderBytes) / strideBytes);
}
