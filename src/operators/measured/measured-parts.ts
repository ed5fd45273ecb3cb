/**
 * The parts of a task with a meter on them: each does what the part in it does, and notes rows and time.
 * Without a meter the part itself is given back.
 */
import { pageRowCount } from '../../columns/page.ts';
import { putStatus } from '../../kernels/map-contract.ts';
import type { MapKernel } from '../map-kernel.ts';
import type { Channel, PageConsumer, PrivateMemory, Produced, Producer } from '../operator.ts';
import type { BatchPlace } from '../position.ts';
import type { GroupKernel } from '../state/group-kernel.ts';
import type { OperatorMeter } from './operator-meter.ts';

/** Rows out; the rows in of a source are counted where it reads. */
class MeasuredProducer<P extends Producer> implements Producer {
  protected readonly inner: P;
  protected readonly meter: OperatorMeter;

  constructor(inner: P, meter: OperatorMeter) {
    this.inner = inner;
    this.meter = meter;
  }

  get pendingInput(): Promise<void> | undefined {
    return this.inner.pendingInput;
  }

  get place(): BatchPlace {
    return this.inner.place;
  }

  next(): Produced {
    const produced = this.meter.time(() => this.inner.next());
    if (typeof produced === 'number') this.meter.count(0, produced);
    return produced;
  }

  rejectRow(row: number, reason: string): void {
    this.inner.rejectRow(row, reason);
  }

  close(): void {
    this.inner.close();
  }
}

export interface ConsumerMeters {
  readonly own: OperatorMeter;
  /** The exchange's, whose rows are those that the consumer takes. */
  readonly arrival: OperatorMeter;
}

class MeasuredConsumer extends MeasuredProducer<PageConsumer> implements PageConsumer {
  readonly #memory: PrivateMemory;
  readonly #arrival: OperatorMeter;

  constructor(inner: PageConsumer, memory: PrivateMemory, meters: ConsumerMeters) {
    super(inner, meters.own);
    this.#memory = memory;
    this.#arrival = meters.arrival;
  }

  accept(address: number, channel: number): boolean {
    const rows = pageRowCount(this.#memory.view(), address);
    const isTaken = this.meter.time(() => this.inner.accept(address, channel));
    if (isTaken) {
      this.meter.count(rows, 0);
      this.#arrival.count(rows, rows);
    }
    return isTaken;
  }

  endChannel(channel: number, openCount: number): void {
    this.inner.endChannel(channel, openCount);
  }
}

export function measureProducer(producer: Producer, meter: OperatorMeter | undefined): Producer {
  return meter === undefined ? producer : new MeasuredProducer(producer, meter);
}

export function measureConsumer(
  consumer: PageConsumer,
  memory: PrivateMemory,
  meters: ConsumerMeters | undefined,
): PageConsumer {
  return meters === undefined ? consumer : new MeasuredConsumer(consumer, memory, meters);
}

export function measureMap(map: MapKernel, meter: OperatorMeter | undefined): MapKernel {
  if (meter === undefined) return map;
  return {
    reset: () => map.reset(),
    start: (rows, positionBase, offsetBase) => {
      meter.count(rows, 0);
      map.start(rows, positionBase, offsetBase);
    },
    step: () => {
      const before = map.rowsOut();
      const answer = meter.time(() => map.step());
      meter.count(0, Number(map.rowsOut() - before));
      return answer;
    },
    rowsOut: () => map.rowsOut(),
    errorCount: () => map.errorCount(),
  };
}

/** The local table in front of an exchange: groups out; the rows in are counted where they go in. */
export function measureTable(table: GroupKernel, meter: OperatorMeter | undefined): GroupKernel {
  if (meter === undefined) return table;
  return {
    ...table,
    update: (page) => meter.time(() => table.update(page)),
    drain: () => {
      const groups = table.count();
      const answer = meter.time(() => table.drain());
      // The table is emptied when the last of its groups went.
      if (answer === putStatus.done) meter.count(0, groups);
      return answer;
    },
  };
}

export interface ChannelMeter {
  readonly meter: OperatorMeter;
  /** Rows of the text that is sent: all that the map kernel let pass by then. */
  readonly rowsOut: () => bigint;
}

export function measureChannel(
  channel: Channel,
  memory: PrivateMemory,
  measured: ChannelMeter | undefined,
): Channel {
  if (measured === undefined) return channel;
  const { meter, rowsOut } = measured;
  let rowsSent = 0n;
  return {
    get isSending() {
      return channel.isSending;
    },
    trySendPage: (address) => {
      const rows = pageRowCount(memory.view(), address);
      const isSent = meter.time(() => channel.trySendPage(address));
      if (isSent) meter.count(rows, rows);
      return isSent;
    },
    trySendBytes: (address, byteCount) => {
      const isSent = meter.time(() => channel.trySendBytes(address, byteCount));
      if (!isSent) return false;
      const rows = Number(rowsOut() - rowsSent);
      rowsSent = rowsOut();
      meter.count(rows, rows);
      return true;
    },
    tryEnd: () => channel.tryEnd(),
  };
}
