/**
 * What others make of the same file: the loop anybody would write, and DuckDB with a given number of threads.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import type { Sample } from './measure.ts';
import { forEachLine, type Group, type Groups } from './oracle.ts';

interface Trade {
  readonly trader_id: string;
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
}

export function plainLoop(path: string): { sample: Sample; groups: Groups } {
  const started = performance.now();
  const groups = new Map<string, { -readonly [K in keyof Group]: Group[K] }>();
  forEachLine(path, (line) => {
    const trade = JSON.parse(line) as Trade;
    const key = `${trade.trader_id}|${trade.symbol}`;
    let group = groups.get(key);
    if (!group) {
      group = { count: 0, sum: 0, quantity: 0, min: Infinity, max: -Infinity };
      groups.set(key, group);
    }
    group.count++;
    group.sum += trade.price;
    group.quantity += trade.quantity;
    if (trade.price < group.min) group.min = trade.price;
    if (trade.price > group.max) group.max = trade.price;
  });
  return { sample: { millis: performance.now() - started }, groups };
}

const columns =
  "{trader_id: 'VARCHAR', symbol: 'VARCHAR', price: 'DOUBLE', quantity: 'BIGINT', trade_time: 'BIGINT'}";

function groupBy(path: string): string {
  return `SELECT trader_id || '|' || symbol AS key, COUNT(*) AS n, SUM(price) AS s, SUM(quantity)::BIGINT AS q,
    MIN(price) AS lo, MAX(price) AS hi
    FROM read_json('${path}', format = 'newline_delimited', columns = ${columns}) GROUP BY trader_id, symbol`;
}

/** Times the query with its groups summed up, so that no time goes into handing rows to JavaScript. */
export async function duckdb(path: string, threads: number): Promise<Sample> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const started = performance.now();
  const summary = `SELECT SUM(n), SUM(s), SUM(q), MIN(lo), MAX(hi), COUNT(*) FROM (${groupBy(path)})`;
  await connection.runAndReadAll(summary);
  const millis = performance.now() - started;
  connection.closeSync();
  instance.closeSync();
  return { millis };
}

/** The groups themselves, to be compared; sums are plain and may differ in the last digits. */
export async function duckdbGroups(path: string): Promise<Groups> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(groupBy(path));
  const groups: Groups = new Map();
  for (const [key, count, sum, quantity, min, max] of reader.getRows()) {
    groups.set(String(key), {
      count: Number(count),
      sum: Number(sum),
      quantity: Number(quantity),
      min: Number(min),
      max: Number(max),
    });
  }
  connection.closeSync();
  instance.closeSync();
  return groups;
}
