/** The keys of a batch of groups as text. */
import { decodeUtf8 } from '../../base/bytes.ts';
import type { PrivateMemory } from '../operator.ts';

export interface KeyKernel {
  readonly memory: PrivateMemory;
  /** Writes the key of the batch's row as one JSON line; the address of its first byte. */
  readonly keyText: (row: number) => number;
}

const lineFeed = 10;

/** Gives the key of the batch's row as JSON. */
export function keyReader({ memory, keyText }: KeyKernel): (row: number) => string {
  return (row) => {
    const start = keyText(row);
    const bytes = memory.bytes();
    return decodeUtf8(bytes.subarray(start, bytes.indexOf(lineFeed, start)));
  };
}
