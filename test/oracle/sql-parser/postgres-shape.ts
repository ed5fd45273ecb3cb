/** PostgreSQL's parse tree (libpg_query's JSON of it) in the neutral form. Knows nothing of our tree. */
import type { Shape } from './shape.ts';

/** A node is an object with one key, its type's name; a field is anything. */
export type PostgresNode = Readonly<Record<string, unknown>>;

export function postgresStatement(node: PostgresNode): Shape {
  const [kind, body] = unwrap(node);
  switch (kind) {
    case 'SelectStmt':
      return ['query', select(body)];
    case 'InsertStmt':
      return [
        'insert',
        relation(fields(body.relation)),
        list(body.cols).map((column) => text(fields(column.ResTarget).name)),
        select(fields(fields(body.selectStmt).SelectStmt)),
      ];
    case 'CreateTableAsStmt': {
      const into = fields(body.into);
      const query = select(fields(fields(body.query).SelectStmt));
      const name = relation(fields(into.rel));
      return ['create as', body.if_not_exists === true, name, strings(into.colNames), query];
    }
    case 'CreateStmt':
      return [
        'create',
        body.if_not_exists === true,
        relation(fields(body.relation)),
        list(body.tableElts).map((element) => column(fields(element.ColumnDef))),
      ];
    case 'ExplainStmt':
      return ['explain', list(body.options).map(explainOption), postgresStatement(fields(body.query))];
    default:
      throw new Error(`no shape for ${kind}`);
  }
}

function explainOption(node: PostgresNode): Shape {
  const option = fields(node.DefElem);
  if (option.arg === undefined) return [text(option.defname)];
  const [kind, body] = unwrap(fields(option.arg));
  return [text(option.defname), kind === 'String' ? text(body.sval) : String(body.ival ?? body.fval ?? 0)];
}

function column(definition: PostgresNode): Shape {
  const constraints = list(definition.constraints).map((node) => text(fields(node.Constraint).contype));
  return [
    text(definition.colname),
    type(fields(definition.typeName)),
    constraints.includes('CONSTR_NOTNULL'),
    constraints.includes('CONSTR_PRIMARY'),
  ];
}

function select(body: PostgresNode): Shape {
  return [
    'select',
    body.distinctClause !== undefined,
    list(body.targetList).map(target),
    list(body.fromClause).map(table),
    optional(body.whereClause),
    list(body.groupClause).map(expression),
    optional(body.havingClause),
    list(body.sortClause).map(sortItem),
    limit(body.limitCount),
    optional(body.limitOffset),
  ];
}

/** LIMIT ALL is a NULL constant in PostgreSQL. */
function limit(node: unknown): Shape {
  const shape = optional(node);
  return Array.isArray(shape) && shape[0] === 'null' ? ['none'] : shape;
}

function target(node: PostgresNode): Shape {
  const { name, val } = fields(node.ResTarget);
  return ['item', expression(fields(val)), name === undefined ? ['none'] : text(name)];
}

function table(node: PostgresNode): Shape {
  const [kind, body] = unwrap(node);
  const alias = body.alias === undefined ? ['none'] : tableAlias(fields(body.alias));
  if (kind === 'RangeVar') return ['table', relation(body), alias];
  if (kind === 'RangeSubselect') return ['subquery', select(fields(fields(body.subquery).SelectStmt)), alias];
  throw new Error(`no shape for ${kind}`);
}

function tableAlias(body: PostgresNode): Shape {
  return [text(body.aliasname), strings(body.colnames)];
}

function relation(body: PostgresNode): Shape {
  return [body.catalogname, body.schemaname, body.relname].filter((part) => part !== undefined).map(text);
}

function sortItem(node: PostgresNode): Shape {
  const { node: inner, sortby_dir, sortby_nulls } = fields(node.SortBy);
  const nulls =
    text(sortby_nulls) === 'SORTBY_NULLS_DEFAULT' ? '' : text(sortby_nulls).slice(7).toLowerCase();
  return [expression(fields(inner)), text(sortby_dir) === 'SORTBY_DESC' ? 'desc' : 'asc', nulls];
}

function optional(node: unknown): Shape {
  return node === undefined ? ['none'] : expression(fields(node));
}

export function expression(node: PostgresNode): Shape {
  const [kind, body] = unwrap(node);
  const shape = expressionShapes[kind];
  if (shape === undefined) throw new Error(`no shape for ${kind}`);
  return shape(body);
}

const expressionShapes: Readonly<Record<string, (body: PostgresNode) => Shape>> = {
  A_Const: constant,
  ColumnRef: ({ fields: parts }) => [
    'column',
    ...list(parts).map((part) => (part.A_Star === undefined ? text(fields(part.String).sval) : ['*'])),
  ],
  A_Expr: operator,
  BoolExpr: ({ boolop, args }) => [text(boolop).split('_', 1)[0]?.toLowerCase() ?? '', ...expressions(args)],
  NullTest: ({ arg, nulltesttype }) => isTest(arg, text(nulltesttype)),
  BooleanTest: ({ arg, booltesttype }) => isTest(arg, text(booltesttype)),
  TypeCast: ({ arg, typeName }) => ['cast', expression(fields(arg)), type(fields(typeName))],
  CaseExpr: ({ arg, args, defresult }) => [
    'case',
    optional(arg),
    list(args).map(({ CaseWhen }) => [
      expression(fields(fields(CaseWhen).expr)),
      expression(fields(fields(CaseWhen).result)),
    ]),
    optional(defresult),
  ],
  CoalesceExpr: ({ args }) => call(['coalesce'], expressions(args)),
  MinMaxExpr: ({ op, args }) => call([text(op).slice(3).toLowerCase()], expressions(args)),
  SQLValueFunction: ({ op, typmod }) => [
    'datetime',
    text(op).replace('SVFOP_', '').replace(/_N$/, '').toLowerCase(),
    typmod === undefined || typmod === -1 ? null : Number(typmod),
  ],
  FuncCall: functionCall,
};

