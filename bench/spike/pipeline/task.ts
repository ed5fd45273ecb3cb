/**
 * One partition's work: stage 0 (read, scan, map or pre-aggregate, send) and stage 1 (own the groups). Stage
 * 1 runs first; a full ring parks stage 0 alone, and the worker sleeps only when neither stage can move.
 */
import {
  pageHeaderBytes,
  pageHeapStartOffset,
  pageKindOffset,
  pageRowsEndOffset,
} from '../../../src/columns/page.ts';
import type { CollectedGroups, WorkerInput, WorkerStats } from './job.ts';
import { Laps } from './laps.ts';
import { pageKindEnd } from './layout.ts';
import { Mapper } from './mapper.ts';
import { Outbox } from './outbox.ts';
import { GroupTable, type Loop, Owner } from './owner.ts';
import { Doorbell, Ring } from './ring.ts';

const spinsMax = 2000;
const sleepMillisMax = 50;

export class Task {
  readonly #input: WorkerInput;
  readonly #owner: Owner;
  readonly #outbox: Outbox;
  readonly #mapper: Mapper;
  readonly #inbox: readonly (Ring | undefined)[];
  readonly #outRings: readonly Ring[];
  readonly #doorbells: readonly Doorbell[];
  readonly #ringView: DataView;
  readonly #receive: (to: number, from: number, byteCount: number) => void;
  readonly #laps = new Laps();
  #endsMissing: number;
  #sleeps = 0;

  constructor(input: WorkerInput, memory: WebAssembly.Memory) {
    const { spec, partition, layout, rings } = input;
    const inRing = spec.memory === 'shared';
    const stage = new WebAssembly.Instance(input.stage, { env: { memory } }).exports;
    const loops = stage as unknown as Record<string, Loop & ((log2: number) => void)>;
    const everyone = Array.from({ length: spec.partitionCount }, (_, other) => other);
    this.#input = input;
    this.#doorbells = everyone.map((other) => new Doorbell(rings, other));
    this.#outRings = everyone.map((other) => new Ring(rings, partition, other));
    this.#inbox = everyone.map((other) =>
      other === partition ? undefined : new Ring(rings, other, partition),
    );
    this.#endsMissing = spec.shape === 'alone' ? 0 : spec.partitionCount - 1;
    this.#ringView = new DataView(rings.memory.buffer);
    const owned = new GroupTable(memory, layout.owned, loops.rehash_owned!, spec.twoPhaseFrom);
    this.#owner = new Owner(memory, layout.owned, owned, {
      update: loops.update!,
      updateTwoPhase: loops.update_two_phase!,
      merge: loops.merge!,
      mergeTwoPhase: loops.merge_two_phase!,
    });
    const takeOwnPage = (page: number) => this.#takePage(page);
    let send = (_to: number, _from: number, _byteCount: number): void => {};
    this.#receive = send;
    if (!inRing) {
      const imports = { env: { memory, rings: rings.memory } };
      const exchange = new WebAssembly.Instance(input.exchange, imports).exports;
      send = exchange.send as typeof send;
      this.#receive = exchange.receive as typeof send;
    }
    const { pageBytes } = spec;
    const copies = {
      memory,
      ringMemory: rings.memory,
      rings: this.#outRings,
      doorbells: this.#doorbells,
      send,
    };
    this.#outbox = new Outbox({ layout, partition, pageBytes, takeOwnPage, ...copies });
    this.#mapper = new Mapper(input, { memory, loops, owned, outbox: this.#outbox, laps: this.#laps });
  }

  run(): Omit<WorkerStats, 'startedNanos' | 'endedNanos' | 'cpuMillis'> {
    this.#laps.restart();
    for (;;) {
      const took = this.#drainInbox();
      const mapped = this.#mapper.step();
      if (this.#mapper.done && this.#endsMissing === 0) break;
      if (took || mapped) continue;
      this.#waitForWork();
      this.#laps.lap('idle');
    }
    const { records, parks, steps } = this.#mapper;
    const { pagesSent, rowsSent } = this.#outbox;
    const millis = this.#laps.millis;
    return { records, pagesSent, rowsSent, parks, steps, sleeps: this.#sleeps, millis };
  }

  collect(): CollectedGroups {
    return this.#owner.collect();
  }

  #drainInbox(): boolean {
    let progressed = false;
    for (let from = 0; from < this.#inbox.length; from++) {
      const ring = this.#inbox[from];
      if (!ring) continue;
      for (let slot = ring.fullSlot(); slot >= 0; slot = ring.fullSlot()) {
        this.#takeSlot(slot);
        ring.release();
        this.#doorbells[from]!.ring();
        progressed = true;
      }
    }
    return progressed;
  }

  #takeSlot(slot: number): void {
    if (this.#ringView.getUint32(slot + pageKindOffset, true) === pageKindEnd) {
      this.#endsMissing--;
      return;
    }
    const { spec, layout } = this.#input;
    if (spec.memory === 'shared') {
      this.#takePage(slot);
      return;
    }
    const rowsEnd = this.#ringView.getUint32(slot + pageRowsEndOffset, true);
    const heapStart = this.#ringView.getUint32(slot + pageHeapStartOffset, true);
    this.#receive(layout.inPage, slot, Math.max(rowsEnd, pageHeaderBytes));
    if (heapStart < spec.pageBytes) {
      this.#receive(layout.inPage + heapStart, slot + heapStart, spec.pageBytes - heapStart);
    }
    this.#laps.lap('receive');
    this.#takePage(layout.inPage);
  }

  #takePage(page: number): void {
    this.#owner.takePage(page);
    this.#laps.lap('update');
  }

  #waitForWork(): void {
    for (let spin = 0; spin < spinsMax; spin++) if (this.#ready()) return;
    this.#sleeps++;
    this.#doorbells[this.#input.partition]!.sleepUnless(() => this.#ready(), sleepMillisMax);
  }

  #ready(): boolean {
    for (const ring of this.#inbox) if (ring && ring.fullSlot() >= 0) return true;
    const blockedOn = this.#mapper.blockedOn;
    return blockedOn >= 0 && this.#outRings[blockedOn]!.freeSlot() >= 0;
  }
}
