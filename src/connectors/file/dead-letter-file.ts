/**
 * Dead letters: one JSON line for each record that could not be used, with where it lay, why, and its payload
 * (as text where it is UTF-8, else in base64; of a record that is too long, the beginning). Appended as they
 * come; nothing is lost when the job fails later.
 */

import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
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
  /** The payload is only the record's beginning. */
  readonly isCut?: boolean;
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

  /** A letter is in the file as a whole or not at all, so that later ones begin on a line of their own. */
  write(record: DeadLetter): void {
    const { unit, offset, line, reason, column } = record;
    const letter = { source: unit.name, line, offset, reason, column, ...payloadOf(record) };
    const bytes = encodeUtf8(`${JSON.stringify(letter)}\n`);
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.#descriptor, bytes, at);
    } catch (cause) {
      this.#takeBack(at);
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

  #takeBack(byteCount: number): void {
    try {
      ftruncateSync(this.#descriptor, fstatSync(this.#descriptor).size - byteCount);
    } catch {
      // A pipe or a device gives nothing back.
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

type Payload = ({ payload: string } | { payload_base64: string }) & { payload_is_cut: true | undefined };

function payloadOf({ payload, isCut = false }: DeadLetter): Payload {
  const text = decodeUtf8Strict(payload);
  const shown =
    text === undefined ? { payload_base64: Buffer.from(payload).toString('base64') } : { payload: text };
  return { ...shown, payload_is_cut: isCut || undefined };
}
