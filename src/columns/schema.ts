/** A schema: the ordered columns of a stream, a batch or a page. */
import { printType, type SqlType } from './sql-type.ts';

export interface Column {
  readonly name: string;
  readonly type: SqlType;
  /** False only where the plan proves that no NULL can appear. */
  readonly nullable: boolean;
  /** What the declaration of the column asks of its values beyond their type. */
  readonly limit?: ColumnLimit | undefined;
}

/** VARCHAR(n) · SMALLINT · TIMESTAMP(p), TIMESTAMPTZ(p) and INTERVAL(p) */
export type ColumnLimit =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'smallint' }
  | { readonly kind: 'seconds'; readonly digits: number };

export type Schema = readonly Column[];

/** One line: `trader_id VARCHAR, price DOUBLE NOT NULL`. */
export function printSchema(schema: Schema): string {
  return schema
    .map((column) => `${column.name} ${printType(column.type)}${column.nullable ? '' : ' NOT NULL'}`)
    .join(', ');
}
