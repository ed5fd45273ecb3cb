/**
 * PostgreSQL as a calculator: each expression's value as text, or that it is an error. One database for a
 * test file.
 */
import { PGlite } from '@electric-sql/pglite';

/** The value's text, null for NULL, or the error's message. */
export type Outcome = { readonly text: string | null } | { readonly error: string };

export interface PostgresEvaluator {
  evaluate(expressions: readonly string[]): Promise<Outcome[]>;
  /** Runs one query and gives its rows as text. */
  query(sql: string): Promise<(string | null)[][]>;
  close(): Promise<void>;
}

const batchSize = 500;

export async function openPostgres(): Promise<PostgresEvaluator> {
  const db = new PGlite();
  await db.exec(`
    SET TimeZone = 'UTC';
    CREATE FUNCTION evaluate(expression text) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE result text;
      BEGIN
        EXECUTE 'SELECT CAST((' || expression || ') AS text)' INTO result;
        RETURN 'V' || result;
      EXCEPTION WHEN OTHERS THEN
        RETURN 'E' || SQLERRM;
      END $$;
  `);
  const asText = async (sql: string, params: unknown[]): Promise<(string | null)[][]> => {
    const { rows } = await db.query<(string | null)[]>(sql, params, { rowMode: 'array' });
    return rows;
  };
  return {
    evaluate: async (expressions) => {
      const outcomes: Outcome[] = [];
      for (let at = 0; at < expressions.length; at += batchSize) {
        const batch = expressions.slice(at, at + batchSize);
        const rows = await asText(
          'SELECT evaluate(e) FROM unnest($1::text[]) WITH ORDINALITY AS t(e, i) ORDER BY i',
          [batch],
        );
        outcomes.push(...rows.map(([result]) => outcomeOf(result ?? null)));
      }
      return outcomes;
    },
    query: (sql) => asText(sql, []),
    close: () => db.close(),
  };
}

function outcomeOf(result: string | null): Outcome {
  if (result === null) return { text: null };
  return result.startsWith('E') ? { error: result.slice(1) } : { text: result.slice(1) };
}
