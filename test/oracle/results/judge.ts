/** One query over one table: our answer in one way of spreading, and whether the witnesses agree with it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VelostreamError } from '../../../src/base/error.ts';
import { ScriptErrors } from '../../../src/engine/script-errors.ts';
import { runSql } from '../../support/run-sql.ts';
import type { NamedSpread } from '../../support/spreads.ts';
import { knownDifferences } from './differences.ts';
import { printQuery, type QueryShape } from './query.ts';
import { declareTable, type Table, tableText } from './table.ts';
import { type Answer, rowsOf, sameAnswer, type Witness } from './witness.ts';

export interface Case {
  readonly table: Table;
  readonly query: QueryShape;
  readonly spread: NamedSpread;
}

export interface Court {
  /** Where tables may be written. */
  readonly folder: string;
  readonly duckdb: Witness;
  readonly postgres: Witness;
}

export type Verdict =
  | { readonly kind: 'same' | 'both_fail' | 'known' }
  /** The statement is not one of ours, so that a smaller case is none. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'wrong'; readonly text: string };

const chunkBytes = { few: 1_048_576, many: 64 };

export async function judge(court: Court, { table, query, spread }: Case): Promise<Verdict> {
  const path = join(court.folder, `t.${table.format}`);
  writeFileSync(path, tableText(table));
  const chunk = spread.limits?.batchRows === 1 ? chunkBytes.many : chunkBytes.few;
  const sql = printQuery(query, 'ours');
  const ours = await ourAnswer(declareTable(table, path, chunk) + sql, query, spread);
  if (ours === undefined) return { kind: 'invalid', reason: sql };
  const theirs = await court.duckdb.answer(table, query);
  if (sameAnswer(ours, theirs)) return { kind: 'error' in ours ? 'both_fail' : 'same' };
  const disagreement = { table, query, sql, ours, theirs };
  const differences = knownDifferences(disagreement);
  for (const { isShown } of differences) {
    for (const witness of [court.duckdb, court.postgres]) {
      if (await isShown?.(disagreement, witness)) return { kind: 'known' };
    }
  }
  const decisive = await court.postgres.answer(table, query);
  const isDecided = differences.some(({ isShown }) => isShown === undefined);
  if (isDecided && (sameAnswer(ours, decisive) || isNotThere(decisive))) return { kind: 'known' };
  const answers = { ours, DuckDB: theirs, PostgreSQL: decisive };
  return { kind: 'wrong', text: describe(sql, spread.name, answers) };
}

/** FIRST and LAST are not PostgreSQL's. */
function isNotThere(answer: Answer): boolean {
  return 'error' in answer && answer.error.includes('does not exist');
}

/** Undefined: the statement is refused. */
async function ourAnswer(sql: string, query: QueryShape, spread: NamedSpread): Promise<Answer | undefined> {
  try {
    const { statements } = await runSql(sql, spread);
    const rows = (statements[0]?.rows ?? []).map((line) =>
      query.items.map(({ name }) => fieldOf(line, name)),
    );
    return { rows: rowsOf(rows, query) };
  } catch (error) {
    if (error instanceof ScriptErrors) return undefined;
    if (error instanceof VelostreamError && error.domain !== 'internal') {
      return { error: `${error.message} ${error.detail ?? ''}` };
    }
    throw error;
  }
}

/** A JSON reader of its own for our output: numbers stay the digits they are. */
function fieldOf(line: string, name: string): string | null {
  const keep = (_key: string, value: unknown, { source }: { readonly source?: string }): unknown =>
    typeof value === 'number' ? source : value;
  const parse = JSON.parse as (text: string, reviver: typeof keep) => Record<string, unknown>;
  const value = parse(line, keep)[name];
  return value === null || value === undefined ? null : String(value);
}

function describe(sql: string, spread: string, answers: Readonly<Record<string, Answer>>): string {
  const parts = Object.entries(answers).map(([name, answer]) => {
    const text = 'error' in answer ? `error: ${answer.error}` : answer.rows.slice(0, 12).join('\n    ');
    return `  ${name}:\n    ${text}`;
  });
  return `${sql}\n  in ${spread}\n${parts.join('\n')}`;
}
