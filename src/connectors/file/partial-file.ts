/**
 * A file that appears complete or not at all: written beside its final name and moved there when everything
 * is in it, with the rights of the file that it replaces. Source: rename(2) is atomic within a file system.
 */
import { randomBytes } from 'node:crypto';
import { realpathSync, rmSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { clipUtf8 } from '../../base/bytes.ts';
import type { Schema } from '../../columns/schema.ts';
import type { SinkWriter } from '../../io/sink.ts';
import { openError, writeError } from './write-error.ts';

/** Names under which something is being written now. */
const partialPaths = new Set<string>();

/** Takes back what is not complete, at once: for a process that is about to end. */
export function removePartialFiles(): void {
  for (const path of partialPaths) rmSync(path, { force: true });
}

/** What stands before the first row; known when the writer is opened. */
export type FileHeader = (schema: Schema) => Uint8Array;

export async function createPartialFile(path: string, header: FileHeader): Promise<SinkWriter> {
  const { target, mode } = resolveTarget(path);
  const partial = partialName(target);
  const file = await openNew(path, partial, mode);
  partialPaths.add(partial);
  const write = async (bytes: Uint8Array): Promise<void> => {
    try {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
        at += bytesWritten;
      }
    } catch (cause) {
      throw writeError(path, cause);
    }
  };
  return {
    open: (schema) => write(header(schema)),
    write,
    prepare: async () => {
      try {
        await file.sync();
        await file.close();
      } catch (cause) {
        throw writeError(path, cause);
      }
      // Something else may have taken the name meanwhile.
      resolveTarget(path);
    },
    commit: async () => {
      try {
        await rename(partial, target);
        partialPaths.delete(partial);
        await syncDirectory(dirname(target));
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    abort: async () => {
      await file.close().catch(() => undefined);
      await unlink(partial).catch(() => undefined);
      partialPaths.delete(partial);
    },
  };
}

/** Of file systems everywhere. */
const nameBytesMax = 255;

/**
 * Hidden, so that nobody takes it for data (list-files.ts). Never a name again: others may write the same
 * file, and a process that was killed has left its own.
 */
function partialName(target: string): string {
  const id = randomBytes(6).toString('hex');
  const room = nameBytesMax - `..${id}.partial`.length;
  return join(dirname(target), `.${clipUtf8(basename(target), room)}.${id}.partial`);
}

interface Target {
  readonly target: string;
  /** Of the file that is replaced: who may read and write it. */
  readonly mode: number | undefined;
}

/** Behind a link stands what it leads to, so that the link stays a link. */
function resolveTarget(path: string): Target {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw openError(path, cause);
  }
  if (found === undefined) return { target: path, mode: undefined };
  if (found.isDirectory()) throw openError(path, new Error('it is a directory'));
  return { target: realpathSync(path), mode: found.mode & 0o7777 };
}

async function openNew(path: string, partial: string, mode: number | undefined): Promise<FileHandle> {
  try {
    const file = await open(partial, 'wx', mode);
    // The process's mask took rights away; a file system that knows none has nothing to give back.
    if (mode !== undefined) await file.chmod(mode).catch(() => undefined);
    return file;
  } catch (cause) {
    throw openError(path, cause);
  }
}

/** Makes the rename itself durable, where directories can be synced. */
async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle | undefined;
  try {
    directory = await open(path, 'r');
    await directory.sync();
  } catch {
    // Some file systems refuse, and who may write may not read; the rename is then as durable as it is made.
  } finally {
    await directory?.close();
  }
}
