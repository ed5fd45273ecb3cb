/**
 * Walking the tree. One table names the fields of each kind that hold nodes; the compiler
 * refuses the table when a kind is missing. Everything else here follows from it.
 */
import type { Literal } from './literal.ts';
import type { DataType, Identifier, QualifiedName } from './name.ts';
import type {
  CaseBranch,
  EmitClause,
  Expression,
  Property,
  PropertyList,
  Query,
  SelectItem,
  SortItem,
  TableAlias,
  TableReference,
} from './query.ts';
import type { Annotation, ColumnDefinition, ExplainOption, Statement, Watermark } from './statement.ts';

export type Node =
  | Statement
  | Annotation
  | ColumnDefinition
  | Watermark
  | ExplainOption
  | Query
  | SelectItem
  | TableReference
  | TableAlias
  | SortItem
  | EmitClause
  | PropertyList
  | Property
  | Expression
  | CaseBranch
  | Literal
  | Identifier
  | QualifiedName
  | DataType;

export type NodeKind = Node['kind'];
export type NodeOf<Kind extends NodeKind> = Extract<Node, { readonly kind: Kind }>;

type ChildField<N> = {
  [F in keyof N]: NonNullable<N[F]> extends Node | readonly Node[] ? F : never;
}[keyof N];

/** Per kind, the fields that hold a node, nodes, or `undefined`, in source order. */
const childFields: { readonly [K in NodeKind]: readonly ChildField<NodeOf<K>>[] } = {
  create_relation: ['annotations', 'name', 'columns', 'watermark', 'properties'],
  create_relation_as: ['annotations', 'name', 'columns', 'query', 'properties'],
  insert: ['annotations', 'target', 'columns', 'query', 'properties'],
  explain: ['annotations', 'options', 'statement'],
  query_statement: ['annotations', 'query', 'properties'],
  annotation: [],
  column_definition: ['name', 'type'],
  watermark: ['column', 'expression'],
  explain_option: [],
  select: ['items', 'from', 'where', 'groupBy', 'having', 'orderBy', 'limit', 'offset', 'emit'],
  select_expression: ['expression', 'alias'],
  select_star: ['qualifier'],
  named_table: ['name', 'alias'],
  uri_table: ['uri', 'alias'],
  subquery: ['query', 'alias'],
  table_alias: ['name', 'columns'],
  sort_item: ['expression'],
  emit: [],
  property_list: ['entries'],
  property: ['value'],
  column_reference: ['parts'],
  unary: ['operand'],
  binary: ['left', 'right'],
  logical: ['operands'],
  is_test: ['operand'],
  distinct_test: ['left', 'right'],
  between: ['operand', 'low', 'high'],
  in_list: ['operand', 'items'],
  like: ['operand', 'pattern', 'escape'],
  cast: ['operand', 'type'],
  case: ['operand', 'branches', 'otherwise'],
  case_branch: ['condition', 'result'],
  call: ['name', 'args', 'orderBy', 'filter'],
  extract: ['field', 'operand'],
  at_time_zone: ['operand', 'zone'],
  datetime_function: [],
  number_literal: [],
  string_literal: [],
  boolean_literal: [],
  null_literal: [],
  typed_literal: ['type'],
  interval_literal: [],
  identifier: [],
  qualified_name: ['parts'],
  data_type: [],
};

type FieldValue = Node | readonly Node[] | undefined;

/** The nodes directly below, in source order. */
export function children(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (const field of fieldsOf(node)) {
    const value = fieldValue(node, field);
    if (value === undefined) continue;
    if (isList(value)) found.push(...value);
    else found.push(value);
  }
  return found;
}

/** Visits the node and all below it, parents first; `visit` answers `false` to stay out of a subtree. */
export function walk(node: Node, visit: (node: Node) => boolean | undefined): void {
  const waiting = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (visit(next) !== false) waiting.push(...children(next).toReversed());
  }
}

/** One function per kind of a union: a switch that the compiler keeps total. */
export type Visitor<N extends Node, Result> = {
  readonly [K in N['kind']]: (node: Extract<N, { readonly kind: K }>) => Result;
};

export function visit<N extends Node, Result>(node: N, visitor: Visitor<N, Result>): Result {
  const method = visitor[node.kind as N['kind']] as (node: N) => Result;
  return method(node);
}

function fieldsOf(node: Node): readonly string[] {
  return childFields[node.kind];
}

function fieldValue(node: Node, field: string): FieldValue {
  return (node as unknown as Readonly<Record<string, FieldValue>>)[field];
}

function isList(value: Node | readonly Node[]): value is readonly Node[] {
  return Array.isArray(value);
}
