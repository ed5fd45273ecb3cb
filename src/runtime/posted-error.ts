/**
 * An error on its way between threads: classes do not survive the journey, so it is described and made anew.
 */
import { type ErrorCode, errorCodes, VelostreamError } from '../base/error.ts';
import type { PostedError } from './messages.ts';

export function describeError(error: unknown): PostedError {
  if (error instanceof VelostreamError) {
    const { message, code, domain, detail, hint, stack } = error;
    return { message, code, domain, detail, hint, stack };
  }
  const plain = error instanceof Error ? error : new Error(String(error));
  return {
    message: plain.message,
    code: 'internal',
    domain: 'internal',
    detail: undefined,
    hint: 'This is a defect of Velostream; please report it with the statement that shows it.',
    stack: plain.stack,
  };
}

export function restoreError(posted: PostedError): VelostreamError {
  const code: ErrorCode = errorCodes.find((known) => known === posted.code) ?? 'internal';
  const { domain, detail, hint } = posted;
  const error = new VelostreamError(posted.message, { code, domain, detail, hint });
  if (posted.stack !== undefined) error.stack = posted.stack;
  return error;
}
