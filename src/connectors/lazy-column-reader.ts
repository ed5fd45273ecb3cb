/** A source of columns whose code is loaded when its first unit is opened. */
import { assert } from '../base/assert.ts';
import type { BatchLayout } from '../columns/batch-layout.ts';
import type { ColumnReader, Filled, WorkUnit } from '../io/source.ts';

export class LazyColumnReader implements ColumnReader {
  readonly #load: () => Promise<ColumnReader>;
  #reader: ColumnReader | undefined;

  constructor(load: () => Promise<ColumnReader>) {
    this.#load = load;
  }

  async open(unit: WorkUnit): Promise<void> {
    this.#reader ??= await this.#load();
    await this.#reader.open(unit);
  }

  fill(memory: () => ArrayBufferLike, batch: BatchLayout, allocate: (byteCount: number) => number): Filled {
    assert(this.#reader !== undefined, 'a unit is open');
    return this.#reader.fill(memory, batch, allocate);
  }

  ready(): Promise<void> {
    return this.#reader?.ready() ?? Promise.resolve();
  }

  close(): void {
    this.#reader?.close();
  }
}
