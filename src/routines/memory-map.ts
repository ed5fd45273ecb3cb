/**
 * The cells at the bottom of every private memory that all modules of a task share. Static data of modules
 * starts at `staticBase`; the heap starts where the host says, above the last module's static data.
 */

export const memoryMap = {
  /** u32: the first byte the heap has not handed out yet. The host sets it before the first kernel runs. */
  heapTop: 16,
  /** u32: the heap may not grow past this address. */
  heapLimit: 20,
  /** u32: 1 after an allocation was refused; the kernel then traps and the host reports `resource_limit`. */
  heapExhausted: 24,
  /** u32: bytes of the heap in free lists. */
  heapFreeBytes: 28,
  /** 32 x u32: heads of the free lists, one for each power of two. */
  freeLists: 64,
  /** u32 each: start, next free byte and end of the arena's current block. */
  arenaStart: 192,
  arenaNext: 196,
  arenaEnd: 200,
  /** u32: the arena's older blocks of this batch, a linked list. */
  arenaBlocks: 204,
} as const;

/** Where the first module's static data may start. */
export const staticBase = 1024;
