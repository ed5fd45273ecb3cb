/**
 * A file that appears complete or not at all: written beside its final name and moved there when everything
 * is in it, with the rights of the file that it replaces. Source: rename(2) is atomic within a file system.
 * What is no regular file (a pipe, a device) is
 * written as it is.
 */

import { randomBytes } from 'node:crypto';
import { realpathSync, rmSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { clipUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import type { SinkWriter } from '../../io/sink.ts';
import { causeText } from '../cause-text.ts';
import { ReaderGone } from '../reader-gone.ts';

/** Names under which something is being written now. */
const partialPaths = new Set<string>();

/** Takes back what is not complete, at once: for a process that is about to end. */
export function removePartialFiles(): void {
  for (const path of partialPaths) rmSync(path, { force: true });
}

/** `header`: what stands before the first row, known when the writer is opened. */
export async function createPartialFile(
  path: string,
  header: (schema: Parameters<SinkWriter['open']>[0]) => Uint8Array,
): Promise<SinkWriter> {
  const { target, isSpecial, mode } = resolveTarget(path);
  const partial = isSpecial ? target : partialName(target);
  const file = await openNew(path, partial, { isSpecial, mode });
  if (!isSpecial) partialPaths.add(partial);
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
    commit: async () => {
      try {
        if (!isSpecial) await file.sync();
        await file.close();
        if (isSpecial) return;
        await rename(partial, target);
        partialPaths.delete(partial);
        await syncDirectory(dirname(target));
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    abort: async () => {
      await file.close().catch(() => undefined);
      if (!isSpecial) await unlink(partial).catch(() => undefined);
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
  readonly isSpecial: boolean;
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
  if (found === undefined) return { target: path, isSpecial: false, mode: undefined };
  if (found.isDirectory()) throw openError(path, new Error('it is a directory'));
  const isSpecial = !found.isFile();
  return { target: realpathSync(path), isSpecial, mode: isSpecial ? undefined : found.mode & 0o7777 };
}

async function openNew(
  path: string,
  partial: string,
  { isSpecial, mode }: Omit<Target, 'target'>,
): Promise<FileHandle> {
  try {
    const file = await open(partial, isSpecial ? 'w' : 'wx', mode);
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

function openError(path: string, cause: unknown): VelostreamError {
  return new VelostreamError(`file "${path}" cannot be written`, {
    code: 'sink_unavailable',
    domain: 'external',
    detail: causeText(cause),
    cause,
  });
}

function writeError(path: string, cause: unknown): VelostreamError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EPIPE') return new ReaderGone(cause);
  return new VelostreamError(`file "${path}" cannot be written`, {
    code: 'sink_write',
    domain: 'external',
    detail: causeText(cause),
    hint: code === 'ENOSPC' ? 'The disk is full; nothing was left behind.' : undefined,
    cause,
  });
}
