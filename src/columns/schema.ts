/** A schema: the ordered columns of a stream, a batch or a page. */
import { printType, type SqlType } from './sql-type.ts';

export interface Column {
  readonly name: string;
  readonly type: SqlType;
  /** False only where the plan proves that no NULL can appear. */
  readonly nullable: boolean;
}

export type Schema = readonly Column[];

/** One line: `trader_id VARCHAR, price DOUBLE NOT NULL`. */
export function printSchema(schema: Schema): string {
  return schema
    .map((column) => `${column.name} ${printType(column.type)}${column.nullable ? '' : ' NOT NULL'}`)
    .join(', ');
}
