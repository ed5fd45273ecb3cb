/** PostgreSQL's own parser, compiled to WebAssembly (libpg_query). */
import { loadModule, parseSync } from 'libpg-query';
import { type PostgresNode, postgresStatement } from './postgres-shape.ts';
import type { Shape } from './shape.ts';

export async function loadPostgres(): Promise<void> {
  await loadModule();
}

export function postgresParses(sql: string): boolean {
  return postgresError(sql) === undefined;
}

/** What PostgreSQL says to a text it refuses. */
export function postgresError(sql: string): string | undefined {
  try {
    parseSync(sql);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function postgresShape(sql: string): readonly Shape[] {
  const statements = parseSync(sql).stmts ?? [];
  return statements.map(({ stmt }) => postgresStatement(stmt as PostgresNode));
}

/** The tree as libpg_query gives it. */
export function postgresTree(sql: string): unknown {
  return parseSync(sql);
}
