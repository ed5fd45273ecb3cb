/** Fills batches from a source of columns: columnar files, generated rows. */
import { encodeUtf8 } from '../../base/bytes.ts';
import type { BatchLayout } from '../../columns/batch-layout.ts';
import type { ColumnReader } from '../../io/source.ts';
import type { PrivateMemory, Produced, Producer } from '../operator.ts';
import { type BatchPlace, positionOf } from '../position.ts';
import type { RejectedRecord, RejectRecord, TakenUnit, UnitQueue } from './unit-queue.ts';

export interface ColumnProducerOptions {
  readonly memory: PrivateMemory;
  readonly batch: BatchLayout;
  readonly queue: UnitQueue;
  readonly reader: ColumnReader;
  readonly reject: RejectRecord;
  /** False while those who take rejected records are behind; no more are read then. */
  readonly hasRoomForRejected: () => boolean;
  readonly onProgress: (records: number, bytes: number) => void;
  readonly onUnit: (taken: TakenUnit) => void;
}

export class ColumnProducer implements Producer {
  readonly #options: ColumnProducerOptions;
  #taken: TakenUnit | undefined;
  #pending: Promise<void> | undefined;
  #isOpening = false;
  #failure: unknown;
  #rowInUnit = 0;
  #rowsInBatch = 0;
  #strings: { address: number; byteCount: number }[] = [];

  constructor(options: ColumnProducerOptions) {
    this.#options = options;
  }

  get pendingInput(): Promise<void> | undefined {
    return this.#pending;
  }

  get place(): BatchPlace {
    const { unit } = this.#taken!;
    const row = this.#rowInUnit - this.#rowsInBatch;
    return { positionBase: positionOf(unit, row), offsetBase: BigInt(unit.start + row) };
  }

  rejectRow(row: number, reason: string): void {
    const rowInUnit = this.#rowInUnit - this.#rowsInBatch + row;
    this.#reject(rowInUnit, { reason, column: undefined, wasRead: true });
  }

  next(): Produced {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOpening) return 'needs_input';
    this.#pending = undefined;
    if (this.#taken === undefined) return this.#open();
    const { memory, batch, reader, queue, onProgress, hasRoomForRejected } = this.#options;
    if (!hasRoomForRejected()) return 'needs_input';
    // Rows may be long in coming: a unit is left where it stands.
    if (queue.isStopping) {
      this.#taken = undefined;
      return 'worked';
    }
    for (const { address, byteCount } of this.#strings) memory.free(address, byteCount);
    this.#strings = [];
    const filled = reader.fill(
      () => memory.memory.buffer,
      batch,
      (byteCount) => {
        const address = memory.allocate(byteCount);
        this.#strings.push({ address, byteCount });
        return address;
      },
    );
    if (filled === 'wait') {
      this.#pending = reader.ready();
      return 'needs_input';
    }
    if (filled === 0) {
      onProgress(0, this.#taken.unit.byteCount);
      this.#taken = undefined;
      return 'worked';
    }
    if (typeof filled !== 'number') {
      onProgress(1, 0);
      this.#reject(this.#rowInUnit++, { ...filled, wasRead: false });
      return 'worked';
    }
    this.#rowsInBatch = filled;
    this.#rowInUnit += filled;
    onProgress(filled, 0);
    return filled;
  }

  close(): void {
    this.#options.queue.close();
    this.#options.reader.close();
  }

  #reject(rowInUnit: number, about: Pick<RejectedRecord, 'reason' | 'column' | 'wasRead'>): void {
    const { index, unit } = this.#taken!;
    const offset = unit.start + rowInUnit;
    const payload = encodeUtf8(`row ${offset}`);
    this.#options.reject({ unitIndex: index, unit, offset, measure: 'row', payload, ...about });
  }

  #open(): Produced {
    const taken = this.#options.queue.take();
    if (taken === undefined) return 'end';
    this.#rowInUnit = 0;
    this.#isOpening = true;
    this.#pending = this.#options.reader.open(taken.unit).then(
      () => {
        this.#taken = taken;
        this.#isOpening = false;
        this.#options.onUnit(taken);
      },
      (error: unknown) => {
        this.#failure = error;
        this.#isOpening = false;
      },
    );
    return 'needs_input';
  }
}
