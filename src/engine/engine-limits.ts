/** Sizes and bounds of the engine: what each means, and between which values it may be set. */

/** Sizes and bounds; every one has a default. Whole numbers all. */
export interface EngineLimits {
  /** Memory of one worker, in bytes: 1 MiB to 4 GiB less 64 KiB, which is the default. */
  readonly memoryBytesMax?: number | undefined;
  /**
   * A record that is longer, and does not lie within one chunk of a file, is a bad record, in bytes: 1 to
   * 1 GiB; by default 64 MiB.
   */
  readonly recordBytesMax?: number | undefined;
  /** What a worker's input buffer begins with, in bytes: 1 to 1 GiB; by default 1 MiB and 128 KiB. */
  readonly inputBufferBytes?: number | undefined;
  /**
   * All rings of one exchange together, in bytes: 64 KiB to 4 GiB; by default 64 MiB. A ring has at least two
   * slots, whatever this says.
   */
  readonly exchangeBytesMax?: number | undefined;
  /**
   * Slots of every ring, of 64 KiB each, or less beyond 64 partitions: a power of two from 1 to 1,024; by
   * default 2 to 16, as many as `exchangeBytesMax` allows.
   */
  readonly ringSlotCount?: number | undefined;
  /** Rows that are computed at a time: 1 to 65,536; by default 2,048. */
  readonly batchRows?: number | undefined;
  /** Groups that a worker holds before it sends them to their owners: 1 to 1,048,576; by default 16,384. */
  readonly preAggregateGroupsMax?: number | undefined;
  /** How long a thread sleeps when nobody wakes it, in milliseconds: 1 to 2,147,483,647; by default 50. */
  readonly sleepMillisMax?: number | undefined;
}

export interface LimitRange {
  readonly lowest: number;
  readonly highest: number;
  readonly isPowerOfTwo?: boolean;
}

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const limitRanges: ReadonlyMap<keyof EngineLimits, LimitRange> = new Map([
  ['memoryBytesMax', { lowest: MiB, highest: 4 * GiB - 64 * KiB }],
  ['recordBytesMax', { lowest: 1, highest: GiB }],
  ['inputBufferBytes', { lowest: 1, highest: GiB }],
  ['exchangeBytesMax', { lowest: 64 * KiB, highest: 4 * GiB }],
  ['ringSlotCount', { lowest: 1, highest: 1024, isPowerOfTwo: true }],
  ['batchRows', { lowest: 1, highest: 65_536 }],
  ['preAggregateGroupsMax', { lowest: 1, highest: 1_048_576 }],
  ['sleepMillisMax', { lowest: 1, highest: 2 ** 31 - 1 }],
]);

/** Of those that the engine itself hands on; the others are decided where they are used. */
export const limitDefaults: Readonly<
  Required<
    Record<
      'memoryBytesMax' | 'recordBytesMax' | 'inputBufferBytes' | 'preAggregateGroupsMax' | 'sleepMillisMax',
      number
    >
  >
> = {
  memoryBytesMax: 4 * GiB - 64 * KiB,
  recordBytesMax: 64 * MiB,
  // A chunk, the byte before it, and what is read at a time to find the end of its last record.
  inputBufferBytes: MiB + 128 * KiB,
  preAggregateGroupsMax: 16_384,
  sleepMillisMax: 50,
};
