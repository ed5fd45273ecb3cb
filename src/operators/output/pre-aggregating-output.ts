/**
 * The output into a hash exchange that may group rows before they travel. Two modes, measured against each
 * other:
 *
 *   grouping   rows go into a local table, straight from the map kernel or through one local page; a full
 *              table is drained as partials
 *   raw        rows go straight to the pages of their owners
 *
 * It starts grouping. A table that filled up with less than `shrinkMin` rows per group does not pay for
 * itself: the next rows travel raw, then grouping is tried again. Pages hold one kind of row, so a change of
 * mode sends all pages.
 */
import {
  type PageKind,
  pageBytesDefault,
  pageBytesFor,
  pageKinds,
  pageRowCount,
} from '../../columns/page.ts';
import { putStatus } from '../../kernels/map-contract.ts';
import type { Channel, Output, PrivateMemory } from '../operator.ts';
import type { GroupKernel } from '../state/group-kernel.ts';
import { PageBuffer } from './page-buffer.ts';

export interface PreAggregatingOptions {
  readonly memory: PrivateMemory;
  /** u32 for each destination and one more, the local page. */
  readonly pageTable: number;
  /** u16 for each key group, read by the map kernel. */
  readonly routeTable: number;
  /** The owner of each key group: an index into `channels`. */
  readonly owners: Uint16Array;
  readonly channels: readonly Channel[];
  readonly table: GroupKernel;
  readonly mode: 'adaptive' | 'always';
  /** Groups after which the local table is drained. */
  readonly groupsMax: number;
  /** Rows that the map kernel has put out since the start. */
  readonly rowsOut: () => bigint;
  /** Told whenever the mode changes. */
  readonly onMode: (grouping: boolean) => void;
  /** Told of rows that were taken into the local table. */
  readonly onRows: (count: number) => void;
}

/** Rows per group below which grouping first is not worth its cost. */
const shrinkMin = 2;
/** After a table that did not shrink, this many times its rows travel raw before grouping is tried again. */
const rawRunFactor = 32;

export class PreAggregatingOutput implements Output {
  readonly #options: PreAggregatingOptions;
  readonly #local: PageBuffer;
  readonly #pages: readonly PageBuffer[];
  #grouping = true;
  #draining = false;
  /** Pages are being sent before the mode changes to this. */
  #nextMode: boolean | undefined;
  #blocked: number | undefined;
  /** Since the last full table. */
  #rowsGrouped = 0;
  /** The map kernel's count when grouped rows were counted last. */
  #rowsSeen = 0n;
  /** Rows that still travel raw. */
  #rawRows = 0;
  #ended = 0;

  constructor(options: PreAggregatingOptions) {
    this.#options = options;
    const { memory, channels } = options;
    const open = (index: number, kind: PageKind, byteCount: number): PageBuffer =>
      new PageBuffer(memory, { cell: options.pageTable + 4 * index, kind, byteCount });
    const byteCount = pageBytesFor(channels.length);
    this.#pages = channels.map((_, index) => open(index, pageKinds.partials, byteCount));
    this.#local = open(channels.length, pageKinds.rows, pageBytesDefault);
    this.#setMode(true);
  }

  full(index: number): void {
    if (index === this.#options.channels.length) this.#absorb();
    else this.#blocked = index;
  }

  oversized(index: number): void {
    const page = index === this.#options.channels.length ? this.#local : this.#pages[index]!;
    if (page.isEmpty) page.enlarge();
    else this.full(index);
  }

  resume(): boolean {
    if (this.#blocked !== undefined) {
      if (!this.#send(this.#blocked)) return false;
      this.#blocked = undefined;
    }
    if (this.#draining && !this.#drain()) return false;
    if (this.#nextMode !== undefined) {
      if (!this.#pages.every((_, index) => this.#send(index))) return false;
      this.#setMode(this.#nextMode);
      this.#nextMode = undefined;
    }
    return true;
  }

  flush(): void {
    // Grouped rows wait for the end of input: no reader can use a part of them.
    if (this.#grouping) return;
    for (const [index, channel] of this.#options.channels.entries()) {
      // A page that went in part takes no more rows before the rest of it is gone.
      if (!this.#send(index) && channel.isSending) return this.full(index);
    }
  }

  finish(): boolean {
    if (!this.resume()) return false;
    if (this.#grouping && (!this.#local.isEmpty || this.#options.table.count() > 0)) {
      this.#absorb();
      this.#draining = true;
      if (!this.#drain()) return false;
    }
    while (this.#ended < this.#pages.length) {
      const index = this.#ended;
      if (!this.#send(index) || !this.#options.channels[index]!.tryEnd()) return false;
      this.#ended++;
    }
    return true;
  }

  #absorb(): void {
    const { table, groupsMax } = this.#options;
    table.update(this.#local.address);
    this.#local.reset();
    this.#countRows();
    if (table.count() >= groupsMax) this.#draining = true;
  }

  /** All rows that were put out while grouping are in the table by now. */
  #countRows(): void {
    const { rowsOut, onRows } = this.#options;
    const count = Number(rowsOut() - this.#rowsSeen);
    this.#rowsSeen = rowsOut();
    this.#rowsGrouped += count;
    onRows(count);
  }

  #drain(): boolean {
    const groups = this.#options.table.count();
    for (;;) {
      const answer = this.#options.table.drain();
      if (answer === putStatus.done) break;
      if (answer <= putStatus.oversized && this.#pages[putStatus.oversized - answer]!.isEmpty) {
        this.#pages[putStatus.oversized - answer]!.enlarge();
        continue;
      }
      const index = answer <= putStatus.oversized ? putStatus.oversized - answer : answer;
      if (!this.#send(index)) {
        this.#blocked = index;
        return false;
      }
    }
    this.#draining = false;
    this.#decide(groups);
    return true;
  }

  /**
   * After a full table: does grouping pay? `groups`: what was left in it when the last part of the drain
   * began.
   */
  #decide(groups: number): void {
    const shrank = this.#rowsGrouped >= shrinkMin * Math.max(groups, this.#options.groupsMax);
    if (!shrank && this.#options.mode === 'adaptive') {
      this.#nextMode = false;
      this.#rawRows = this.#rowsGrouped * rawRunFactor;
    }
    this.#rowsGrouped = 0;
  }

  #setMode(grouping: boolean): void {
    const { memory, routeTable, owners, channels, rowsOut, onMode } = this.#options;
    const kind: PageKind = grouping ? pageKinds.partials : pageKinds.rows;
    for (const page of this.#pages) page.become(kind);
    const routes = grouping ? new Uint16Array(owners.length).fill(channels.length) : owners;
    memory.bytes().set(new Uint8Array(routes.buffer, routes.byteOffset, routes.byteLength), routeTable);
    this.#grouping = grouping;
    this.#rowsSeen = rowsOut();
    onMode(grouping);
  }

  #send(index: number): boolean {
    const page = this.#pages[index]!;
    if (page.isEmpty) return true;
    const rows = pageRowCount(this.#options.memory.view(), page.address);
    if (!this.#options.channels[index]!.trySendPage(page.address)) return false;
    page.reset();
    if (!this.#grouping && this.#nextMode === undefined) {
      this.#rawRows -= rows;
      if (this.#rawRows <= 0) this.#nextMode = true;
    }
    return true;
  }
}
