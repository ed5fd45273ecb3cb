/** The examples of docs/functions.md: the rows of its tables, and what running an example gives. */
import { printType } from '../../src/columns/sql-type.ts';
import { runSql } from './run-sql.ts';
import { plainSpread } from './spreads.ts';

export interface ExampleRow {
  /** What the first cell says: the forms of the function, each in backquotes. */
  readonly forms: string;
  readonly result: string;
  readonly example: string;
  readonly gives: string;
}

/** The rows of four cells, without the tables' heads. */
export function exampleRows(markdown: string): ExampleRow[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, forms, result, example, gives] = cells;
    if (cells.length !== 6 || !example?.startsWith('`')) return [];
    return [{ forms: forms ?? '', result: result ?? '', example: example.slice(1, -1), gives: gives ?? '' }];
  });
}

export interface ExampleOutcome {
  readonly result: string;
  readonly gives: string;
}

/** Each example's type and value, as the tables write them. */
export async function runExamples(examples: readonly string[]): Promise<ExampleOutcome[]> {
  const select = (write: (example: string) => string): string =>
    `SELECT ${examples.map((example, i) => `${write(example)} AS c${i}`).join(', ')};\n`;
  const sql = select((example) => example) + select((example) => `CAST(${example} AS VARCHAR)`);
  const { statements } = await runSql(sql, { ...plainSpread, timeZone: 'UTC' });
  const [typed, texts] = statements;
  const values = JSON.parse(texts?.rows[0] ?? '{}') as Record<string, string | null>;
  return examples.map((_, i) => {
    const column = typed?.schema[i];
    const value = values[`c${i}`] ?? null;
    return {
      result: column ? printType(column.type) : '',
      gives: value === null ? 'NULL' : `\`${value}\``,
    };
  });
}
