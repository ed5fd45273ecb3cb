/**
 * One clear text for every failure, and the exit code that goes with it. Stack traces only where they are
 * asked for.
 */
import { VelostreamError } from '../../base/error.ts';
import { ReaderGone } from '../../connectors/reader-gone.ts';
import { ScriptErrors } from '../../engine/script-errors.ts';
import { formatSqlError } from '../../sql/format-error.ts';
import { ConfigErrors } from '../config/config-errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { sayError } from './say.ts';

/** `userCode`: the exit code of a failure that is not ours, but for output that cannot be written. */
export function reportFailure(error: unknown, userCode: number, fileName?: string): number {
  if (error instanceof ReaderGone) return exitCodes.readerGone;
  sayError(`${describeFailure(error, fileName)}\n`);
  if (process.env.VELO_DEBUG && error instanceof Error) sayError(`${error.stack}\n`);
  if (isOurs(error)) return exitCodes.internal;
  return error instanceof VelostreamError && error.code === 'sink_write' ? exitCodes.failed : userCode;
}

export function describeFailure(error: unknown, fileName?: string): string {
  return plainText(describe(error, fileName));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a record may hold anything, a terminal obeys it
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Texts of errors quote what was found in the input. */
function plainText(text: string): string {
  return text.replace(control, '\ufffd').trimEnd();
}

function describe(error: unknown, fileName: string | undefined): string {
  if (error instanceof ScriptErrors || error instanceof ConfigErrors) {
    const name = error instanceof ConfigErrors ? error.path : fileName;
    return error.errors.map((one) => formatSqlError(one, error.source, name)).join('\n\n');
  }
  if (error instanceof VelostreamError && error.domain !== 'internal') return formatSqlError(error, '');
  const message = error instanceof Error ? error.message : String(error);
  const detail = error instanceof VelostreamError && error.detail ? `\ndetail: ${error.detail}` : '';
  const hint = 'This is a defect of Velostream. VELO_DEBUG=1 shows where it happened.';
  return `internal error: ${message}${detail}\nhint: ${hint}`;
}

function isOurs(error: unknown): boolean {
  if (error instanceof ScriptErrors || error instanceof ConfigErrors) return false;
  return !(error instanceof VelostreamError) || error.domain === 'internal';
}
