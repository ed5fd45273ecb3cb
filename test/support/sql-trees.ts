/**
 * Random trees for tests: every kind of node, every optional field, names that need quotes and names that
 * nearly do. Only trees that the parser could give: what no text can say is not generated.
 */
import fc from 'fast-check';
import type { Literal } from '../../src/sql/ast/literal.ts';
import type { DataType, Identifier, QualifiedName } from '../../src/sql/ast/name.ts';
import type {
  BinaryOperator,
  Expression,
  PropertyList,
  Query,
  SelectItem,
  SortItem,
  TableAlias,
  TableReference,
} from '../../src/sql/ast/query.ts';
import type { Annotation, CreateRelation, Statement } from '../../src/sql/ast/statement.ts';

const span = { start: 0, end: 0 };
const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const list = <T>(item: fc.Arbitrary<T>, minLength: number, maxLength = 3): fc.Arbitrary<T[]> =>
  fc.array(item, { minLength, maxLength });

const text = fc.oneof(
  fc.constantFrom('', "it's", 'a"b', '\\', '\n', '😀', '--', '/*', 'E', '1 day'),
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((value) => !value.includes('\0')),
);

const bareName = fc.constantFrom(
  'a',
  'b1',
  '_c$',
  'größe',
  'stream',
  'emit',
  'value',
  'date',
  'watermark',
  'x',
);
const quotedName = fc.oneof(
  fc.constantFrom('select', 'A', 'a b', '1', 'it"s', 'from', 'emit'),
  text.filter((value) => value !== ''),
);

const identifier: fc.Arbitrary<Identifier> = fc.oneof(
  bareName.map((name): Identifier => ({ kind: 'identifier', name, quoted: false, span })),
  quotedName.map((name): Identifier => ({ kind: 'identifier', name, quoted: true, span })),
);

const label: fc.Arbitrary<Identifier> = fc.oneof(
  identifier,
  fc
    .constantFrom('select', 'table', 'end')
    .map((name): Identifier => ({ kind: 'identifier', name, quoted: false, span })),
);

const qualifiedName: fc.Arbitrary<QualifiedName> = list(identifier, 1).map((parts) => ({
  kind: 'qualified_name',
  parts,
  span,
}));

const dataType: fc.Arbitrary<DataType> = fc
  .oneof(
    fc.tuple(fc.constantFrom('decimal', 'numerik', 'Foo'), list(fc.integer({ min: -99, max: 99 }), 0, 2)),
    fc.tuple(
      fc.constantFrom('varchar', 'char', 'timestamp', 'timestamptz', 'time', 'interval'),
      list(fc.nat(9), 0, 1),
    ),
    fc.tuple(
      fc.constantFrom(
        'boolean',
        'smallint',
        'integer',
        'bigint',
        'real',
        'double',
        'bytes',
        'date',
        'text',
        'order',
      ),
      fc.constant<number[]>([]),
    ),
  )
  .map(([name, parameters]) => ({ kind: 'data_type', name, parameters, span }));

const number = fc.oneof(
  fc.constantFrom('0', '1_000', '0x1F', '99999999999999999999').map((digits) => ['integer', digits] as const),
  fc.constantFrom('.5', '1.', '1.50').map((digits) => ['decimal', digits] as const),
  fc.constantFrom('1e5', '.5E-3').map((digits) => ['float', digits] as const),
);

const literal: fc.Arbitrary<Literal> = fc.oneof(
  number.map(([form, digits]): Literal => ({ kind: 'number_literal', form, text: digits, span })),
  text.map((value): Literal => ({ kind: 'string_literal', value, span })),
  fc.boolean().map((value): Literal => ({ kind: 'boolean_literal', value, span })),
  fc.constant<Literal>({ kind: 'null_literal', span }),
  fc
    .tuple(
      dataType.filter(({ name }) => /^(d|v|b|timestamp)/.test(name) && name !== 'double'),
      text,
    )
    .filter(([{ parameters }]) => parameters.every((parameter) => parameter >= 0))
    .map(([type, value]): Literal => ({ kind: 'typed_literal', type, value, span })),
  fc
    .constantFrom<readonly [string, Partial<Literal>]>(
      ['1 day 2 hours', {}],
      ['1', { precision: 3 }],
      ['1', { unit: 'minute' }],
      ['2', { unit: 'week' }],
      ['1.5', { unit: 'second', precision: 2 }],
      ['1 2', { unit: 'day', endUnit: 'second', precision: 0 }],
      ['1-2', { unit: 'year', endUnit: 'month' }],
    )
    .map(([value, fields]): Literal => {
      const none = { unit: undefined, endUnit: undefined, precision: undefined };
      return { kind: 'interval_literal', value, ...none, ...fields, span } as Literal;
    }),
);

