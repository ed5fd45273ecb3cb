/**
 * What an installed package has to be able to do. Every command runs in a folder that holds nothing but the
 * installed package; `ROOT` stands for the repository, for the tools that judge.
 */

export interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** What the standard output has to match. */
  readonly expect: RegExp;
  /** Defaults to 0. */
  readonly exitCode?: number;
  /** Files to write first. */
  readonly files?: Readonly<Record<string, string>>;
}

const velo = 'node_modules/.bin/velo';
const records = '{"city":"Oslo","degrees":3}\n{"city":"Rome","degrees":21}\n{"city":"Oslo","degrees":5}\n';
const grouped = `CREATE STREAM weather (city VARCHAR, degrees INT) WITH (connector = 'file', path = 'weather.jsonl');
SELECT city, COUNT(*) AS records, SUM(degrees) AS total FROM weather GROUP BY city ORDER BY city;
`;
const rowsOfLibrary = `import { Velostream } from 'velostream';
const rows = [];
const sql = "SELECT city FROM 'weather.jsonl' GROUP BY city ORDER BY city";
for await (const { city } of new Velostream({ numPartitions: 2 }).query(sql)) rows.push(city);
`;
const consumer = `import { Velostream } from 'velostream';
await using velo = new Velostream({ numPartitions: 2 });
for await (const row of velo.query('SELECT 1 AS one')) if (row.one !== 1) throw new Error('a wrong row');
export const text: string = await velo.explain('SELECT 1');
`;
/** No types of Node and none of a browser, so that the declarations have to do by themselves. */
const consumerConfig = JSON.stringify({
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024'],
    types: [],
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  },
  files: ['consumer.ts'],
});

export const checks: readonly Check[] = [
  {
    name: 'the package is well formed',
    command: ['node', 'ROOT/node_modules/publint/src/cli.js', 'run', 'node_modules/velostream', '--strict'],
    expect: /All good/,
  },
  { name: 'velo --help', command: [velo, '--help'], expect: /Usage: velo/ },
  {
    name: 'velo --version',
    command: [velo, '--version'],
    expect: /^\d+\.\d+\.\d+\s*$/,
  },
  {
    name: 'a statement on the command line',
    command: [velo, 'run', '-e', 'SELECT 1 AS one'],
    expect: /one[\s\S]*1/,
  },
  {
    name: 'GROUP BY over a file, on two partitions',
    command: [velo, 'run', 'weather.sql', '--partitions', '2', '--format', 'csv', '--quiet'],
    expect: /Oslo,2,8\s+Rome,1,21/,
    files: { 'weather.sql': grouped, 'weather.jsonl': records },
  },
  {
    name: 'an error of the user',
    command: [velo, 'validate', 'wrong.sql'],
    expect: /^/,
    exitCode: 1,
    files: { 'wrong.sql': 'SELEC 1;' },
  },
  {
    name: 'the library in JavaScript',
    command: ['node', '--input-type=module', '--eval', `${rowsOfLibrary}process.stdout.write(String(rows));`],
    expect: /^Oslo,Rome$/,
  },
  {
    name: 'the library in TypeScript',
    command: ['node', 'ROOT/node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
    expect: /^$/,
    files: { 'consumer.ts': consumer, 'tsconfig.json': consumerConfig },
  },
];
