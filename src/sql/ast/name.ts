/**
 * The leaves of the tree that name things: identifiers, dotted names and data types. An unquoted identifier
 * is folded to lower case, as in PostgreSQL; whether a name exists is not known here.
 */
import type { SourceSpan } from '../../base/error.ts';

export interface Identifier {
  readonly kind: 'identifier';
  /** Folded to lower case unless `quoted`; never empty. */
  readonly name: string;
  readonly quoted: boolean;
  readonly span: SourceSpan;
}

/** `name` or `schema.name`: a stream, a table or a function. */
export interface QualifiedName {
  readonly kind: 'qualified_name';
  /** At least one; the last one alone also qualifies the columns of a stream or table. */
  readonly parts: readonly Identifier[];
  readonly span: SourceSpan;
}

/** The parts as one name, with dots between them: what a stream, a table or a function is known by. */
export function dottedName({ parts }: Pick<QualifiedName, 'parts'>): string {
  return parts.map(({ name }) => name).join('.');
}

/**
 * The canonical names of the types the grammar knows; every accepted spelling maps to one of them. `real`
 * and `char` have no type of their own in the engine: the binder decides what becomes of them.
 */
export const builtinTypeNames = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'decimal',
  'char',
  'varchar',
  'bytes',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
] as const;

export type BuiltinTypeName = (typeof builtinTypeNames)[number];

export interface DataType {
  readonly kind: 'data_type';
  /** A `BuiltinTypeName`, or any other identifier as folded, for the binder to refuse with a proposal. */
  readonly name: string;
  /** What stands in parentheses: precision and scale of `decimal`, length of `varchar`, digits of seconds. */
  readonly parameters: readonly number[];
  readonly span: SourceSpan;
}