const columnReference: fc.Arbitrary<Expression> = fc
  .tuple(identifier, list(label, 0, 2))
  .map(([first, rest]) => ({ kind: 'column_reference', parts: [first, ...rest], span }));

const binaryOperators: readonly BinaryOperator[] = [
  ...(['=', '<>', '<', '<=', '>', '>='] as const),
  ...(['+', '-', '*', '/', '%', '^', '||'] as const),
];

type FieldTrees<K extends Expression['kind']> = {
  [F in Exclude<keyof Extract<Expression, { kind: K }>, 'kind' | 'span'>]: fc.Arbitrary<
    Extract<Expression, { kind: K }>[F]
  >;
};

function node<K extends Expression['kind']>(kind: K, fields: FieldTrees<K>): fc.Arbitrary<Expression> {
  return fc
    .record(fields as Record<string, fc.Arbitrary<unknown>>)
    .map((made) => ({ kind, ...made, span }) as unknown as Expression);
}

const flag = fc.boolean();

function operatorTree(inner: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return fc.oneof(
    node('unary', { operator: fc.constantFrom('-', '+', 'not'), operand: inner }),
    node('binary', {
      operator: fc.constantFrom(...binaryOperators),
      operatorSpan: fc.constant(span),
      left: inner,
      right: inner,
    }),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), list(inner, 2))
      .filter(([operator, [first]]) => first?.kind !== 'logical' || first.operator !== operator)
      .map(([operator, operands]): Expression => ({ kind: 'logical', operator, operands, span })),
    node('at_time_zone', { operand: inner, zone: inner }),
    node('cast', { operand: inner, type: dataType }),
  );
}

function predicateTree(inner: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const test = fc.constantFrom('null' as const, 'true' as const, 'false' as const, 'unknown' as const);
  const character = some(inner);
  return fc.oneof(
    node('is_test', { operand: inner, test, negated: flag }),
    node('distinct_test', { left: inner, right: inner, negated: flag }),
    node('between', { operand: inner, low: inner, high: inner, symmetric: flag, negated: flag }),
    node('in_list', { operand: inner, items: list(inner, 1), negated: flag }),
    node('like', { operand: inner, pattern: inner, escape: character, caseInsensitive: flag, negated: flag }),
  );
}

function caseTree(inner: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const branch = fc
    .tuple(inner, inner)
    .map(([condition, result]) => ({ kind: 'case_branch' as const, condition, result, span }));
  return node('case', { operand: some(inner), branches: list(branch, 1), otherwise: some(inner) });
}

function callTree(inner: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  return fc
    .tuple(qualifiedName, list(inner, 0), flag, list(sortItemTree(inner), 0, 2), some(inner))
    .filter(([name]) => isPlainCall(name))
    .map(([name, args, special, sorted, filter]): Expression => {
      const star = special && args.length === 0;
      const orderBy = args.length > 0 ? sorted : [];
      return { kind: 'call', name, args, star, distinct: special && !star, orderBy, filter, span };
    });
}

function sortItemTree(inner: fc.Arbitrary<Expression>): fc.Arbitrary<SortItem> {
  const direction = fc.constantFrom('asc' as const, 'desc' as const);
  const nulls = some(fc.constantFrom('first' as const, 'last' as const));
  return fc.tuple(inner, direction, nulls).map(([expression, way, place]) => ({
    kind: 'sort_item',
    expression,
    direction: way,
    nulls: place,
    span,
  }));
}

const datetimeFunction = fc.oneof(
  node('datetime_function', { name: fc.constant('current_timestamp'), precision: some(fc.nat(6)) }),
  node('datetime_function', { name: fc.constant('current_date'), precision: fc.constant(undefined) }),
);

const tied = fc.letrec<{ expression: Expression; compound: Expression }>((tie) => {
  const inner = tie('expression') as fc.Arbitrary<Expression>;
  const leaf = fc.oneof(columnReference, literal);
  return {
    compound: fc.oneof(
      operatorTree(inner),
      predicateTree(inner),
      caseTree(inner),
      callTree(inner),
      node('extract', { field: identifier, operand: inner }),
      datetimeFunction,
    ),
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('compound') as fc.Arbitrary<Expression>,
    ),
  };
});

const sortItem = sortItemTree(tied.expression);

/** The bare word `date` before `(3) 'x'` is a constant; a call of that name would read the same way. */
function isPlainCall({ parts }: QualifiedName): boolean {
  return parts.length > 1 || parts[0]?.quoted === true || parts[0]?.name !== 'date';
}

export const expressionTree: fc.Arbitrary<Expression> = tied.expression;

const tableAlias: fc.Arbitrary<TableAlias> = fc
  .tuple(identifier, list(identifier, 0, 2))
  .map(([name, columns]) => ({ kind: 'table_alias', name, columns, span }));

