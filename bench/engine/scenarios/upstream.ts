/**
 * Two scenarios of the system that this one follows, with the data as it defines them: S0, a filter that
 * every record passes, and S2, GROUP BY over 200 symbols.
 */
import { forEachLine } from '../contestants/read-lines.ts';
import { ByteWriter, pieceOf } from '../data/byte-writer.ts';
import { type AnswerCheck, type Cell, isClose, type Scenario, wrongRow } from './scenario.ts';

const orderDate = '2024-01-15';

export function makeS0(path: string, recordCount: number): Scenario {
  const pieces = ['{"order_id":', ',"customer_id":', `,"order_date":"${orderDate}","total_amount":`, '.0}'];
  const [order, customer, amount, end] = pieces.map(pieceOf);
  const out = new ByteWriter(path);
  for (let i = 0; i < recordCount; i++) {
    out.piece(order!);
    out.digits(i);
    out.piece(customer!);
    out.digits(i % 1000);
    out.piece(amount!);
    out.digits(150 + (i % 100));
    out.piece(end!);
    out.endRecord();
  }
  out.close();
  const columns = 'order_id BIGINT, customer_id BIGINT, order_date VARCHAR, total_amount DOUBLE';
  const select = 'SELECT order_id, customer_id, order_date, total_amount';
  return {
    name: 'S0',
    title: 'S0: WHERE total_amount > 100; JSON lines, every record passes',
    path,
    recordCount,
    byteCount: out.byteCount,
    groupCount: undefined,
    velostreamSql: `
      CREATE STREAM orders (${columns}) WITH (connector = 'file', path = '${path}', format = 'jsonl');
      ${select} FROM orders WHERE total_amount > 100;`,
    duckdbSql: `${select} FROM read_json('${path}', format = 'newline_delimited', columns = {
      order_id: 'BIGINT', customer_id: 'BIGINT', order_date: 'VARCHAR', total_amount: 'DOUBLE'})
      WHERE total_amount > 100`,
    byHand: () => filterOrdersByHand(path),
    check: () => checkOrders(recordCount),
    targets: { twoOverOne: 1.85 },
  };
}

interface Order {
  readonly order_id: number;
  readonly customer_id: number;
  readonly order_date: string;
  readonly total_amount: number;
}

/** The rows become text, as they do in Velostream. */
function filterOrdersByHand(path: string): ReturnType<Scenario['byHand']> {
  const blocks: Buffer[] = [];
  let text = '';
  forEachLine(path, (line) => {
    const order = JSON.parse(line) as Order;
    if (order.total_amount <= 100) return;
    text += `${order.order_id},${order.customer_id},${order.order_date},${order.total_amount}\n`;
    if (text.length < 1 << 16) return;
    blocks.push(Buffer.from(text));
    text = '';
  });
  blocks.push(Buffer.from(text));
  return (row: (cells: readonly Cell[]) => void): void => {
    const lines = Buffer.concat(blocks).toString().split('\n');
    lines.pop();
    for (const line of lines) row(line.split(','));
  };
}

/** Every order once, in any order, with the values that belong to its number. */
function checkOrders(recordCount: number): AnswerCheck {
  const seen = new Uint8Array(recordCount);
  let rowCount = 0;
  const row = (cells: readonly Cell[]): void => {
    const [order, customer, date, amount] = cells;
    const i = Number(order);
    const isRight =
      seen[i] === 0 &&
      Number(customer) === i % 1000 &&
      date === orderDate &&
      Number(amount) === 150 + (i % 100);
    if (!isRight) throw wrongRow('S0', cells, `order ${i}, once`);
    seen[i] = 1;
    rowCount++;
  };
  const end = (): void => {
    if (rowCount !== recordCount) throw new Error(`S0: ${rowCount} rows, expected ${recordCount}`);
  };
  return { row, end };
}

const symbolCount = 200;

export function makeS2(path: string, recordCount: number): Scenario {
  const [symbol, price, quantity] = ['{"symbol":"SYM', '","price":', '.0,"quantity":'].map(pieceOf);
  const out = new ByteWriter(path);
  for (let i = 0; i < recordCount; i++) {
    out.piece(symbol!);
    out.digits(i % symbolCount);
    out.piece(price!);
    out.digits(100 + (i % 100));
    out.piece(quantity!);
    out.digits(i % 1000);
    out.byte(0x7d);
    out.endRecord();
  }
  out.close();
  const select = `SELECT symbol, COUNT(*) AS trade_count, AVG(price) AS average_price, MIN(price) AS least,
      MAX(price) AS greatest, SUM(quantity) AS quantity`;
  return {
    name: 'S2',
    title: 'S2: COUNT, AVG, MIN, MAX, SUM by symbol; JSON lines, 200 groups',
    path,
    recordCount,
    byteCount: out.byteCount,
    groupCount: Math.min(symbolCount, recordCount),
    velostreamSql: `
      CREATE STREAM market_data (symbol VARCHAR, price DOUBLE, quantity BIGINT)
        WITH (connector = 'file', path = '${path}', format = 'jsonl');
      ${select} FROM market_data GROUP BY symbol;`,
    duckdbSql: `${select} FROM read_json('${path}', format = 'newline_delimited',
      columns = {symbol: 'VARCHAR', price: 'DOUBLE', quantity: 'BIGINT'}) GROUP BY symbol`,
    byHand: () => groupMarketDataByHand(path),
    check: () => checkSymbols(recordCount),
    targets: { overByHand: 10, overDuckdb: 2.5, twoOverOne: 1.8 },
  };
}

interface MarketData {
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
}

function groupMarketDataByHand(path: string): ReturnType<Scenario['byHand']> {
  const groups = new Map<
    string,
    { count: number; sum: number; min: number; max: number; quantity: number }
  >();
  forEachLine(path, (line) => {
    const { symbol, price, quantity } = JSON.parse(line) as MarketData;
    const group = groups.get(symbol);
    if (group === undefined) groups.set(symbol, { count: 1, sum: price, min: price, max: price, quantity });
    else {
      group.count++;
      group.sum += price;
      group.quantity += quantity;
      if (price < group.min) group.min = price;
      if (price > group.max) group.max = price;
    }
  });
  return (row: (cells: readonly Cell[]) => void): void => {
    for (const [symbol, { count, sum, min, max, quantity }] of groups) {
      row([symbol, count, sum / count, min, max, quantity]);
    }
  };
}

/** Sums of whole numbers, computed by going through the record numbers once more. */
function checkSymbols(recordCount: number): AnswerCheck {
  const counts = new Float64Array(symbolCount);
  const quantities = new Float64Array(symbolCount);
  for (let i = 0; i < recordCount; i++) {
    counts[i % symbolCount]! += 1;
    quantities[i % symbolCount]! += i % 1000;
  }
  const seen = new Set<number>();
  const row = (cells: readonly Cell[]): void => {
    const [symbol, count, average, least, greatest, quantity] = cells;
    const group = Number(String(symbol).slice(3));
    // 100 divides 200, so a symbol has one price.
    const price = 100 + (group % 100);
    const isRight =
      Number(count) === counts[group] &&
      isClose(Number(average), price) &&
      Number(least) === price &&
      Number(greatest) === price &&
      Number(quantity) === quantities[group];
    if (!isRight || seen.has(group))
      throw wrongRow('S2', cells, `${counts[group]} records at ${price}, once`);
    seen.add(group);
  };
  const end = (): void => {
    const expected = Math.min(symbolCount, recordCount);
    if (seen.size !== expected) throw new Error(`S2: ${seen.size} groups, expected ${expected}`);
  };
  return { row, end };
}
