/**
 * Where records begin and end in raw bytes. A chunk owns the records that start in it, so a cutter finds the
 * first boundary at or after a byte; quoted line feeds make that depend on the quotes before, which is then
 * what one chunk hands on to the next (a state: 1 outside quotes, 2 inside).
 */

export interface RecordCutter {
  /** Whether a chunk must know how its predecessor ended. */
  readonly isChained: boolean;
  /** The state behind [start, end), given the state before it. Addresses are in private memory. */
  stateAfter(start: number, end: number, state: number): number;
  /** The address behind the first record end at or after `start`; -1 when there is none before `end`. */
  recordEnd(bytes: Uint8Array, start: number, end: number, state: number): number;
  /**
   * The address behind the last record end in [start, end), where `start` begins a record; `start` when none.
   */
  lastRecordEnd(bytes: Uint8Array, start: number, end: number): number;
}

export const outsideQuotes = 1;
export const insideQuotes = 2;

const lineFeed = 10;

/** Records that end with a line feed wherever it stands: JSON lines, CSV without quotes. */
export const lineCutter: RecordCutter = {
  isChained: false,
  stateAfter: () => outsideQuotes,
  recordEnd: (bytes, start, end) => {
    // Of the range alone: a search in all of memory would go on behind it.
    const at = bytes.subarray(start, end).indexOf(lineFeed);
    return at < 0 ? -1 : start + at + 1;
  },
  lastRecordEnd: (bytes, start, end) => {
    return start + bytes.subarray(start, end).lastIndexOf(lineFeed) + 1;
  },
};

/** Kernel exports that know quotes (kernels/scan/csv). */
export interface QuoteKernel {
  /** The number of quote bytes in [start, end). */
  quoteCount(start: number, end: number): number;
  /** The address behind the first line feed outside quotes; `end` + 1 when there is none. */
  recordEnd(start: number, end: number, isInside: number): number;
}

/** Records whose fields may hold quoted line feeds. A doubled quote leaves the parity as it is. */
export function createQuoteCutter(kernel: QuoteKernel): RecordCutter {
  return {
    isChained: true,
    stateAfter: (start, end, state) => {
      const isOdd = (kernel.quoteCount(start, end) & 1) === 1;
      return isOdd ? outsideQuotes + insideQuotes - state : state;
    },
    recordEnd: (_bytes, start, end, state) => {
      const at = kernel.recordEnd(start, end, state === insideQuotes ? 1 : 0);
      return at > end ? -1 : at;
    },
    lastRecordEnd: (bytes, start, end) => {
      // Going back line by line, the quotes behind a candidate are taken off the count of all.
      let quotes = kernel.quoteCount(start, end);
      for (let at = end; ; ) {
        const before = start + bytes.subarray(start, at).lastIndexOf(lineFeed);
        if (before < start) return start;
        quotes -= kernel.quoteCount(before, at);
        if ((quotes & 1) === 0) return before + 1;
        at = before;
      }
    },
  };
}
