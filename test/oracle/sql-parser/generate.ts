/**
 * Random SQL of the shared grammar, as text, with hardly a parenthesis: how the operators group is what the
 * two parsers are asked. Many of the texts are wrong (comparisons in a chain); then both must say so.
 */
import fc from 'fast-check';

const name = fc.constantFrom('a', 'b', 'T.c', '"D"', 's.t.e', 'value', 'date', 'stream');
const literal = fc.constantFrom(
  '1',
  '2.5',
  '.5e3',
  '0x1F',
  "'x'",
  "E'\\n'",
  'TRUE',
  'NULL',
  "DATE '2024-01-31'",
  "INTERVAL '1' MINUTE",
  'CURRENT_TIMESTAMP',
  '99999999999',
);
const typeName = fc.constantFrom(
  'int',
  'text',
  'decimal(10, 2)',
  'timestamptz',
  'double precision',
  'varchar(5)',
);
/** Mostly what chains; the operators that do not chain are the rarer ones. */
const infix = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'+ - * / % ^ || AND OR AND OR'.split(' '), 'AT TIME ZONE') },
  { weight: 2, arbitrary: fc.constantFrom(...'= <> != < <= > >='.split(' ')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('IS DISTINCT FROM', 'IS NOT DISTINCT FROM', 'LIKE', 'NOT LIKE', 'ILIKE'),
  },
);
const postfix = fc.constantFrom(
  ...[
    'IS NULL',
    'IS NOT NULL',
    'IS TRUE',
    'IS NOT UNKNOWN',
    'ISNULL',
    'NOTNULL',
    'IN (1, b)',
    'NOT IN (NULL)',
  ],
);
const prefix = fc.constantFrom('NOT', '-', '+');

const simple = fc.oneof(name, literal);

type Texts = { expression: string; operand: string };

const { expression } = fc.letrec<Texts>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple,
    simple,
    simple,
    simple,
    simple,
    simple,
    fc.tuple(prefix, tie('operand')).map(([sign, x]) => `${sign} ${x}`),
    tie('expression').map((x) => `(${x})`),
    fc.tuple(tie('operand'), typeName).map(([x, type]) => `${x}::${type}`),
    fc.tuple(tie('expression'), typeName).map(([x, type]) => `CAST(${x} AS ${type})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `CASE WHEN ${x} THEN ${y} END`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([x, y, z]) => `CASE ${x} WHEN ${y} THEN ${z} ELSE ${x} END`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `coalesce(${x}, ${y})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `sum(DISTINCT ${x}) FILTER (WHERE ${y})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `f(${x} ORDER BY ${y} DESC NULLS LAST)`),
    fc.tuple(tie('operand'), tie('operand')).map(([x, y]) => `position(${x} IN ${y})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `substring(${x} FROM ${y})`),
    fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `trim(LEADING ${x} FROM ${y})`),
    tie('expression').map((x) => `extract(hour FROM ${x})`),
  ),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('operand'),
    fc.tuple(tie('operand'), infix, tie('expression')).map((parts) => parts.join(' ')),
    fc.tuple(tie('expression'), infix, tie('operand')).map((parts) => parts.join(' ')),
    fc.tuple(tie('expression'), postfix).map((parts) => parts.join(' ')),
    fc
      .tuple(tie('expression'), fc.constantFrom('', 'NOT '), tie('operand'), tie('expression'))
      .map(([x, not, low, high]) => `${x} ${not}BETWEEN ${low} AND ${high}`),
    fc
      .tuple(tie('expression'), tie('operand'), tie('operand'))
      .map(([x, y, z]) => `${x} LIKE ${y} ESCAPE ${z}`),
    fc
      .tuple(tie('expression'), infix, tie('expression'), infix, tie('expression'))
      .map((parts) => parts.join(' ')),
  ),
}));

export const expressionText: fc.Arbitrary<string> = expression;

