/** What is told where a file cannot be opened for writing, or written. */
import { VelostreamError } from '../../base/error.ts';
import { causeText } from '../cause-text.ts';

export function openError(path: string, cause: unknown): VelostreamError {
  return new VelostreamError(`file "${path}" cannot be written`, {
    code: 'sink_unavailable',
    domain: 'external',
    detail: causeText(cause),
    cause,
  });
}

export function writeError(path: string, cause: unknown): VelostreamError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return new VelostreamError(`file "${path}" cannot be written`, {
    code: 'sink_write',
    domain: 'external',
    detail: causeText(cause),
    hint: code === 'ENOSPC' ? 'The disk is full; nothing was left behind.' : undefined,
    cause,
  });
}
