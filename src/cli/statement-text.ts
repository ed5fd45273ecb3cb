/**
 * The statements that a command is given: a file, standard input, or an argument; and what to call them in
 * errors.
 */
import { readFileSync } from 'node:fs';
import { decodeUtf8Strict } from '../base/bytes.ts';
import { VelostreamError } from '../base/error.ts';
import { UsageError } from './usage-error.ts';

export interface StatementText {
  readonly sql: string;
  readonly name: string;
  /** They came from standard input, which then has no records. */
  readonly isStandardInput: boolean;
}

export function readStatements(file: string | undefined, execute: string | undefined): StatementText {
  if ((file === undefined) === (execute === undefined)) {
    throw new UsageError('either a file of statements or --execute has to be given');
  }
  if (execute !== undefined) return { sql: execute, name: '<command line>', isStandardInput: false };
  const name = file === '-' ? '<standard input>' : (file ?? '');
  const sql = decodeUtf8Strict(readBytes(file ?? '', name));
  if (sql === undefined) throw unreadable(name, 'It is not UTF-8 text.');
  return { sql: sql.replace(/^\ufeff/, ''), name, isStandardInput: file === '-' };
}

function readBytes(file: string, name: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    throw unreadable(name, cause instanceof Error ? cause.message : undefined);
  }
}

function unreadable(name: string, detail: string | undefined): VelostreamError {
  return new VelostreamError(`statements cannot be read from ${name}`, {
    code: 'source_unavailable',
    detail,
  });
}
