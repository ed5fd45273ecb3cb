/** Column names as keys of JSON objects, which must not repeat one. */
import type { Column, Schema } from '../columns/schema.ts';

/** Later columns of the same name get a number. */
export function namedOnce(schema: Schema): Schema {
  const seen = new Map<string, number>();
  return schema.map((column): Column => {
    const count = (seen.get(column.name) ?? 0) + 1;
    seen.set(column.name, count);
    return count === 1 ? column : { ...column, name: `${column.name}_${count}` };
  });
}
