/**
 * A batch: up to `capacityRows` rows as columns at fixed addresses of a private memory, the form in which
 * expressions read them. Each column is an array of values and, where it can hold NULL, an array of null
 * bytes (1 = NULL; the value is then all zero). Long string views hold absolute addresses and stay valid
 * until the producer's next step.
 */
import type { Column, Schema } from './schema.ts';
import { type Storage, storageBytes, storageOf } from './sql-type.ts';

export const batchCapacityRowsDefault = 2048;

export interface BatchColumn {
  readonly column: Column;
  readonly storage: Storage;
  /** Address of row 0's value; row i lies `i * storageBytes[storage]` further. */
  readonly valuesAddress: number;
  /** Address of row 0's null byte; undefined where the column holds no NULL. */
  readonly nullsAddress: number | undefined;
}

export interface BatchLayout {
  readonly capacityRows: number;
  readonly columns: readonly BatchColumn[];
}

/** Lays a batch out in memory that `reserve` hands out (byte count, alignment, address). */
export function layoutBatch(
  schema: Schema,
  capacityRows: number,
  reserve: (byteCount: number, alignBytes: number) => number,
): BatchLayout {
  const columns = schema.map((column) => {
    const storage = storageOf(column.type);
    const valuesAddress = reserve(capacityRows * storageBytes[storage], 64);
    const nullsAddress = column.nullable ? reserve(capacityRows, 64) : undefined;
    return { column, storage, valuesAddress, nullsAddress };
  });
  return { capacityRows, columns };
}
