/** Rows for a program: the text that the workers wrote, as objects. */
import type { Schema } from '../columns/schema.ts';

/**
 * A value by its SQL type; NULL is null:
 *
 *   BOOLEAN                      boolean
 *   INT                          number
 *   BIGINT                       number up to 2^53 - 1, either side of zero; bigint beyond
 *   DOUBLE                       number, also NaN and the infinities
 *   DECIMAL                      string, with every digit of its scale
 *   VARCHAR                      string
 *   DATE, TIMESTAMP, TIMESTAMPTZ string in ISO 8601
 *   INTERVAL                     string as PostgreSQL writes it
 */
export type RowValue = boolean | number | bigint | string | null;

/** One row, by column name. */
export type Row = Record<string, RowValue>;

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Reads JSON lines of rows with the given columns. */
export function parseRows(text: string, schema: Schema): Row[] {
  const kinds = new Map(schema.map(({ name, type }) => [name, type.kind]));
  const revive: Reviver = (key, value, { source }) => {
    const kind = kinds.get(key);
    // JSON has no number for NaN and the infinities.
    if (typeof value === 'string') return kind === 'double' ? Number(value) : value;
    if (typeof value !== 'number' || source === undefined) return value;
    if (kind === 'decimal') return source;
    return kind === 'bigint' && !Number.isSafeInteger(value) ? BigInt(source) : value;
  };
  const isAsParsed = schema.every(({ type }) => !['bigint', 'decimal', 'double'].includes(type.kind));
  const reviver = isAsParsed ? undefined : (revive as (key: string, value: unknown) => unknown);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line, reviver) as Row]));
}