const selectItem: fc.Arbitrary<SelectItem> = fc.oneof(
  fc
    .tuple(tied.expression, some(label))
    .map(([expression, alias]): SelectItem => ({ kind: 'select_expression', expression, alias, span })),
  some(qualifiedName).map((qualifier): SelectItem => ({ kind: 'select_star', qualifier, span })),
);

const { query } = fc.letrec<{ query: Query; table: TableReference }>((tie) => ({
  table: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(qualifiedName, some(tableAlias))
      .map(([name, alias]): TableReference => ({ kind: 'named_table', name, alias, span })),
    fc.tuple(text, some(tableAlias)).map(([value, alias]): TableReference => {
      return { kind: 'uri_table', uri: { kind: 'string_literal', value, span }, alias, span };
    }),
    fc
      .tuple(tie('query'), some(tableAlias))
      .map(([inner, alias]): TableReference => ({ kind: 'subquery', query: inner, alias, span })),
  ),
  query: fc
    .record({
      distinct: fc.boolean(),
      items: list(selectItem, 1),
      from: some(tie('table')),
      where: some(tied.expression),
      groupBy: list(tied.expression, 0, 2),
      having: some(tied.expression),
      orderBy: list(sortItem, 0, 2),
      limit: some(tied.expression),
      offset: some(tied.expression),
    })
    .map((clauses): Query => ({ kind: 'select', ...clauses, emit: undefined, span })),
}));

const outerQuery: fc.Arbitrary<Query> = fc
  .tuple(query, some(fc.constantFrom('final' as const, 'changes' as const)))
  .map(([inner, mode]) => ({
    ...inner,
    emit: mode === undefined ? undefined : { kind: 'emit', mode, span },
  }));

const property = fc
  .tuple(
    text,
    fc.oneof(
      literal.filter((value) => /^(number|string|boolean)/.test(value.kind)),
      fc.constant(undefined),
    ),
  )
  .map(([key, value]) => ({
    kind: 'property' as const,
    key,
    keySpan: span,
    value: value ?? { kind: 'number_literal' as const, form: 'decimal' as const, text: '-1.5', span },
    span,
  }));

const properties = some(
  fc
    .uniqueArray(property, { maxLength: 3, selector: ({ key }) => key })
    .map((entries) => ({ kind: 'property_list', entries, span }) as PropertyList),
);

const annotation: fc.Arbitrary<Annotation> = fc
  .tuple(
    fc.constantFrom('name', 'job_mode', 'data.x.type', 'a-b'),
    fc.constantFrom('', 'x', 'a: b -- c', "'"),
  )
  .map(([name, value]) => ({ kind: 'annotation', name, value, span }));

const column = fc.record({
  name: identifier,
  type: dataType,
  notNull: fc.boolean(),
  primaryKey: fc.boolean(),
});

/** A watermark alone would stand in parentheses without a column; the grammar allows it. */
const createRelation = fc
  .record({
    relation: fc.constantFrom('stream' as const, 'table' as const),
    ifNotExists: fc.boolean(),
    name: qualifiedName,
    columns: list(
      column.map((fields) => ({ kind: 'column_definition' as const, ...fields, span })),
      0,
    ),
    watermark: some(
      fc
        .tuple(identifier, tied.expression)
        .map(([name, expression]) => ({ kind: 'watermark' as const, column: name, expression, span })),
    ),
    properties,
  })
  .map((fields): CreateRelation => ({ kind: 'create_relation', ...fields, annotations: [], span }));

const relationHead = {
  relation: fc.constantFrom('stream' as const, 'table' as const),
  ifNotExists: fc.boolean(),
  name: qualifiedName,
  columns: list(identifier, 0),
  query: outerQuery,
  properties,
};

const plainStatement: fc.Arbitrary<Exclude<Statement, { kind: 'explain' }>> = fc.oneof(
  createRelation,
  fc
    .record(relationHead)
    .map((fields) => ({ kind: 'create_relation_as' as const, ...fields, annotations: [], span })),
  fc
    .record({ target: qualifiedName, columns: list(identifier, 0), query: outerQuery, properties })
    .map((fields) => ({ kind: 'insert' as const, ...fields, annotations: [], span })),
  fc
    .record({ query: outerQuery, properties })
    .map((fields) => ({ kind: 'query_statement' as const, ...fields, annotations: [], span })),
);

const explainOption = fc
  .tuple(fc.constantFrom('kernels', 'analyze', 'verbose'), some(text))
  .map(([name, value]) => ({ kind: 'explain_option' as const, name, value, span }));

export const statementTree: fc.Arbitrary<Statement> = fc
  .tuple(
    fc.oneof(
      plainStatement,
      fc.tuple(list(explainOption, 0), plainStatement).map(
        ([options, statement]): Statement => ({
          kind: 'explain',
          options,
          statement,
          annotations: [],
          span,
        }),
      ),
    ),
    list(annotation, 0, 2),
  )
  .map(([statement, annotations]) => ({ ...statement, annotations }));
