/**
 * A random table `t` of every type that a file can hold: NULLs, ties, extremes, Unicode, strings longer than
 * a view, and sometimes no row at all. Written as JSON lines or CSV for us, as an INSERT for the witnesses.
 */
import type { SeededRandom } from '../../support/random-rows.ts';

export type ColumnKind =
  | 'int'
  | 'bigint'
  | 'double'
  | 'decimal'
  /** A decimal of as many digits as there are. */
  | 'wide'
  | 'text'
  | 'boolean'
  | 'date'
  | 'timestamp';

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** The text of a value as SQL and CSV write it; null for NULL. */
export type Cell = string | null;

export interface Table {
  readonly format: 'jsonl' | 'csv';
  readonly rows: readonly (readonly Cell[])[];
}

export const tableColumns: readonly TableColumn[] = [
  { name: 'k', kind: 'text' },
  { name: 'i', kind: 'int' },
  { name: 's', kind: 'text' },
  { name: 'l', kind: 'bigint' },
  { name: 'd', kind: 'double' },
  { name: 'm', kind: 'decimal' },
  { name: 'w', kind: 'wide' },
  { name: 'b', kind: 'boolean' },
  { name: 'dt', kind: 'date' },
  { name: 'ts', kind: 'timestamp' },
];

/** Every engine knows these names. */
export const typeNames: Readonly<Record<ColumnKind, string>> = {
  int: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE PRECISION',
  decimal: 'DECIMAL(12, 3)',
  wide: 'DECIMAL(38, 6)',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

const keys = ['a', 'b', 'ä', '', 'fifteen bytes!!', 'sixteen bytes!!!', 'a key that is longer than a view'];
const texts = [
  ...[
    '',
    'a',
    'A',
    'ab',
    'b',
    'aé',
    '日本語',
    '😀',
    'a,b',
    'say "hi"',
    "it's",
    'two\nlines',
    'tab\there',
    '100%',
  ],
  ...[
    'fifteen bytes!!',
    'sixteen bytes!!!',
    `${'long '.repeat(40)}end`,
    `${'long '.repeat(40)}End`,
    'a_c',
    'ab\\c',
  ],
];
const dates = [
  '2024-02-29',
  '2024-01-31',
  '1970-01-01',
  '1969-12-31',
  '2000-01-01',
  '0001-01-01',
  '9999-12-31',
];
const times = ['00:00:00', '12:34:56.789', '23:59:59.999999', '06:00:00'];

/** JSON has no words for these. */
const notFinite = ['NaN', 'Infinity', '-Infinity'];
/** Largest and smallest; of large ones only positive, as the order decides whether mixed sums overflow. */
const extremeDoubles = [
  '1e308',
  '1.7976931348623157e308',
  '5e-324',
  '-5e-324',
  '2.2250738585072014e-308',
  '-0',
];
const extremeDecimals = [
  '99999999999999999999999999999999.999999',
  '-99999999999999999999999999999999.999999',
  '18446744073709551616.000001',
  '-9223372036854775808.999999',
  '0.000001',
];

type RandomText = (random: SeededRandom, format: Table['format']) => string;

const values: Readonly<Record<ColumnKind, RandomText>> = {
  text: (random) => random.pick(texts),
  int: (random) =>
    random.chance(0.05) ? random.pick(['2147483647', '-2147483648']) : `${random.below(12) - 4}`,
  bigint: (random) =>
    random.chance(0.1)
      ? random.pick(['9223372036854775807', '-9223372036854775808', '9007199254740993', '4294967296'])
      : `${random.below(20) - 10}`,
  // Sums of these are exact in any order, unless one of the last is among them.
  double: (random, format) => {
    if (random.chance(0.02))
      return random.pick(format === 'csv' ? [...notFinite, ...extremeDoubles] : extremeDoubles);
    return random.chance(0.1)
      ? random.pick(['0.1', '-0.3', '1e15', '1e-7', '123456.789'])
      : `${(random.below(64) - 32) / 4}`;
  },
  wide: (random) =>
    random.chance(0.1) ? random.pick(extremeDecimals) : ((random.below(4000) - 2000) / 8).toFixed(6),
  decimal: (random) =>
    random.chance(0.05)
      ? random.pick(['999999999.999', '-999999999.999', '0.001'])
      : ((random.below(4000) - 2000) / 8).toFixed(3),
  boolean: (random) => `${random.chance(0.5)}`,
  date: (random) => random.pick(dates),
  timestamp: (random) => `${random.pick(dates)} ${random.pick(times)}`,
};

export function randomTable(random: SeededRandom): Table {
  const size = random.pick([0, 1, 5, 20, 60, 200]);
  const nullChance = random.pick([0, 0.15, 0.5]);
  const variety = 1 + random.below(keys.length);
  const format = random.chance(0.5) ? 'jsonl' : 'csv';
  const rows = Array.from({ length: size }, () =>
    tableColumns.map(({ name, kind }): Cell => {
      if (random.chance(nullChance)) return null;
      return name === 'k' ? (keys[random.below(variety)] ?? '') : values[kind](random, format);
    }),
  );
  return { format, rows };
}

/** The file's text. */
export function tableText({ format, rows }: Table): string {
  if (format === 'csv') {
    const header = `${tableColumns.map(({ name }) => name).join(',')}\n`;
    return header + rows.map((row) => `${row.map(csvField).join(',')}\n`).join('');
  }
  return rows
    .map((row) => `{${row.map((cell, i) => jsonField(cell, tableColumns[i]!)).join(',')}}\n`)
    .join('');
}

function csvField(cell: Cell): string {
  if (cell === null) return '';
  return cell === '' || /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const bareInJson: readonly ColumnKind[] = ['int', 'bigint', 'double', 'decimal', 'wide', 'boolean'];

function jsonField(cell: Cell, { name, kind }: TableColumn): string {
  const isBare = cell === null || bareInJson.includes(kind);
  return `"${name}":${isBare ? cell : JSON.stringify(cell)}`;
}

/** For us: where the file lies. */
export function declareTable(table: Table, path: string, chunkBytes: number): string {
  const columns = tableColumns.map(({ name, kind }) => `${name} ${typeNames[kind]}`).join(', ');
  return `CREATE STREAM t (${columns}) WITH (connector = 'file', path = '${path}', format = '${table.format}',
    chunk_bytes = ${chunkBytes});\n`;
}

/** For a witness: the table with its rows. */
export function createTable({ rows }: Table): readonly string[] {
  const columns = tableColumns.map(({ name, kind }) => `${name} ${typeNames[kind]}`).join(', ');
  const tuples = rows.map(
    (row) => `(${row.map((cell, i) => sqlLiteral(cell, tableColumns[i]!)).join(', ')})`,
  );
  const insert = rows.length === 0 ? [] : [`INSERT INTO t VALUES ${tuples.join(', ')}`];
  return ['DROP TABLE IF EXISTS t', `CREATE TABLE t (${columns})`, ...insert];
}

function sqlLiteral(cell: Cell, { kind }: TableColumn): string {
  if (cell === null) return 'NULL';
  return `CAST('${cell.replaceAll("'", "''")}' AS ${typeNames[kind]})`;
}
