/**
 * A page: rows of one layout and the long strings they point to, self-contained, so that it can be copied
 * between memories as it is. What an exchange carries and what group tables and sorts take in.
 *
 *   [ header, 64 bytes ][ rows, growing up ... ][ free ][ ... heap of long strings, growing down ]
 *
 * Header: u32 rowCount @0, u32 rowsEnd @4, u32 heapStart @8, u32 capacity @12 (all in bytes from the page's
 * start but the first), u32 kind @16, u32 reserved. A long view inside a page holds its address relative to
 * the page's start.
 */

export const pageHeaderBytes = 64;
export const pageBytesDefault = 65_536;

/** A task has a page for each partition that it sends to; together they are no larger. */
const pagesBytesMax = 64 * pageBytesDefault;

/** The bytes of a page between so many partitions, as a power of two; one that has to be larger may be. */
export function pageBytesFor(partitionCount: number): number {
  const share = 2 ** Math.floor(Math.log2(pagesBytesMax / partitionCount));
  return Math.min(pageBytesDefault, share);
}

export const pageRowCountOffset = 0;
export const pageRowsEndOffset = 4;
export const pageHeapStartOffset = 8;
export const pageCapacityOffset = 12;
export const pageKindOffset = 16;

/** What the rows of a page are. */
export const pageKinds = {
  /** Rows as the stage before projected them. */
  rows: 0,
  /** Keys and partial aggregate states, to be merged. */
  partials: 1,
} as const;

export type PageKind = (typeof pageKinds)[keyof typeof pageKinds];

/** Makes `capacityBytes` at `page` an empty page. */
export function resetPage(memory: DataView, page: number, capacityBytes: number, kind: PageKind): void {
  memory.setUint32(page + pageRowCountOffset, 0, true);
  memory.setUint32(page + pageRowsEndOffset, pageHeaderBytes, true);
  memory.setUint32(page + pageHeapStartOffset, capacityBytes, true);
  memory.setUint32(page + pageCapacityOffset, capacityBytes, true);
  memory.setUint32(page + pageKindOffset, kind, true);
}

export function pageRowCount(memory: DataView, page: number): number {
  return memory.getUint32(page + pageRowCountOffset, true);
}
