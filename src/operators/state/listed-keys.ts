/** A group table's producer that also tells the first keys it owns, as text, when it gives its groups. */
import { decodeUtf8 } from '../../base/bytes.ts';
import type { PageConsumer, PrivateMemory } from '../operator.ts';

export interface ListedKeysOptions {
  readonly memory: PrivateMemory;
  /** Writes the key of the batch's row as one JSON line; the address of its first byte. */
  readonly keyText: (row: number) => number;
  /** Keys that are told; no more are after that. */
  readonly keysMax: number;
  readonly onKeys: (keys: readonly string[]) => void;
}

const lineFeed = 10;

export function listKeys(consumer: PageConsumer, options: ListedKeysOptions): PageConsumer {
  const { memory, keyText, keysMax, onKeys } = options;
  let told = 0;
  const keyOf = (_: unknown, row: number): string => {
    const start = keyText(row);
    const bytes = memory.bytes();
    return decodeUtf8(bytes.subarray(start, bytes.indexOf(lineFeed, start)));
  };
  return {
    next: () => {
      const produced = consumer.next();
      if (typeof produced !== 'number' || told >= keysMax) return produced;
      const count = Math.min(produced, keysMax - told);
      told += count;
      onKeys(Array.from({ length: count }, keyOf));
      return produced;
    },
    accept: (address, channel) => consumer.accept(address, channel),
    endChannel: (channel, openCount) => consumer.endChannel(channel, openCount),
    rejectRow: (row, reason) => consumer.rejectRow(row, reason),
    close: () => consumer.close(),
    pendingInput: consumer.pendingInput,
    place: consumer.place,
  };
}
