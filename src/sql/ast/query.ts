/**
 * Expressions and queries: one file because they contain each other. Nodes are frozen plain data, tagged by
 * `kind`, each with the span of source text it came from. An absent clause is `undefined` or an empty list.
 * Nothing here is resolved: a name is a name, a call is a call.
 */
import type { SourceSpan } from '../../base/error.ts';
import type { BooleanLiteral, Literal, NumberLiteral, StringLiteral } from './literal.ts';
import type { DataType, Identifier, QualifiedName } from './name.ts';

// ---- Queries

export type Query = Select;

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: TableReference | undefined;
  readonly where: Expression | undefined;
  /** Expressions as written: the binder finds out which are ordinals or aliases. */
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly orderBy: readonly SortItem[];
  /** `LIMIT ALL` is the same as none. */
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  /** Only on the outermost query of a statement. */
  readonly emit: EmitClause | undefined;
  readonly span: SourceSpan;
}

export type SelectItem = SelectExpression | SelectStar;

export interface SelectExpression {
  readonly kind: 'select_expression';
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
  readonly span: SourceSpan;
}

/** `*` or `t.*`. */
export interface SelectStar {
  readonly kind: 'select_star';
  readonly qualifier: QualifiedName | undefined;
  readonly span: SourceSpan;
}

export type TableReference = NamedTable | UriTable | Subquery;

export interface NamedTable {
  readonly kind: 'named_table';
  readonly name: QualifiedName;
  readonly alias: TableAlias | undefined;
  readonly span: SourceSpan;
}

/** `FROM 'trades.jsonl'`, `FROM 'file:///data/*.csv'`. */
export interface UriTable {
  readonly kind: 'uri_table';
  readonly uri: StringLiteral;
  readonly alias: TableAlias | undefined;
  readonly span: SourceSpan;
}

export interface Subquery {
  readonly kind: 'subquery';
  readonly query: Query;
  readonly alias: TableAlias | undefined;
  readonly span: SourceSpan;
}

export interface TableAlias {
  readonly kind: 'table_alias';
  readonly name: Identifier;
  /** New names for the first columns, possibly none. */
  readonly columns: readonly Identifier[];
  readonly span: SourceSpan;
}

export interface SortItem {
  readonly kind: 'sort_item';
  readonly expression: Expression;
  readonly direction: 'asc' | 'desc';
  /** As written; absent means last for `asc` and first for `desc`, as in PostgreSQL. */
  readonly nulls: 'first' | 'last' | undefined;
  readonly span: SourceSpan;
}

export interface EmitClause {
  readonly kind: 'emit';
  readonly mode: 'final' | 'changes';
  readonly span: SourceSpan;
}

/** `WITH (connector = 'file', 'trades.path' = 'x.jsonl')`; keys are distinct. */
export interface PropertyList {
  readonly kind: 'property_list';
  readonly entries: readonly Property[];
  readonly span: SourceSpan;
}

export interface Property {
  readonly kind: 'property';
  /** Dotted text; folded to lower case where it was written without quotes. */
  readonly key: string;
  readonly keySpan: SourceSpan;
  /** A bare word is taken as a string; a number may carry a minus sign in its text. */
  readonly value: StringLiteral | NumberLiteral | BooleanLiteral;
  readonly span: SourceSpan;
}

// ---- Expressions

export type Expression =
  | Literal
  | ColumnReference
  | Unary
  | Binary
  | Logical
  | IsTest
  | DistinctTest
  | Between
  | InList
  | Like
  | Cast
  | Case
  | Call
  | ExtractField
  | AtTimeZone
  | DatetimeFunction;

/** `price`, `t.price`, `s.t.price`. */
export interface ColumnReference {
  readonly kind: 'column_reference';
  readonly parts: readonly Identifier[];
  readonly span: SourceSpan;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | 'not';
  readonly operand: Expression;
  readonly span: SourceSpan;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type BinaryOperator = ComparisonOperator | '+' | '-' | '*' | '/' | '%' | '^' | '||';

export interface Binary {
  readonly kind: 'binary';
  /** `!=` is `<>`. */
  readonly operator: BinaryOperator;
  /** Where the operator itself stands, for errors about it. */
  readonly operatorSpan: SourceSpan;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: SourceSpan;
}

/** `a AND b AND c` is one node of three operands; the first operand is never the same connective. */
export interface Logical {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly operands: readonly Expression[];
  readonly span: SourceSpan;
}

/** `x IS [NOT] NULL | TRUE | FALSE | UNKNOWN`. */
export interface IsTest {
  readonly kind: 'is_test';
  readonly operand: Expression;
  readonly test: 'null' | 'true' | 'false' | 'unknown';
  readonly negated: boolean;
  readonly span: SourceSpan;
}

/** `a IS [NOT] DISTINCT FROM b`; `negated` means `NOT`. */
export interface DistinctTest {
  readonly kind: 'distinct_test';
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
  readonly span: SourceSpan;
}

export interface Between {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly symmetric: boolean;
  readonly negated: boolean;
  readonly span: SourceSpan;
}

export interface InList {
  readonly kind: 'in_list';
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
  readonly span: SourceSpan;
}

export interface Like {
  readonly kind: 'like';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  /** `ILIKE`. */
  readonly caseInsensitive: boolean;
  readonly negated: boolean;
  readonly span: SourceSpan;
}

/** `CAST(x AS t)` and `x::t`. */
export interface Cast {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: DataType;
  readonly span: SourceSpan;
}

export interface Case {
  readonly kind: 'case';
  /** The value compared with each condition; absent in the searched form. */
  readonly operand: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | undefined;
  readonly span: SourceSpan;
}

export interface CaseBranch {
  readonly kind: 'case_branch';
  readonly condition: Expression;
  readonly result: Expression;
  readonly span: SourceSpan;
}

/**
 * A function or aggregate call. The spellings with keywords inside become plain calls: `SUBSTRING(x FROM a
 * FOR n)` is `substring(x, a, n)`; `TRIM(LEADING c FROM x)` is `ltrim(x, c)`, likewise `rtrim` and `btrim`;
 * `POSITION(a IN b)` is `position(a, b)`; `OVERLAY(x PLACING y FROM a)` is `overlay(x, y, a)`.
 */
export interface Call {
  readonly kind: 'call';
  readonly name: QualifiedName;
  readonly args: readonly Expression[];
  /** `COUNT(*)`; then there are no arguments. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter: Expression | undefined;
  readonly span: SourceSpan;
}

/** `EXTRACT(field FROM operand)`. */
export interface ExtractField {
  readonly kind: 'extract';
  /** Lower case; which fields exist is the binder's knowledge. */
  readonly field: Identifier;
  readonly operand: Expression;
  readonly span: SourceSpan;
}

export interface AtTimeZone {
  readonly kind: 'at_time_zone';
  readonly operand: Expression;
  readonly zone: Expression;
  readonly span: SourceSpan;
}

export const datetimeFunctions = [
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
] as const;

/** The functions of the clock that are written without parentheses. */
export interface DatetimeFunction {
  readonly kind: 'datetime_function';
  readonly name: (typeof datetimeFunctions)[number];
  readonly precision: number | undefined;
  readonly span: SourceSpan;
}
