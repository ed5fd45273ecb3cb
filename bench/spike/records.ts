/**
 * Writes the founding record as JSON lines, from a seed:
 * {"trader_id","symbol","price","quantity","trade_time"}. Keys are drawn uniformly, which is the worst
 * locality a group table can meet.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export interface RecordShape {
  /** Names the file: t200, t10k, t1m, long. */
  readonly name: string;
  readonly traders: number;
  readonly symbols: number;
  /** Put before the trader's number; a long one makes every key a long string. */
  readonly traderPrefix: string;
}

export const recordShapes: readonly RecordShape[] = [
  { name: '200', traders: 20, symbols: 10, traderPrefix: 'T' },
  { name: '10k', traders: 500, symbols: 20, traderPrefix: 'T' },
  { name: '1M', traders: 20_000, symbols: 50, traderPrefix: 'T' },
  { name: 'long', traders: 100, symbols: 20, traderPrefix: 'TRADING-DESK-LONDON-' },
];

const bufferBytes = 1 << 22;
const recordBytesMax = 256;
const firstTradeTime = 1_730_880_000_123;

export function writeRecords(path: string, shape: RecordShape, recordCount: number): void {
  const file = openSync(path, 'w');
  const out = new LineWriter(bufferBytes);
  const next = xorshift32(88_172_645);
  for (let i = 0; i < recordCount; i++) {
    const cents = 1000 + (next() % 99_000);
    const time = firstTradeTime + Math.floor((i * 600_000) / recordCount) + (next() % 2000);
    out.text(`{"trader_id":"${shape.traderPrefix}`);
    out.digits(next() % shape.traders);
    out.text('","symbol":"SYM');
    out.digits(next() % shape.symbols);
    out.text('","price":');
    out.digits(Math.floor(cents / 100));
    out.text(cents % 100 < 10 ? '.0' : '.');
    out.digits(cents % 100);
    out.text(',"quantity":');
    out.digits((1 + (next() % 50)) * 100);
    out.text(',"trade_time":');
    out.digits(time);
    out.text('}\n');
    if (out.length > bufferBytes - recordBytesMax) {
      writeSync(file, out.bytes, 0, out.length);
      out.length = 0;
    }
  }
  writeSync(file, out.bytes, 0, out.length);
  closeSync(file);
}

class LineWriter {
  readonly bytes: Buffer;
  length = 0;

  constructor(byteCount: number) {
    this.bytes = Buffer.alloc(byteCount);
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  digits(value: number): void {
    this.text(String(value));
  }
}

function xorshift32(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