function constant(body: PostgresNode): Shape {
  if (body.isnull === true) return ['null'];
  if (body.ival !== undefined) return ['number', String(fields(body.ival).ival ?? 0)];
  if (body.fval !== undefined) return ['number', number(text(fields(body.fval).fval))];
  if (body.boolval !== undefined) return ['boolean', fields(body.boolval).boolval === true];
  return ['string', text(fields(body.sval).sval)];
}

/** Large integers keep their spelling: underscores, base and all. */
function number(spelling: string): string {
  const plain = spelling.replaceAll('_', '');
  const [, sign = '', rest = ''] = /^(-?)(.*)$/.exec(plain) ?? [];
  return /^0[xob]/i.test(rest) ? `${sign}${BigInt(rest)}` : plain;
}

function operator(body: PostgresNode): Shape {
  const name = strings(body.name).at(-1) ?? '';
  const left = body.lexpr === undefined ? undefined : expression(fields(body.lexpr));
  const right = (): Shape => expression(fields(body.rexpr));
  const both = (): Shape[] => expressions(fields(fields(body.rexpr).List).items);
  const negated = name.startsWith('NOT') || name.startsWith('!') || name === '<>';
  switch (text(body.kind)) {
    case 'AEXPR_OP':
      return left === undefined ? ['sign', name, right()] : ['operator', name, left, right()];
    case 'AEXPR_DISTINCT':
      return ['distinct', false, left ?? null, right()];
    case 'AEXPR_NOT_DISTINCT':
      return ['distinct', true, left ?? null, right()];
    case 'AEXPR_NULLIF':
      return call(['nullif'], [left ?? null, right()]);
    case 'AEXPR_IN':
      return ['in', negated, left ?? null, both()];
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return [text(body.kind).slice(6).toLowerCase(), negated, left ?? null, ...likePattern(right())];
    default:
      if (!name.includes('BETWEEN')) throw new Error(`no shape for ${text(body.kind)}`);
      return ['between', negated, name.includes('SYMMETRIC'), left ?? null, ...both()];
  }
}

/** ESCAPE is a call of `pg_catalog.like_escape` around the pattern. */
function likePattern(pattern: Shape): readonly Shape[] {
  if (!Array.isArray(pattern) || pattern[0] !== 'call') return [pattern, ['none']];
  const [, name, args] = pattern as readonly Shape[];
  const escaped = Array.isArray(name) && name.join('.') === 'pg_catalog.like_escape';
  return escaped && Array.isArray(args) ? args : [pattern, ['none']];
}

function isTest(arg: unknown, test: string): Shape {
  const negated = test.startsWith('IS_NOT_');
  return ['is', negated, test.slice(negated ? 7 : 3).toLowerCase(), expression(fields(arg))];
}

function functionCall(body: PostgresNode): Shape {
  const name = strings(body.funcname);
  const args = expressions(body.args);
  if (text(body.funcformat) === 'COERCE_SQL_SYNTAX') return sqlSyntaxCall(name.at(-1) ?? '', args);
  return call(name, args, body);
}

/** The calls the SQL standard writes with words inside. */
function sqlSyntaxCall(name: string, args: readonly Shape[]): Shape {
  const [first = null, second = null, third = null] = args;
  if (name === 'extract') return ['extract', Array.isArray(first) ? (first[1] ?? null) : null, second];
  if (name === 'timezone') return ['at time zone', second, first];
  if (name === 'position') return call([name], [second, first]);
  if (name === 'substring' && args.length === 3 && JSON.stringify(second) === '["number","1"]') {
    const cast = Array.isArray(third) && third[0] === 'cast' ? (third[1] ?? null) : third;
    return call([name], [first, second, cast]);
  }
  return call([name], args);
}

function call(name: readonly string[], args: readonly Shape[], body: PostgresNode = {}): Shape {
  return [
    'call',
    name,
    args,
    body.agg_star === true,
    body.agg_distinct === true,
    list(body.agg_order).map(sortItem),
    optional(body.agg_filter),
  ];
}

const typeNames: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double',
  numeric: 'decimal',
  bpchar: 'char',
  text: 'varchar',
  string: 'varchar',
  bytea: 'bytes',
};

function type(body: PostgresNode): Shape {
  const name = strings(body.names).at(-1) ?? '';
  if (body.arrayBounds !== undefined) throw new Error('no shape for arrays');
  return [
    typeNames[name] ?? name,
    ...expressions(body.typmods).map((mod) => (Array.isArray(mod) ? (mod[1] ?? null) : null)),
  ];
}

function expressions(nodes: unknown): Shape[] {
  return list(nodes).map(expression);
}

function strings(nodes: unknown): string[] {
  return list(nodes).map((node) => text(fields(node.String).sval));
}

function unwrap(node: PostgresNode): readonly [string, PostgresNode] {
  const [entry] = Object.entries(node);
  if (entry === undefined) throw new Error('an empty node');
  return [entry[0], fields(entry[1])];
}

function fields(value: unknown): PostgresNode {
  return (value ?? {}) as PostgresNode;
}

function list(value: unknown): readonly PostgresNode[] {
  return (value ?? []) as readonly PostgresNode[];
}

/** Protocol buffers leave empty strings out. */
function text(value: unknown): string {
  return String(value ?? '');
}
