/**
 * Reads the bytes of plain files, at any position, blocking: the page cache is faster than the event loop.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader, WorkUnit } from '../../io/source.ts';
import { causeText } from '../cause-text.ts';

export class FileReader implements ByteReader {
  #descriptor: number | undefined;
  #path = '';

  open(unit: WorkUnit): void {
    if (this.#descriptor !== undefined && unit.name === this.#path) return;
    this.close();
    this.#path = unit.name;
    try {
      this.#descriptor = openSync(unit.name, 'r');
    } catch (cause) {
      throw readError(unit.name, cause);
    }
  }

  read(target: Uint8Array, position: number, byteCount: number): number {
    try {
      return readSync(this.#descriptor!, target, 0, byteCount, position);
    } catch (cause) {
      throw readError(this.#path, cause);
    }
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

export function readError(path: string, cause: unknown): VelostreamError {
  return new VelostreamError(`file "${path}" cannot be read`, {
    code: 'source_unavailable',
    domain: 'external',
    detail: causeText(cause),
    option: 'path',
    cause,
  });
}
