/**
 * Stage 0 as a resumable step: reads chunks, scans batches, and maps them to pages or into the local table.
 * Each step does one bounded piece and says whether it moved; a full ring is remembered in `blockedOn` and
 * tried again.
 */
import { pageKinds } from '../../../src/columns/page.ts';
import { control } from '../kernels/map.ts';
import { type ChunkRange, ChunkReader } from './chunk-reader.ts';
import type { WorkerInput } from './job.ts';
import type { Laps } from './laps.ts';
import { groupRow, rawRow } from './layout.ts';
import type { Outbox } from './outbox.ts';
import { GroupTable, type Loop } from './owner.ts';

export interface MapperParts {
  readonly memory: WebAssembly.Memory;
  readonly loops: Readonly<Record<string, Loop & ((log2: number) => void)>>;
  readonly owned: GroupTable;
  readonly outbox: Outbox;
  readonly laps: Laps;
}

/** Below this shrinkage pre-aggregation costs more than it saves. */
const shrinkMin = 2;
/** After a local table that did not shrink, so many times its rows go out raw before the next try. */
const rawRowsPerTry = 16;

export class Mapper {
  readonly #input: WorkerInput;
  readonly #parts: MapperParts;
  readonly #words: Int32Array;
  readonly #reader: ChunkReader;
  readonly #local: GroupTable;
  readonly #scan: (p: number, end: number, rowsMax: number) => number;
  readonly #map: (from: number, to: number) => number;
  readonly #scanMap: (p: number, end: number) => number;
  readonly #drain: (from: number, to: number) => number;
  #chunk: ChunkRange | undefined = { from: 0, end: 0 };
  #row = 0;
  #rows = 0;
  #drainAt = -1;
  #localRows = 0;
  #rawRowsLeft = 0;
  #preaggregates: boolean;
  /** Destinations still to be flushed before anything else; then ends, when the input is done. */
  #flushFrom: number;
  #endsFrom = 0;
  blockedOn = -1;
  done = false;
  records = 0;
  parks = 0;
  steps = 0;

  constructor(input: WorkerInput, parts: MapperParts) {
    const { spec, layout, rings } = input;
    this.#input = input;
    this.#parts = parts;
    this.#words = new Int32Array(parts.memory.buffer);
    const bytes = new Uint8Array(parts.memory.buffer);
    const counter = new Int32Array(rings.memory.buffer);
    this.#reader = new ChunkReader(spec.file, input.fileBytes, { bytes, input: layout.input, counter });
    const rehash = parts.loops.rehash_local!;
    this.#local = new GroupTable(parts.memory, layout.local, rehash, spec.twoPhaseFrom);
    const exports = parts.loops as unknown as Record<string, (...args: number[]) => number>;
    this.#scan = exports.scan!;
    this.#map = exports.map!;
    this.#scanMap = exports.scan_map!;
    this.#drain = exports.drain!;
    this.#preaggregates = spec.shape === 'partials' || spec.shape === 'adaptive';
    this.#flushFrom = layout.outPages.length;
    this.#setControl(control.blockedOn, -1);
    this.#openPages();
  }

