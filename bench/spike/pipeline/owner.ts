/**
 * Stage 1: the table of the groups a partition owns, fed by pages or, without an exchange, by the batch's
 * columns.
 */
import { pageKindOffset, pageKinds, pageRowCountOffset } from '../../../src/columns/page.ts';
import { tableState } from '../kernels/table.ts';
import type { CollectedGroups } from './job.ts';
import { groupRow, type TableLayout } from './layout.ts';

export type Loop = (base: number, from: number, to: number) => void;

/** A kernel's table as the host sees it: keeps the load at or below one half and picks the loop by size. */
export class GroupTable {
  readonly #words: Int32Array;
  readonly #layout: TableLayout;
  readonly #rehash: (log2: number) => void;
  readonly #twoPhaseFrom: number;
  #log2 = 12;

  constructor(
    memory: WebAssembly.Memory,
    layout: TableLayout,
    rehash: (log2: number) => void,
    twoPhaseFrom: number,
  ) {
    this.#words = new Int32Array(memory.buffer);
    this.#layout = layout;
    this.#rehash = rehash;
    this.#twoPhaseFrom = twoPhaseFrom;
    this.clear();
  }

  get count(): number {
    return this.#words[(this.#layout.state + tableState.count) >> 2]!;
  }

  get entriesEnd(): number {
    return this.#words[(this.#layout.state + tableState.nextEntry) >> 2]!;
  }

  get stringsEnd(): number {
    return this.#words[(this.#layout.state + tableState.nextString) >> 2]!;
  }

  get twoPhase(): boolean {
    return this.count >= this.#twoPhaseFrom;
  }

  clear(): void {
    const { state, entries, strings } = this.#layout;
    this.#words[(state + tableState.nextEntry) >> 2] = entries;
    this.#words[(state + tableState.nextString) >> 2] = strings;
    this.#words[(state + tableState.count) >> 2] = 0;
    this.#rehash(this.#log2);
  }

  /** Grows the slots so that `more` new groups would still leave half of them free. */
  reserve(more: number): void {
    const wanted = 2 * (this.count + more);
    if (wanted <= 2 ** this.#log2) return;
    while (wanted > 2 ** this.#log2) this.#log2++;
    if (this.#log2 > this.#layout.slotsLog2Max) throw new Error('the group table is full');
    this.#rehash(this.#log2);
  }
}

export interface OwnerLoops {
  readonly update: Loop;
  readonly updateTwoPhase: Loop;
  readonly merge: Loop;
  readonly mergeTwoPhase: Loop;
}

export class Owner {
  readonly table: GroupTable;
  readonly #memory: WebAssembly.Memory;
  readonly #words: Int32Array;
  readonly #layout: TableLayout;
  readonly #loops: OwnerLoops;

  constructor(memory: WebAssembly.Memory, layout: TableLayout, table: GroupTable, loops: OwnerLoops) {
    this.table = table;
    this.#memory = memory;
    this.#words = new Int32Array(memory.buffer);
    this.#layout = layout;
    this.#loops = loops;
  }

  /** Takes in a page of rows or partial groups. */
  takePage(page: number): void {
    const rowCount = this.#words[(page + pageRowCountOffset) >> 2]!;
    const kind = this.#words[(page + pageKindOffset) >> 2]!;
    this.table.reserve(rowCount);
    const { update, updateTwoPhase, merge, mergeTwoPhase } = this.#loops;
    const [rows, phases] = kind === pageKinds.partials ? [merge, mergeTwoPhase] : [update, updateTwoPhase];
    (this.table.twoPhase ? phases : rows)(page, 0, rowCount);
  }

  collect(): CollectedGroups {
    const { entries, strings } = this.#layout;
    const bytes = new Uint8Array(this.#memory.buffer);
    return {
      entries: Uint8Array.from(bytes.subarray(entries, this.table.entriesEnd)),
      strings: Uint8Array.from(bytes.subarray(strings, this.table.stringsEnd)),
      stringsAddress: strings,
    };
  }
}

export const entryBytes: number = groupRow.strideBytes;
