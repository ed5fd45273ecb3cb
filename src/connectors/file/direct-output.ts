/**
 * Output that is written as it comes, because nothing could be moved to its place: a descriptor that the
 * process was given (`/dev/stdout`, `/dev/fd/3`), which goes on where it stands, a pipe, a device.
 */
import { fstatSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { SinkWriter } from '../../io/sink.ts';
import { DescriptorWriter, standardOutput, writeTo } from '../descriptor-writer.ts';
import type { FileHeader } from './partial-file.ts';
import { openError, writeError } from './write-error.ts';

export function isDirect(path: string): boolean {
  if (descriptorOf(path) !== undefined) return true;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && !found.isFile() && !found.isDirectory();
  } catch (cause) {
    throw openError(path, cause);
  }
}

export async function createDirectOutput(path: string, header: FileHeader): Promise<SinkWriter> {
  const { writer, close } = await openOutput(path);
  return {
    open: (schema) => writer.write(header(schema)),
    write: (bytes) => writer.write(bytes),
    commit: async () => {
      try {
        await close();
      } catch (cause) {
        throw writeError(path, cause);
      }
    },
    abort: () => close().catch(() => undefined),
  };
}

interface Output {
  readonly writer: DescriptorWriter;
  readonly close: () => Promise<void>;
}

async function openOutput(path: string): Promise<Output> {
  const given = descriptorOf(path);
  const name = `file "${path}"`;
  try {
    if (given === undefined) {
      const file = await open(path, 'w');
      return { writer: new DescriptorWriter(name, writeTo(file.fd)), close: () => file.close() };
    }
    fstatSync(given);
    const writer = given === 1 ? standardOutput : new DescriptorWriter(name, writeTo(given));
    // Not ours to close.
    return { writer, close: async () => {} };
  } catch (cause) {
    throw openError(path, cause);
  }
}

const standardDescriptors: ReadonlyMap<string, number> = new Map([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);

/** Of the process: opening its name anew would go to the beginning of the file behind it, or fail. */
function descriptorOf(path: string): number | undefined {
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1];
  return number === undefined ? standardDescriptors.get(path) : Number(number);
}
