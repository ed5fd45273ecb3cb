/**
 * A file as a sink: written beside its final name and moved there when everything is in it, so that the file appears
 * complete or not at all. Source: rename(2) is atomic within a file system.
 */
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VelostreamError } from '../../base/error.ts';
import type { SinkWriter } from '../../io/sink.ts';

export interface FileSinkOptions {
  readonly path: string;
  /** Makes the temporary name unlike others; the process's own. */
  readonly suffix: string;
  /** What stands before the first row. */
  readonly header: () => Uint8Array;
}

export async function createFileSink(options: FileSinkOptions): Promise<SinkWriter> {
  const { path } = options;
  const partial = `${path}.${options.suffix}.partial`;
  let file: FileHandle;
  try {
    file = await open(partial, 'wx');
  } catch (cause) {
    throw new VelostreamError(`file "${path}" cannot be written`, {
      code: 'sink_unavailable',
      domain: 'external',
      detail: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
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
    open: () => write(options.header()),
    write,
    commit: async () => {
      try {
        await file.sync();
        await file.close();
        await rename(partial, path);
        await syncDirectory(dirname(path));
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    abort: async () => {
      await file.close().catch(() => undefined);
      await unlink(partial).catch(() => undefined);
    },
  };
}

/** Makes the rename itself durable, where directories can be synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch {
    // Some file systems refuse; the rename is then as durable as they make it.
  } finally {
    await directory.close();
  }
}

function writeError(path: string, cause: unknown): VelostreamError {
  const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
  return new VelostreamError(`file "${path}" cannot be written`, {
    code: 'sink_write',
    domain: 'external',
    detail: cause instanceof Error ? cause.message : undefined,
    hint: full ? 'The disk is full; nothing was left behind.' : undefined,
    cause,
  });
}
