/**
 * The founding query's answer: COUNT and AVG(price) by trader and symbol, kept in plain arrays while records
 * are made. A key is a number here; `T17` and `SYM3` are its texts.
 */
import { type AnswerCheck, type Cell, isClose, wrongRow } from './scenario.ts';

export class TradeGroups {
  readonly traderCount: number;
  readonly symbolCount: number;
  readonly #counts: Float64Array;
  readonly #cents: Float64Array;

  constructor(traderCount: number, symbolCount: number) {
    this.traderCount = traderCount;
    this.symbolCount = symbolCount;
    this.#counts = new Float64Array(traderCount * symbolCount);
    this.#cents = new Float64Array(traderCount * symbolCount);
  }

  add(trader: number, symbol: number, cents: number): void {
    const group = trader * this.symbolCount + symbol;
    this.#counts[group]! += 1;
    this.#cents[group]! += cents;
  }

  get groupCount(): number {
    return this.#counts.reduce((groups, count) => groups + (count > 0 ? 1 : 0), 0);
  }

  check(name: string): AnswerCheck {
    const seen = new Uint8Array(this.#counts.length);
    let rowCount = 0;
    const row = (cells: readonly Cell[]): void => {
      const [trader, symbol, count, average] = cells;
      const group = Number(String(trader).slice(1)) * this.symbolCount + Number(String(symbol).slice(3));
      const expected = this.#counts[group] ?? 0;
      const expectedAverage = this.#cents[group]! / 100 / expected;
      if (expected === 0 || seen[group] === 1 || Number(count) !== expected) {
        throw wrongRow(name, cells, `${expected} records, once`);
      }
      if (!isClose(Number(average), expectedAverage)) throw wrongRow(name, cells, `${expectedAverage}`);
      seen[group] = 1;
      rowCount++;
    };
    const end = (): void => {
      if (rowCount !== this.groupCount) {
        throw new Error(`${name}: ${rowCount} groups, expected ${this.groupCount}`);
      }
    };
    return { row, end };
  }
}
