/**
 * The founding query over records of 50 columns whose shape drifts, as it does while versions of a producer
 * come and go: each version orders the members in its own way, lacks some and has some of its own; two
 * versions write side by side for a while; any record may lack optional members, and some carry a nested one
 * that no version knows.
 */
import { ByteWriter, pieceOf } from '../data/byte-writer.ts';
import { Xorshift } from '../data/random.ts';
import { appendCents, groupByTrader, groupByTraderInDuckdb, groupTradesByHand } from './founding.ts';
import type { Scenario } from './scenario.ts';
import { TradeGroups } from './trade-groups.ts';

const versionCount = 12;
const columnCount = 50;
const valuesPerColumn = 64;

export function makeDrifting(path: string, recordCount: number): Scenario {
  const groups = new TradeGroups(500, 20);
  const byteCount = writeRecords(path, groups, recordCount);
  return {
    name: 'drift',
    title: 'GROUP BY trader_id, symbol; JSON lines of 50 columns whose shape drifts, 10k groups',
    path,
    recordCount,
    byteCount,
    groupCount: groups.groupCount,
    velostreamSql: groupByTrader(path),
    duckdbSql: groupByTraderInDuckdb(path),
    byHand: () => groupTradesByHand(path),
    check: () => groups.check('drift'),
    targets: { overByHand: 3 },
  };
}

type Role = 'trader' | 'symbol' | 'price' | 'quantity' | 'other';

interface Member {
  readonly role: Role;
  /** `"name":` */
  readonly key: Uint8Array;
  /** Values as text; of the members that the query reads there are none, they are made for each record. */
  readonly values: readonly Uint8Array[];
  /** Of 256 records so many lack it. */
  readonly missing: number;
}

function writeRecords(path: string, groups: TradeGroups, recordCount: number): number {
  const random = new Xorshift(2_463_534_242);
  const versions = makeVersions(random);
  const debug = pieceOf(
    ',"debug":{"trace":["a","b\\"c"],"spans":[{"id":1,"took":0.25},{"id":2,"took":null}]}',
  );
  const out = new ByteWriter(path);
  for (let i = 0; i < recordCount; i++) {
    const age = (i * versionCount) / recordCount;
    const version = Math.floor(age);
    // During the last fifth of a version's time the next one writes too.
    const isNext = age - version > 0.8 && version + 1 < versionCount && (random.next() & 1) === 1;
    writeRecord(out, versions[isNext ? version + 1 : version]!, random, groups);
    if (random.below(256) < 3) out.piece(debug);
    out.byte(0x7d);
    out.endRecord();
  }
  out.close();
  return out.byteCount;
}

function writeRecord(
  out: ByteWriter,
  version: readonly Member[],
  random: Xorshift,
  groups: TradeGroups,
): void {
  const trader = random.below(groups.traderCount);
  const symbol = random.below(groups.symbolCount);
  const cents = 1000 + random.below(99_000);
  groups.add(trader, symbol, cents);
  let separator = 0x7b;
  for (const { role, key, values, missing } of version) {
    const drawn = random.next();
    if ((drawn & 0xff) < missing) continue;
    out.byte(separator);
    separator = 0x2c;
    out.piece(key);
    if (role === 'other') out.piece(values[(drawn >>> 8) % values.length]!);
    else if (role === 'price') appendCents(out, cents);
    else if (role === 'quantity') out.digits((1 + ((drawn >>> 8) % 50)) * 100);
    else {
      out.byte(0x22);
      out.piece(role === 'trader' ? traderPrefix : symbolPrefix);
      out.digits(role === 'trader' ? trader : symbol);
      out.byte(0x22);
    }
  }
}

const traderPrefix = pieceOf('T');
const symbolPrefix = pieceOf('SYM');

/** Each version is the one before with ten members moved, two replaced, and two more or fewer. */
function makeVersions(random: Xorshift): readonly (readonly Member[])[] {
  const read: readonly (readonly [Role, string])[] = [
    ['trader', 'trader_id'],
    ['symbol', 'symbol'],
    ['price', 'price'],
    ['quantity', 'quantity'],
  ];
  let members = read.map(([role, name]): Member => ({ role, key: keyOf(name), values: [], missing: 0 }));
  for (let i = members.length; i < columnCount; i++) members.push(otherMember(`column_${i}`, i, random));
  members = moved(members, random, columnCount);
  const versions = [members];
  for (let version = 1; version < versionCount; version++) {
    let next = members.slice();
    for (let k = 0; k < 2; k++) {
      const others = next.flatMap(({ role }, index) => (role === 'other' ? [index] : []));
      const at = others[random.below(others.length)]!;
      next[at] = otherMember(`column_v${version}_${k}`, random.below(8), random);
    }
    if (version % 2 === 0) next.push(otherMember(`added_${version}`, version, random));
    else
      next = next.filter((member, index) => member.role !== 'other' || index !== random.below(next.length));
    members = moved(next, random, 10);
    versions.push(members);
  }
  return versions;
}

function moved(members: readonly Member[], random: Xorshift, count: number): Member[] {
  const result = members.slice();
  for (let k = 0; k < count; k++) {
    const [member] = result.splice(random.below(result.length), 1);
    result.splice(random.below(result.length + 1), 0, member!);
  }
  return result;
}

function otherMember(name: string, kind: number, random: Xorshift): Member {
  const values = Array.from({ length: valuesPerColumn }, () => pieceOf(otherValue(kind % 8, random)));
  // A third of the members is optional.
  return { role: 'other', key: keyOf(name), values, missing: kind % 3 === 0 ? 13 : 0 };
}

function keyOf(name: string): Uint8Array {
  return pieceOf(`"${name}":`);
}

function otherValue(kind: number, random: Xorshift): string {
  switch (kind) {
    case 0:
      return `"value ${random.below(10_000)}"`;
    case 1:
      return String(random.below(1_000_000));
    case 2:
      return (random.below(10_000_000) / 1000).toString();
    case 3:
      return random.below(10) === 0 ? 'true' : 'false';
    case 4:
      return String(1_730_880_000_123 + random.below(1_000_000));
    case 5:
      return JSON.stringify({ desk: `D${random.below(90)}`, limits: [random.below(9), random.below(99)] });
    case 6:
      return random.below(4) === 0 ? 'null' : `"a \\"quoted\\" note ${random.below(100)}"`;
    default:
      return JSON.stringify(Array.from({ length: random.below(5) }, () => random.below(1000)));
  }
}
