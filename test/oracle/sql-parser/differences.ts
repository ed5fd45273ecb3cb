/**
 * Where our parser and PostgreSQL's part on purpose: each with an example, which a test checks on both
 * sides, and the reason. `explains` recognises the difference in PostgreSQL's tree of a generated text.
 */
import { postgresParses } from './postgres.ts';
import type { PostgresNode } from './postgres-shape.ts';

export interface Difference {
  readonly sql: string;
  readonly accepted: 'here' | 'by PostgreSQL' | 'by both';
  readonly reason: string;
  /** Asked for every node: its type's name and its fields. */
  readonly explains?: (kind: string, body: PostgresNode) => boolean;
}

export const differences: readonly Difference[] = [
  {
    sql: 'SELECT FROM t',
    accepted: 'by PostgreSQL',
    reason: 'An empty SELECT list is a forgotten one far more often than a meant one.',
    explains: (kind, body) => kind === 'SelectStmt' && body.targetList === undefined,
  },
  {
    sql: 'SELECT a select FROM t',
    accepted: 'by PostgreSQL',
    reason: 'A word with a meaning of its own is an alias only behind AS; elsewhere a slip is likelier.',
    explains: (kind, { name }) => kind === 'ResTarget' && typeof name === 'string' && !isPlainName(name),
  },
  {
    sql: 'SELECT t.* AS x FROM t',
    accepted: 'by PostgreSQL',
    reason: 'A star has no alias; PostgreSQL says so one step later.',
    explains: (kind, { name, val }) =>
      kind === 'ResTarget' && name !== undefined && JSON.stringify(val).includes('"A_Star"'),
  },
  {
    sql: "SELECT a 'x' FROM t",
    accepted: 'by PostgreSQL',
    reason:
      'A constant is written behind the name of a known type; behind any other word a string is a slip.',
    explains: (kind, { arg, typeName }) =>
      kind === 'TypeCast' && /^\{"A_Const":\{"sval"/.test(JSON.stringify(arg)) && !isKnownType(typeName),
  },
  {
    sql: 'SELECT @ a, ~ b',
    accepted: 'by PostgreSQL',
    reason: 'The only operators before an operand are +, - and NOT.',
    explains: (kind, { lexpr, name }) =>
      kind === 'A_Expr' && lexpr === undefined && !/"sval":"[-+]"/.test(JSON.stringify(name)),
  },
  { sql: 'SELECT a FROM ONLY t', accepted: 'by PostgreSQL', reason: 'Tables have no descendants here.' },
  { sql: 'SELECT a::pg_catalog.int4', accepted: 'by PostgreSQL', reason: 'Types live in no schema here.' },
  {
    sql: "SELECT a::geometry('p')",
    accepted: 'by PostgreSQL',
    reason: 'Parameters of types are whole numbers.',
  },
  { sql: 'CREATE TABLE t ()', accepted: 'by PostgreSQL', reason: 'Without columns the parentheses go, too.' },
  { sql: "SELECT U&'x'", accepted: 'by PostgreSQL', reason: 'Escapes are written in E strings.' },
  {
    sql: 'SELECT user, column, check FROM t',
    accepted: 'here',
    reason: 'Words that are reserved there and mean nothing here are common names of columns.',
  },
  {
    sql: 'SELECT position(a, b)',
    accepted: 'here',
    reason: 'POSITION and OVERLAY are also plain calls, as in other engines.',
  },
  {
    sql: 'SELECT nullif(a, b, c), coalesce()',
    accepted: 'here',
    reason: 'COALESCE, NULLIF and the like are calls; the binder counts their arguments.',
  },
  {
    sql: 'SELECT timestamp(b), int(c)',
    accepted: 'here',
    reason: 'The name of a type before a parenthesis is a function, where no constant follows.',
  },
  {
    sql: 'SELECT a BETWEEN b AT TIME ZONE c AND d',
    accepted: 'here',
    reason: 'AT TIME ZONE in the lower bound is not ambiguous.',
  },
  {
    sql: 'SELECT a FROM t OFFSET a + 1 ROWS',
    accepted: 'here',
    reason: 'Before ROWS PostgreSQL takes only a simple value.',
  },
  {
    sql: "SELECT INTERVAL '1' MINUTES + INTERVAL '2' WEEK",
    accepted: 'here',
    reason: 'Plurals, weeks and fractions of seconds are units behind a plain number.',
  },
  { sql: "SELECT a FROM 'file.csv'", accepted: 'here', reason: 'A file is a table.' },
  { sql: 'SELECT a FROM t EMIT CHANGES', accepted: 'here', reason: 'A clause of streams.' },
  { sql: 'SELECT a FROM t WITH (b = 1)', accepted: 'here', reason: 'The properties of a job.' },
  { sql: 'CREATE STREAM t (a STRING)', accepted: 'here', reason: 'Streams.' },
  {
    sql: 'SELECT 2 ^-1',
    accepted: 'by both',
    reason: 'PostgreSQL reads one operator ^- and finds no such one later; here it is a power and a sign.',
  },
  {
    sql: "SELECT N'x'",
    accepted: 'by both',
    reason: 'A national string is a CHAR constant there and a plain string here.',
  },
  {
    sql: "SELECT INTERVAL '1' days",
    accepted: 'by both',
    reason: 'PostgreSQL takes the unit for an alias and the number for seconds.',
  },
];

/** Is the text's difference from PostgreSQL, which accepts it, one of the list? */
export function isExplained(tree: unknown): boolean {
  const explanations = differences.flatMap(({ explains }) => explains ?? []);
  const visit = (value: unknown): boolean => {
    if (value === null || typeof value !== 'object') return false;
    const entries = Object.entries(value);
    return entries.some(
      ([kind, body]) =>
        explanations.some((explains) => explains(kind, (body ?? {}) as PostgresNode)) || visit(body),
    );
  };
  return visit(tree);
}

/** A word that PostgreSQL takes as the alias of a table, and that is no operator. */
function isPlainName(name: string): boolean {
  return name !== 'between' && postgresParses(`SELECT 1 FROM t ${name}`);
}

function isKnownType(typeName: unknown): boolean {
  return /"sval":"(bool|int[248]|float[48]|numeric|bpchar|varchar|text|date|time|timestamp|interval)/.test(
    JSON.stringify(typeName),
  );
}
