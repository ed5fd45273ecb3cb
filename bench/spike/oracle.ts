/**
 * The answers, computed apart: JSON.parse and a Map, sums exact in units of 2^-50 (each price is a multiple
 * of that), rounded once. Shares no code with the kernels beyond reading a view.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { viewToString } from '../../src/columns/string-view.ts';
import type { CollectedGroups } from './pipeline/job.ts';
import { groupRow } from './pipeline/layout.ts';

export interface Group {
  readonly count: number;
  readonly sum: number;
  readonly quantity: number;
  readonly min: number;
  readonly max: number;
}

export type Groups = Map<string, Group>;

interface Trade {
  readonly trader_id: string;
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
}

const unit = 2 ** 50;

export function expectedGroups(path: string): Groups {
  const exact = new Map<string, { count: number; sum: bigint; quantity: number; min: number; max: number }>();
  forEachLine(path, (line) => {
    const trade = JSON.parse(line) as Trade;
    const key = `${trade.trader_id}|${trade.symbol}`;
    let group = exact.get(key);
    if (!group) {
      group = { count: 0, sum: 0n, quantity: 0, min: Infinity, max: -Infinity };
      exact.set(key, group);
    }
    group.count++;
    group.sum += BigInt(trade.price * unit);
    group.quantity += trade.quantity;
    group.min = Math.min(group.min, trade.price);
    group.max = Math.max(group.max, trade.price);
  });
  return new Map([...exact].map(([key, group]) => [key, { ...group, sum: Number(group.sum) / unit }]));
}

/** Every worker's groups in one map; a key that two workers own is an error. */
export function decodeGroups(collected: readonly CollectedGroups[]): Groups {
  const groups: Groups = new Map();
  for (const { entries, strings, stringsAddress } of collected) {
    const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
    const both = new Uint8Array(stringsAddress > 0 ? strings.length + entries.length : 0);
    both.set(entries);
    both.set(strings, entries.length);
    const text = (at: number) => viewToString(both, at, entries.length - stringsAddress);
    for (let at = 0; at < entries.length; at += groupRow.strideBytes) {
      const key = `${text(at + groupRow.keys)}|${text(at + groupRow.keys + 16)}`;
      if (groups.has(key)) throw new Error(`two partitions own ${key}`);
      groups.set(key, {
        count: Number(view.getBigInt64(at + groupRow.count, true)),
        sum: view.getFloat64(at + groupRow.sumHigh, true) + view.getFloat64(at + groupRow.sumLow, true),
        quantity: Number(view.getBigInt64(at + groupRow.quantity, true)),
        min: view.getFloat64(at + groupRow.min, true),
        max: view.getFloat64(at + groupRow.max, true),
      });
    }
  }
  return groups;
}

/** How many groups differ in anything; sums count apart, because plain ones are not expected to agree. */
export function compareGroups(actual: Groups, expected: Groups): { wrong: number; wrongSums: number } {
  let wrong = Math.abs(actual.size - expected.size);
  let wrongSums = 0;
  for (const [key, want] of expected) {
    const got = actual.get(key);
    if (!got || got.count !== want.count || got.quantity !== want.quantity) wrong++;
    else if (got.min !== want.min || got.max !== want.max) wrong++;
    if (got && String(got.sum) !== String(want.sum)) wrongSums++;
  }
  return { wrong, wrongSums };
}

/** Reads the file in chunks of 1 MiB, split at line feeds: the fastest plain way there is. */
export function forEachLine(path: string, visit: (line: string) => void): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(1 << 20);
  let carry = '';
  for (;;) {
    const count = readSync(file, buffer);
    if (count === 0) break;
    const text = carry + buffer.toString('latin1', 0, count);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      visit(text.slice(from, end));
      from = end + 1;
    }
    carry = text.slice(from);
  }
  closeSync(file);
}