  /** Does one piece of work; false when stage 0 is parked or done. */
  step(): boolean {
    if (this.done) return false;
    this.steps++;
    if (this.blockedOn >= 0 && !this.#retry()) return false;
    if (this.#drainAt >= 0) return this.#drainLocal();
    if (this.#flushFrom < this.#input.layout.outPages.length) return this.#flushNext();
    if (this.#row < this.#rows) return this.#mapRows();
    if (this.#chunk === undefined) return this.#finish();
    if (this.#chunk.from >= this.#chunk.end) {
      this.#chunk = this.#reader.next();
      this.#parts.laps.lap('read');
      if (this.#chunk === undefined) this.#endOfInput();
      return true;
    }
    if (this.#input.spec.shape === 'fused') return this.#mapText(this.#chunk);
    return this.#takeBatch(this.#chunk);
  }

  #takeBatch(chunk: ChunkRange): boolean {
    const { spec } = this.#input;
    if (spec.shape === 'adaptive' && !this.#preaggregates && this.#rawRowsLeft <= 0) {
      this.#switchTo(true);
      return true;
    }
    const rows = this.#scan(chunk.from, chunk.end, spec.batchRows);
    this.#parts.laps.lap('scan');
    this.#failIfSlow();
    this.#chunk = { from: this.#words[(this.#input.layout.control + control.cursor) >> 2]!, end: chunk.end };
    this.records += rows;
    if (spec.shape === 'direct' || spec.shape === 'alone') {
      this.#aggregate('aggregate', this.#parts.owned, rows);
    } else if (this.#preaggregates) {
      this.#aggregate('preaggregate', this.#local, rows);
      this.#localRows += rows;
      const full = this.#local.count > spec.localGroupsMax - spec.batchRows;
      if (full || this.#localRows >= spec.epochRows) this.#drainAt = this.#input.layout.local.entries;
    } else {
      this.#row = 0;
      this.#rows = rows;
      this.#rawRowsLeft -= rows;
    }
    return true;
  }

  #aggregate(loop: string, table: GroupTable, rows: number): void {
    table.reserve(rows);
    this.#parts.loops[table.twoPhase ? `${loop}_two_phase` : loop]!(0, 0, rows);
    this.#parts.laps.lap('update');
  }

  #mapRows(): boolean {
    const limit = Math.min(this.#rows, this.#row + this.#input.spec.budgetRows);
    this.#row = this.#map(this.#row, limit);
    this.#parts.laps.lap('map');
    return this.#sendIfFull();
  }

  #mapText(chunk: ChunkRange): boolean {
    const from = this.#scanMap(chunk.from, chunk.end);
    this.#parts.laps.lap('map');
    this.#failIfSlow();
    this.#chunk = { from, end: chunk.end };
    return this.#sendIfFull();
  }

  #drainLocal(): boolean {
    this.#drainAt = this.#drain(this.#drainAt, this.#local.entriesEnd);
    this.#parts.laps.lap('map');
    const moved = this.#sendIfFull();
    if (this.#drainAt === this.#local.entriesEnd) {
      const shrinks = this.#localRows >= shrinkMin * this.#local.count;
      if (this.#input.spec.shape === 'adaptive' && !shrinks) this.#switchTo(false);
      this.#rawRowsLeft = rawRowsPerTry * this.#localRows;
      this.#local.clear();
      this.#localRows = 0;
      this.#drainAt = -1;
    }
    return moved;
  }

  /** Pages hold one kind of row, so those begun are sent first. */
  #switchTo(preaggregates: boolean): void {
    this.#preaggregates = preaggregates;
    this.#flushFrom = 0;
  }

  /** One page a step; the last one lets the pages be opened for the next kind of rows. */
  #flushNext(): boolean {
    if (!this.#send(this.#flushFrom)) return false;
    if (++this.#flushFrom === this.#input.layout.outPages.length) this.#openPages();
    return true;
  }

  #openPages(): void {
    const partials = this.#preaggregates;
    const stride = partials ? groupRow.strideBytes : rawRow.strideBytes;
    this.#parts.outbox.open(partials ? pageKinds.partials : pageKinds.rows, stride);
  }

  #endOfInput(): void {
    if (this.#preaggregates) this.#drainAt = this.#input.layout.local.entries;
    this.#flushFrom = 0;
  }

  #finish(): boolean {
    const { partition, spec } = this.#input;
    for (; this.#endsFrom < spec.partitionCount; this.#endsFrom++) {
      if (this.#endsFrom === partition || spec.shape === 'alone') continue;
      if (!this.#parts.outbox.sendEnd(this.#endsFrom)) {
        this.blockedOn = this.#endsFrom;
        return false;
      }
    }
    if (spec.shape === 'fused') this.records = this.#parts.outbox.rowsMapped;
    this.done = true;
    return true;
  }

  #sendIfFull(): boolean {
    const to = this.#words[(this.#input.layout.control + control.blockedOn) >> 2]!;
    if (to < 0) return true;
    this.#setControl(control.blockedOn, -1);
    return this.#send(to);
  }

  #send(to: number): boolean {
    const sent = this.#parts.outbox.flush(to);
    this.#parts.laps.lap('send');
    if (sent) return true;
    this.blockedOn = to;
    this.parks++;
    return false;
  }

  #retry(): boolean {
    const to = this.blockedOn;
    // Ends are sent by #finish, which tries again by itself.
    if (
      this.#chunk !== undefined ||
      this.#drainAt >= 0 ||
      this.#flushFrom < this.#input.layout.outPages.length
    ) {
      if (!this.#parts.outbox.flush(to)) return false;
    }
    this.blockedOn = -1;
    return true;
  }

  #failIfSlow(): void {
    if (this.#words[(this.#input.layout.control + control.slow) >> 2] !== 0) {
      throw new Error('a record does not have the expected shape');
    }
  }

  #setControl(offset: number, value: number): void {
    this.#words[(this.#input.layout.control + offset) >> 2] = value;
  }
}
