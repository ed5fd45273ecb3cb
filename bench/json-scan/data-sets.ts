/** The inputs of the scan's benchmark, made from a fixed seed. */
import { Random } from '../../src/base/random.ts';
import type { Schema } from '../../src/columns/schema.ts';
import { bigintType, doubleType, intType, timestampType, varcharType } from '../../src/columns/sql-type.ts';

export interface DataSet {
  readonly name: string;
  readonly schema: Schema;
  /** One record, without its line feed. */
  readonly record: (random: Random, index: number) => string;
}

const column = (name: string, type: Schema[number]['type']): Schema[number] => ({
  name,
  type,
  nullable: true,
});

const trades: Schema = [
  column('trader_id', varcharType),
  column('symbol', varcharType),
  column('price', doubleType),
  column('quantity', intType),
  column('trade_time', bigintType),
];

const price = (random: Random): string => {
  const cents = random.int(1000, 99_999);
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
};

function trade(random: Random, index: number, blank = ''): string {
  const values = [
    `"trader_id":${blank}"T${random.int(0, 9999)}"`,
    `"symbol":${blank}"SYM${random.int(0, 999)}"`,
    `"price":${blank}${price(random)}`,
    `"quantity":${blank}${random.int(1, 50) * 100}`,
    `"trade_time":${blank}${1_730_880_000_123 + index}`,
  ];
  return `{${values.join(`,${blank}`)}}`;
}

const wideNames = Array.from({ length: 50 }, (_, i) => `column_${i}`);

/** 50 columns of five kinds; each record lacks a few of them, and now and then has one more. */
function wide(random: Random, index: number, driftPercent: number): string {
  const members: string[] = [];
  for (const [i, name] of wideNames.entries()) {
    if (random.int(1, 1000) <= 10 * driftPercent) continue;
    if (random.int(1, 1000) <= driftPercent) members.push(`"extra_${random.int(0, 99)}":{"a":[1,"x"]}`);
    members.push(`"${name}":${wideValue(random, index, i % 5)}`);
  }
  return `{${members.join(',')}}`;
}

const recordsPerVersion = 5000;
const versions: (readonly string[])[] = [wideNames];

/** 50 columns of which three move from one version to the next; two versions alternate. */
function versioned(random: Random, index: number): string {
  const version = Math.floor(index / recordsPerVersion) + random.int(0, 1);
  while (versions.length <= version) {
    const names = [...versions.at(-1)!];
    const moves = Random.fromSeed(versions.length);
    for (let k = 0; k < 3; k++) {
      const [name] = names.splice(moves.int(0, 49), 1);
      names.splice(moves.int(0, 49), 0, name!);
    }
    versions.push(names);
  }
  const members = versions[version]!.map((name) => {
    const column = Number(name.slice('column_'.length));
    return `"${name}":${wideValue(random, index, column % 5)}`;
  });
  return `{${members.join(',')}}`;
}

function wideValue(random: Random, index: number, kind: number): string {
  switch (kind) {
    case 0:
      return `"value ${random.int(0, 9999)}"`;
    case 1:
      return String(random.int(0, 1_000_000));
    case 2:
      return price(random);
    case 3:
      return random.int(0, 9) === 0 ? 'true' : 'false';
    default:
      return String(1_730_880_000_123 + index);
  }
}

const wideRead: Schema = [
  column('column_5', varcharType),
  column('column_16', bigintType),
  column('column_27', doubleType),
  column('column_44', bigintType),
];

const iso = (index: number): string => new Date(1_730_880_000_123 + 1000 * index).toISOString();

export const dataSets: readonly DataSet[] = [
  { name: 'founding record, 5 of 5', schema: trades, record: (random, i) => trade(random, i) },
  {
    name: 'founding record, 2 of 5',
    schema: [trades[1]!, trades[2]!],
    record: (random, i) => trade(random, i),
  },
  { name: 'with blanks, 5 of 5', schema: trades, record: (random, i) => trade(random, i, ' ') },
  { name: '50 columns, 4 read, steady', schema: wideRead, record: (random, i) => wide(random, i, 0) },
  { name: '50 columns, 4 read, 2 % drift', schema: wideRead, record: (random, i) => wide(random, i, 2) },
  { name: '50 columns, 4 read, 10 % drift', schema: wideRead, record: (random, i) => wide(random, i, 10) },
  { name: '50 columns, 4 read, versions', schema: wideRead, record: versioned },
  {
    name: 'keys in random order, 5 of 5',
    schema: trades,
    record: (random, i) => {
      const members = Object.entries(JSON.parse(trade(random, i)) as object);
      for (let k = members.length - 1; k > 0; k--) {
        const j = random.int(0, k);
        [members[k], members[j]] = [members[j]!, members[k]!];
      }
      return JSON.stringify(Object.fromEntries(members));
    },
  },
  {
    name: 'nested and unknown, 2 of 6',
    schema: [trades[0]!, trades[2]!],
    record: (random, i) =>
      `{"extra":{"a":[1,2,"x"],"b":{"c":null}},${trade(random, i).slice(1, -1)},"tags":["one","two",${i}]}`,
  },
  {
    name: '17-digit doubles',
    schema: [column('x', doubleType), column('y', doubleType), column('z', doubleType)],
    record: (random) =>
      JSON.stringify({ x: random.uniform(), y: random.uniform() * 1000, z: -random.uniform() }),
  },
  {
    name: 'a fifth NULL, 5 of 5',
    schema: trades,
    record: (random, i) =>
      trade(random, i).replaceAll(/:("\w+"|[\d.]+)/g, (all) => (random.int(0, 4) === 0 ? ':null' : all)),
  },
  {
    name: 'long strings, ISO times',
    schema: [column('url', varcharType), column('at', timestampType), column('id', bigintType)],
    record: (random, i) => {
      const url = `https://example.org/items/${random.int(0, 1e9)}?page=${random.int(0, 99)}`;
      return `{"url":"${url}","at":"${iso(i)}","id":${BigInt(random.uint32()) << 30n}}`;
    },
  },
  {
    name: 'non-ASCII and escapes',
    schema: [column('name', varcharType), column('text', varcharType)],
    record: (random) =>
      `{"name":"Jürgen Müller ${random.int(0, 99)}","text":"Zeile 1\\nZeile \\u00fc ${random.int(0, 9999)}"}`,
  },
];
