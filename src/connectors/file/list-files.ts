/** The files that a path names: itself, what a glob matches, or what a directory holds; in the order of their names. */
import { globSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { VelostreamError } from '../../base/error.ts';

export interface ListedFile {
  readonly path: string;
  readonly byteCount: number;
}

const globCharacters = /[*?[\]{}]/;

/** Names of a directory's entries that are never data. */
const hidden = /^[._]/;

export function listFiles(path: string): readonly ListedFile[] {
  const found = statOf(path);
  if (found === undefined && globCharacters.test(path)) return matching(path);
  if (found === undefined) {
    throw new VelostreamError(`file "${path}" does not exist`, {
      code: 'source_unavailable',
      hint: 'A relative path starts at the working directory.',
    });
  }
  return found.isDirectory() ? inDirectory(path) : [{ path, byteCount: found.size }];
}

function matching(pattern: string): readonly ListedFile[] {
  const files = globSync(pattern)
    .sort()
    .flatMap((path) => fileAt(path));
  if (files.length > 0) return files;
  throw new VelostreamError(`no file matches "${pattern}"`, { code: 'source_unavailable' });
}

function inDirectory(directory: string): readonly ListedFile[] {
  const names = readdirSync(directory).filter((name) => !hidden.test(name));
  const files = names.sort().flatMap((name) => fileAt(join(directory, name)));
  if (files.length > 0) return files;
  throw new VelostreamError(`directory "${directory}" holds no file`, { code: 'source_unavailable' });
}

function fileAt(path: string): readonly ListedFile[] {
  const found = statOf(path);
  return found?.isFile() ? [{ path, byteCount: found.size }] : [];
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new VelostreamError(`file "${path}" cannot be opened`, {
      code: 'source_unavailable',
      domain: 'external',
      detail: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
}
