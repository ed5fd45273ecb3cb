/** A group table's producer that also tells the first keys it owns, as text, when it gives its groups. */
import type { PageConsumer } from '../operator.ts';
import { overrideConsumer } from '../override-consumer.ts';
import { type KeyKernel, keyReader } from './key-reader.ts';

export interface ListedKeysOptions extends KeyKernel {
  /** Keys that are told; no more are after that. */
  readonly keysMax: number;
  readonly onKeys: (keys: readonly string[]) => void;
}

export function listKeys(consumer: PageConsumer, options: ListedKeysOptions): PageConsumer {
  const { keysMax, onKeys } = options;
  const keyOf = keyReader(options);
  let told = 0;
  return overrideConsumer(consumer, {
    next: () => {
      const produced = consumer.next();
      if (typeof produced !== 'number' || told >= keysMax) return produced;
      const count = Math.min(produced, keysMax - told);
      told += count;
      onKeys(Array.from({ length: count }, (_, row) => keyOf(row)));
      return produced;
    },
  });
}
