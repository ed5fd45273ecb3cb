/**
 * The founding query over JSON lines:
 * `SELECT trader_id, symbol, COUNT(*), AVG(price) ... GROUP BY trader_id, symbol`, at three numbers of
 * groups. Keys are drawn uniformly, which is the worst locality that a group table can meet.
 */
import { forEachLine } from '../contestants/read-lines.ts';
import { ByteWriter, pieceOf } from '../data/byte-writer.ts';
import { Xorshift } from '../data/random.ts';
import type { Cell, Scenario, Targets } from './scenario.ts';
import { TradeGroups } from './trade-groups.ts';

export interface FoundingSize {
  readonly name: string;
  readonly traders: number;
  readonly symbols: number;
  /** One key has so many of a hundred records beside its share of the others. */
  readonly hotPercent?: number;
  readonly targets: Targets;
}

export const foundingSizes: readonly FoundingSize[] = [
  {
    name: '200',
    traders: 20,
    symbols: 10,
    targets: { overByHand: 10, overDuckdb: 2.5, twoOverOne: 1.8 },
  },
  {
    name: '10k',
    traders: 500,
    symbols: 20,
    targets: { overByHand: 10, overDuckdb: 2.2, twoOverOne: 1.65 },
  },
  {
    name: '1M',
    traders: 20_000,
    symbols: 50,
    targets: { overByHand: 10, overDuckdb: 1.3, twoOverOne: 1.65 },
  },
  { name: 'hot', traders: 500, symbols: 20, hotPercent: 90, targets: {} },
];

export const foundingColumns =
  'trader_id VARCHAR, symbol VARCHAR, price DOUBLE, quantity BIGINT, trade_time BIGINT';

export function makeFounding(path: string, size: FoundingSize, recordCount: number): Scenario {
  const groups = new TradeGroups(size.traders, size.symbols);
  const { hotPercent = 0 } = size;
  const byteCount = writeTrades(path, groups, { recordCount, hotPercent });
  const name = `founding-${size.name}`;
  return {
    name,
    title: titleOf(size),
    path,
    recordCount,
    byteCount,
    groupCount: groups.groupCount,
    velostreamSql: groupByTrader(path),
    duckdbSql: groupByTraderInDuckdb(path),
    byHand: () => groupTradesByHand(path),
    check: () => groups.check(name),
    targets: size.targets,
  };
}

function titleOf({ name, hotPercent, traders, symbols }: FoundingSize): string {
  const title = 'GROUP BY trader_id, symbol; JSON lines,';
  if (hotPercent === undefined) return `${title} ${name} groups`;
  return `${title} ${traders * symbols} groups, one with ${hotPercent} % of the records`;
}

/** `{"trader_id":"T17","symbol":"SYM3","price":153.25,"quantity":1200,"trade_time":1730880000123}` */
function writeTrades(
  path: string,
  groups: TradeGroups,
  { recordCount, hotPercent }: { readonly recordCount: number; readonly hotPercent: number },
): number {
  const traders = Array.from({ length: groups.traderCount }, (_, i) =>
    pieceOf(`{"trader_id":"T${i}","symbol":"SYM`),
  );
  const price = pieceOf('","price":');
  const quantity = pieceOf(',"quantity":');
  const time = pieceOf(',"trade_time":');
  const random = new Xorshift(88_172_645);
  const out = new ByteWriter(path);
  for (let i = 0; i < recordCount; i++) {
    const isHot = hotPercent > 0 && random.below(100) < hotPercent;
    const trader = isHot ? 0 : random.below(groups.traderCount);
    const symbol = isHot ? 0 : random.below(groups.symbolCount);
    const cents = 1000 + random.below(99_000);
    groups.add(trader, symbol, cents);
    out.piece(traders[trader]!);
    out.digits(symbol);
    out.piece(price);
    appendCents(out, cents);
    out.piece(quantity);
    out.digits((1 + random.below(50)) * 100);
    out.piece(time);
    out.digits(1_730_880_000_123 + Math.floor((i * 600_000) / recordCount) + random.below(2000));
    out.byte(0x7d);
    out.endRecord();
  }
  out.close();
  return out.byteCount;
}

/** Two places, always. */
export function appendCents(out: ByteWriter, cents: number): void {
  const units = Math.floor(cents / 100);
  out.digits(units);
  out.byte(0x2e);
  out.byte(48 + (Math.floor(cents / 10) % 10));
  out.byte(48 + (cents % 10));
}

export function groupByTrader(path: string): string {
  return `
    CREATE STREAM trades (${foundingColumns}) WITH (connector = 'file', path = '${path}', format = 'jsonl');
    SELECT trader_id, symbol, COUNT(*) AS trades, AVG(price) AS average_price
    FROM trades GROUP BY trader_id, symbol;`;
}

export function groupByTraderInDuckdb(path: string): string {
  return `
    SELECT trader_id, symbol, COUNT(*) AS trades, AVG(price) AS average_price
    FROM read_json('${path}', format = 'newline_delimited', columns = {trader_id: 'VARCHAR',
      symbol: 'VARCHAR', price: 'DOUBLE', quantity: 'BIGINT', trade_time: 'BIGINT'})
    GROUP BY trader_id, symbol`;
}

interface Trade {
  readonly trader_id: string;
  readonly symbol: string;
  readonly price: number;
}

export function groupTradesByHand(path: string): ReturnType<Scenario['byHand']> {
  const groups = new Map<string, { readonly trade: Trade; count: number; sum: number }>();
  forEachLine(path, (line) => {
    const trade = JSON.parse(line) as Trade;
    const key = `${trade.trader_id}|${trade.symbol}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { trade, count: 1, sum: trade.price });
    else {
      group.count++;
      group.sum += trade.price;
    }
  });
  return (row: (cells: readonly Cell[]) => void): void => {
    for (const { trade, count, sum } of groups.values()) {
      row([trade.trader_id, trade.symbol, count, sum / count]);
    }
  };
}