/** Mostly something short, so that whole statements are right often enough. */
const short = fc.oneof(
  simple,
  fc.tuple(simple, infix, simple).map((parts) => parts.join(' ')),
  fc.tuple(simple, postfix).map((parts) => parts.join(' ')),
  fc.tuple(simple, simple).map(([x, y]) => `CASE WHEN ${x} THEN ${y} END`),
  fc.tuple(simple, simple).map(([x, y]) => `substring(${x} FROM ${y})`),
  fc.tuple(simple, typeName).map(([x, type]) => `CAST(${x} AS ${type})`),
  fc.tuple(simple, simple, simple).map(([x, y, z]) => `${x} BETWEEN ${y} AND ${z}`),
  expression,
);

const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), text);

const item = fc.oneof(
  fc.constantFrom('*', 't.*'),
  short,
  fc.tuple(short, fc.constantFrom('AS x', 'AS "X"', 'AS select')).map((parts) => parts.join(' ')),
  fc.tuple(name, fc.constantFrom('x', '"X"', 'value')).map((parts) => parts.join(' ')),
);

const sortItem = fc
  .tuple(short, fc.constantFrom('', 'ASC', 'DESC'), fc.constantFrom('', 'NULLS FIRST', 'NULLS LAST'))
  .map((parts) => parts.join(' '));

const listOf = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(text, { minLength: 1, maxLength: 3 }).map((items) => items.join(', '));

const { query } = fc.letrec<{ query: string; table: string }>((tie) => ({
  table: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('t', 's.t', '"T" AS u', 't u (a, b)', 'stream value'),
    fc
      .tuple(tie('query'), fc.constantFrom('', 'u', 'AS u (a)'))
      .map(([inner, alias]) => `(${inner}) ${alias}`),
  ),
  query: fc
    .tuple(
      fc.constantFrom('SELECT', 'SELECT DISTINCT', 'SELECT ALL'),
      listOf(item),
      maybe(tie('table').map((table) => `FROM ${table}`)),
      maybe(short.map((condition) => `WHERE ${condition}`)),
      maybe(listOf(short).map((keys) => `GROUP BY ${keys}`)),
      maybe(short.map((condition) => `HAVING ${condition}`)),
      maybe(listOf(sortItem).map((keys) => `ORDER BY ${keys}`)),
      fc.constantFrom(
        '',
        'LIMIT 5',
        'LIMIT ALL',
        'LIMIT 1 + 1 OFFSET 2',
        'OFFSET 3 ROWS',
        'OFFSET 1 LIMIT 2',
      ),
    )
    .map((parts) => parts.filter((part) => part !== '').join(' ')),
}));

export const queryText: fc.Arbitrary<string> = query;

const statement = fc.oneof(
  query,
  query.map((text) => `INSERT INTO t (a, b) ${text}`),
  query.map((text) => `CREATE TABLE IF NOT EXISTS s.t AS ${text}`),
  query.map((text) => `EXPLAIN (ANALYZE, VERBOSE off) ${text}`),
);

export const statementText: fc.Arbitrary<string> = statement;

/** Words and marks of the grammar in no order at all, behind the beginning of a query. */
export const tokenSoup: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...'a b t.c "D" 1 2.5 \'x\' ( ) ( ) , , . * + - / = < || :: int NOT AND OR IS NULL TRUE IN LIKE'.split(
        ' ',
      ),
      ...'BETWEEN CASE WHEN THEN ELSE END AS FROM WHERE GROUP BY HAVING ORDER LIMIT DISTINCT CAST DESC'.split(
        ' ',
      ),
      ...['f(', 'count(*)', 'SELECT', 'IS NOT', 'GROUP BY', 'ORDER BY', '(SELECT'],
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((words) => `SELECT ${words.join(' ')}`);

/** A good query with one token taken out, doubled, or put elsewhere. */
export const mutatedQuery: fc.Arbitrary<string> = fc
  .tuple(query, fc.nat(), fc.nat(), fc.constantFrom('drop', 'double', 'move'))
  .map(([text, from, to, change]) => {
    const words = text.split(/(?<=[(),])|(?=[(),])|\s+/).filter((word) => word !== '');
    const index = from % words.length;
    const [word = ''] = words.splice(index, change === 'double' ? 0 : 1);
    if (change === 'double') words.splice(index, 0, words[index] ?? '');
    if (change === 'move') words.splice(to % (words.length + 1), 0, word);
    return words.join(' ');
  });
