/**
 * Random schemas and values from a seed, with the cases that break things: NULLs, extremes, long and like
 * strings.
 */
import type { Column, Schema } from '../../src/columns/schema.ts';
import {
  bigintType,
  booleanType,
  decimalType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  storageOf,
  varcharType,
} from '../../src/columns/sql-type.ts';
import type { CellValue } from './page-rows.ts';

/** Numbers in [0, 1) from a seed (the 32-bit Weyl sequence with a multiply-xorshift finish). */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  bits64(): bigint {
    return (BigInt(this.below(2 ** 32)) << 32n) | BigInt(this.below(2 ** 32));
  }
}

const types: readonly SqlType[] = [
  booleanType,
  intType,
  bigintType,
  doubleType,
  decimalType(38, 4),
  varcharType,
  varcharType,
  intervalType,
];

export function randomSchema(random: SeededRandom, columnCount: number): Schema {
  return Array.from({ length: columnCount }, (_, i): Column => {
    return { name: `c${i}`, type: random.pick(types), nullable: random.chance(0.5) };
  });
}

/** A value of the column; `variety` bounds how many different ones there are (extremes beside it). */
export function randomValue(random: SeededRandom, column: Column, variety: number): CellValue {
  if (column.nullable && random.chance(0.15)) return null;
  const n = random.below(variety);
  const extreme = random.chance(0.05);
  switch (storageOf(column.type)) {
    case 'i8':
      return n % 2;
    case 'i32':
      return extreme ? random.pick([-(2 ** 31), 2 ** 31 - 1]) : n - (variety >> 1);
    case 'i64':
      return extreme ? random.pick([-(2n ** 63n), 2n ** 63n - 1n]) : BigInt(n - (variety >> 1));
    case 'f64':
      return extreme ? random.pick([Infinity, -Infinity, 5e-324]) : (n - (variety >> 1)) / 4;
    case 'i128':
      return extreme ? random.pick([-(10n ** 38n), 10n ** 38n]) : BigInt(n - (variety >> 1)) << 62n;
    case 'interval':
      return [BigInt(n - 2) * 43_200_000_000n, random.below(3) - 1, random.below(3) - 1];
    case 'view':
      return randomText(random, n);
  }
}

function randomText(random: SeededRandom, n: number): string {
  const form = n % 4;
  if (form === 0) return n === 0 ? '' : `s${n}`;
  if (form === 1) return `fifteen bytes ${String.fromCharCode(97 + (n % 26))}${n > 60 ? n : ''}`;
  if (form === 2) return `${'shared prefix '.repeat(1 + (n % 3))}${n}`;
  return random.chance(0.02) ? 'ü'.repeat(400 + (n % 7)) : `grüße\u0000${n}`;
}
