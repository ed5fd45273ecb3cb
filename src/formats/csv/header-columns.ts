/** What a CSV header says: what the fields of a record are called, and which of them a column is in. */
import type { Schema } from '../../columns/schema.ts';

/** A field without a name is called by its place: column1, column2, ... */
export function namesOfFields(header: readonly string[]): readonly string[] {
  return header.map((name, i) => name || `column${i + 1}`);
}

/** The first field of that name, in any case where the column's is lower case; -1 where none has it. */
export function fieldOfColumn(column: string, names: readonly string[]): number {
  return names.findIndex((name) => name === column || name.toLowerCase() === column);
}

/** Whether records behind either header are read alike: as many fields, each column in the same one. */
export function placeAlike(schema: Schema, names: readonly string[], others: readonly string[]): boolean {
  const isAlike = ({ name }: Schema[number]): boolean =>
    fieldOfColumn(name, names) === fieldOfColumn(name, others);
  return names.length === others.length && schema.every(isAlike);
}
