/**
 * The files that a path names: itself, what a glob matches, or what a directory holds; in the order of their
 * names.
 */
import { globSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VelostreamError } from '../../base/error.ts';
import { causeText } from '../cause-text.ts';

export interface ListedFile {
  readonly path: string;
  /** Infinite for what has no size: a named pipe, a device. */
  readonly byteCount: number;
}

const globCharacters = /[*?[\]{}]/;

/** Names that are never data: hidden ones, and markers such as `_SUCCESS`. */
const hidden = /^[._]/;

export function listFiles(path: string): readonly ListedFile[] {
  const found = statOf(path);
  if (found === undefined && globCharacters.test(path)) return matching(path);
  if (found === undefined) {
    throw new VelostreamError(`file "${path}" does not exist`, {
      code: 'source_unavailable',
      hint: 'A relative path starts at the working directory.',
      option: 'path',
    });
  }
  if (found.isDirectory()) return inDirectory(path);
  return [{ path, byteCount: found.isFile() ? found.size : Number.POSITIVE_INFINITY }];
}

function matching(pattern: string): readonly ListedFile[] {
  const files = globSync(pattern)
    .filter((path) => !hidden.test(basename(path)))
    .sort()
    .flatMap((path) => fileAt(path));
  if (files.length > 0) return files;
  throw new VelostreamError(`no file matches "${pattern}"`, { code: 'source_unavailable', option: 'path' });
}

function inDirectory(directory: string): readonly ListedFile[] {
  const names = tryOpen(directory, () => readdirSync(directory)).filter((name) => !hidden.test(name));
  const files = names.sort().flatMap((name) => fileAt(join(directory, name)));
  if (files.length > 0) return files;
  const message = `directory "${directory}" holds no file`;
  throw new VelostreamError(message, { code: 'source_unavailable', option: 'path' });
}

/** Among others only files and links to files are data: no folders, no pipes, no links that lead nowhere. */
function fileAt(path: string): readonly ListedFile[] {
  try {
    const found = statOf(path);
    return found?.isFile() ? [{ path, byteCount: found.size }] : [];
  } catch (error) {
    if (error instanceof VelostreamError && codeOf(error.cause) === 'ELOOP') return [];
    throw error;
  }
}

function statOf(path: string): Stats | undefined {
  return tryOpen(path, () => statSync(path, { throwIfNoEntry: false }));
}

function tryOpen<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new VelostreamError(`file "${path}" cannot be opened`, {
      code: 'source_unavailable',
      domain: 'external',
      detail: causeText(cause),
      option: 'path',
      cause,
    });
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
