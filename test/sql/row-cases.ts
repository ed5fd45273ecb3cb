/**
 * The kinds of cases that run: `given` (DDL for the cases behind it) and `rows` (statements in, rows out).
 * Rows are sorted unless the query says in which order they come. Each case runs in several architectures,
 * partition counts and sizes (test/support/spreads.ts); all must give the same text, or the result names the
 * one that does not.
 *
 * In the SQL, `$data` is the folder of the test data, `$out` one that the case may write to, and `$chunk` a
 * number of bytes per chunk that is small in some runs. Settings: `format=csv`, `timezone=Europe/Berlin`,
 * `skip` (bad records), `once` (only in the plain way, where the way itself is what the case tells). Figures
 * of EXPLAIN ANALYZE that no two runs share are masked.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VelostreamError } from '../../src/base/error.ts';
import { ScriptErrors } from '../../src/engine/script-errors.ts';
import { describeRecord } from '../../src/runtime/coordinator/bad-record.ts';
import { badRecordOf } from '../../src/runtime/coordinator/job-failures.ts';
import type { Statement } from '../../src/sql/ast/statement.ts';
import { formatSqlError } from '../../src/sql/format-error.ts';
import { parseSql } from '../../src/sql/parse.ts';
import { runSql, type SqlOutcome } from '../support/run-sql.ts';
import { type NamedSpread, plainSpread, spreadsOf } from '../support/spreads.ts';
import type { SltCase } from './slt-file.ts';

const dataFolder = join(import.meta.dirname, 'data');
const chunkBytes = { plain: 1_048_576, tight: 40 };

export class RowCases {
  #given = '';

  give(sltCase: SltCase): void {
    this.#given += `${sltCase.sql}\n`;
  }

  /** The case as a function: what is given later is not seen by it. */
  prepare(sltCase: SltCase): () => Promise<string> {
    const given = this.#given;
    return () => answer(given, sltCase);
  }
}

async function answer(given: string, sltCase: SltCase): Promise<string> {
  const plain = await runOnce(given, sltCase, plainSpread);
  const others = sltCase.settings.once === undefined ? spreadsOf(sltCase.line) : [];
  for (const spread of others) {
    const text = await runOnce(given, sltCase, spread);
    if (text !== plain) return `${plain}\nBUT WITH ${spread.name}:\n${text}`;
  }
  return plain;
}

async function runOnce(given: string, sltCase: SltCase, spread: NamedSpread): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), 'velostream-case-'));
  const chunk = spread.limits?.batchRows === 1 ? chunkBytes.tight : chunkBytes.plain;
  const text = await run({ given, sltCase, spread, places: { data: dataFolder, out, chunk: String(chunk) } });
  const written = printFolder(out);
  rmSync(out, { recursive: true });
  return (text + written).replaceAll(dataFolder, '$data').replaceAll(out, '$out').trimEnd();
}

type Places = Readonly<Record<'data' | 'out' | 'chunk', string>>;

interface Run {
  readonly given: string;
  readonly sltCase: SltCase;
  readonly spread: NamedSpread;
  readonly places: Places;
}

async function run({ given, sltCase, spread, places }: Run): Promise<string> {
  const { format, timezone, skip } = sltCase.settings;
  const whole = given + sltCase.sql;
  try {
    const outcome = await runSql(fillIn(whole, places), {
      ...spread,
      rowFormat: format === 'csv' ? 'csv' : 'jsonl',
      timeZone: timezone,
      onError: skip === undefined ? 'fail' : 'skip',
    });
    return printOutcome(outcome, fillIn(sltCase.sql, places));
  } catch (error) {
    if (error instanceof ScriptErrors) {
      return error.errors.map((one) => `${formatSqlError(inCase(one, whole, places), whole)}\n`).join('');
    }
    if (error instanceof VelostreamError) return `${formatSqlError(error, '')}\n`;
    throw error;
  }
}

const placeName = /\$(data|out|chunk)/g;

function fillIn(sql: string, places: Places): string {
  return sql.replaceAll(placeName, (_, name: keyof Places) => places[name]);
}

/** The error with its place in the text as the case has it, before anything was filled in. */
function inCase(error: VelostreamError, sql: string, places: Places): VelostreamError {
  const unfilled = (offset: number): number => {
    let grown = 0;
    for (const { 0: written, 1: name, index } of sql.matchAll(placeName)) {
      const value = places[name as keyof Places];
      if (offset < index + grown + value.length) return Math.min(offset - grown, index);
      grown += value.length - written.length;
    }
    return offset - grown;
  };
  const { position } = error;
  return error.at(position && { start: unfilled(position.start), end: unfilled(position.end) });
}

function printOutcome({ statements, rejected }: SqlOutcome, sql: string): string {
  // What is given only declares, so that what ran is what the case says.
  const runnable = parseSql(sql).statements.filter(({ kind }) => kind !== 'create_relation');
  const texts = statements.map(({ kind, rows }, i) => {
    if (kind === 'explain') return maskFigures(rows);
    return (isOrdered(runnable[i]) ? rows : [...rows].sort()).map((row) => `${row}\n`).join('');
  });
  const bad = rejected
    .toSorted((a, b) => a.unitIndex - b.unitIndex || a.offset - b.offset)
    .map((record) => `rejected: ${describeRecord(badRecordOf(record))}\n`);
  return texts.join('--\n') + bad.join('');
}

/** Behind the plans: times, how full rings were, and the widths of columns that follow from them. */
function maskFigures(lines: readonly string[]): string {
  const run = lines.indexOf('Run');
  const mask = (line: string): string =>
    line
      .replaceAll(/\d+\.\d/g, '#')
      .replaceAll(/\d+ % \w+/g, '# %')
      .replaceAll(/(?<=\S) {2,}/g, '  ');
  return lines.map((line, i) => `${run >= 0 && i > run ? mask(line) : line}\n`).join('');
}

function isOrdered(statement: Statement | undefined): boolean {
  return statement?.kind === 'query_statement' && statement.query.orderBy.length > 0;
}

/** The files that the case wrote, each with its lines in order. */
function printFolder(folder: string): string {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
      return `$out/${name}:\n${lines.sort().join('\n')}\n`;
    })
    .join('');
}
