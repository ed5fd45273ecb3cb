/**
 * Dead letters: one JSON line for each record that could not be used, with where it lay, why, and its payload
 * (as text where it is UTF-8, else in base64). Appended as they come; nothing is lost when the job fails
 * later.
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import { decodeUtf8Strict, encodeUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import { causeText } from '../cause-text.ts';

export interface DeadLetter {
  readonly unit: { readonly name: string };
  readonly offset: number;
  readonly line?: number | undefined;
  readonly reason: string;
  readonly column: string | undefined;
  readonly payload: Uint8Array;
}

export class DeadLetterFile {
  readonly #path: string;
  readonly #descriptor: number;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'a');
    } catch (cause) {
      throw this.#error(cause);
    }
  }

  write(record: DeadLetter): void {
    const { unit, offset, line, reason, column, payload } = record;
    const letter = { source: unit.name, line, offset, reason, column, ...payloadOf(payload) };
    const bytes = encodeUtf8(`${JSON.stringify(letter)}\n`);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (cause) {
      throw this.#error(cause);
    }
  }

  /** Some file systems tell only now that a write failed. */
  close(): void {
    try {
      closeSync(this.#descriptor);
    } catch (cause) {
      throw this.#error(cause);
    }
  }

  #error(cause: unknown): VelostreamError {
    return new VelostreamError(`dead letters cannot be written to "${this.#path}"`, {
      code: 'sink_unavailable',
      domain: 'external',
      detail: causeText(cause),
      cause,
    });
  }
}

function payloadOf(bytes: Uint8Array): { payload: string } | { payload_base64: string } {
  const payload = decodeUtf8Strict(bytes);
  return payload === undefined ? { payload_base64: Buffer.from(bytes).toString('base64') } : { payload };
}
