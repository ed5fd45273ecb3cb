/** The questions, one section each: the cases that answer it and their table. */
import { jobCase } from './cases.ts';
import { compareFixedPiece } from './fixed-piece.ts';
import { type Case, type Measured, measure, type Sample } from './measure.ts';
import { writeRecords } from './records.ts';
import { phaseTable, speedTable, table } from './report.ts';
import { duckdb, plainLoop } from './rivals.ts';

export interface BenchFile {
  readonly name: string;
  readonly path: string;
  readonly recordCount: number;
}

type Section = (files: readonly BenchFile[], rounds: number, directory: string) => Promise<string>;

export const sections: Readonly<Record<string, Section>> = {
  pipelines,
  variants,
  steps,
  rivals,
  threshold,
  assemblyscript: (_files, rounds, directory) => compareFixedPiece(rounds, directory),
};

/** The scheme against its alternatives. */
async function pipelines(files: readonly BenchFile[], rounds: number): Promise<string> {
  const chosen = files.slice(0, 3);
  const columns = await perFile(chosen, rounds, (file) => [
    jobCase('1 worker, columns into the table', file, 1, 'direct'),
    jobCase('1 worker, through pages', file, 1, 'rows'),
    jobCase('1 worker, scan fused into pages', file, 1, 'fused'),
    jobCase('2 workers, raw rows', file, 2, 'rows'),
    jobCase('2 workers, raw rows, fused', file, 2, 'fused'),
    jobCase('2 workers, partials', file, 2, 'partials'),
    jobCase('2 workers, adaptive', file, 2, 'adaptive'),
    jobCase('2 workers, no exchange (each all groups)', file, 2, 'alone'),
  ]);
  const count = files[0]!.recordCount;
  const speeds = speedTable('pipeline', namesOf(chosen), columns, count);
  const phases = chosen.map((file, i) => phaseTable(`${file.name}: ns per record`, columns[i]!, count));
  return `## Pipelines\n\n${speeds}\n\n${phases.join('\n\n')}\n`;
}

/** One thing changed at a time, two workers, raw rows. */
async function variants(files: readonly BenchFile[], rounds: number): Promise<string> {
  const chosen = files.slice(0, 3);
  const columns = await perFile(chosen, rounds, (file) => [
    jobCase('as designed: 64 KiB pages, 16 slots', file, 2, 'rows'),
    jobCase('ring of 1 slot', file, 2, 'rows', { ringSlots: 1 }),
    jobCase('ring of 4 slots', file, 2, 'rows', { ringSlots: 4 }),
    jobCase('ring of 64 slots', file, 2, 'rows', { ringSlots: 64 }),
    jobCase('pages of 16 KiB, 64 slots', file, 2, 'rows', { pageBytes: 16_384, ringSlots: 64 }),
    jobCase('pages of 256 KiB, 4 slots', file, 2, 'rows', { pageBytes: 262_144, ringSlots: 4 }),
    jobCase('all in shared memory', file, 2, 'rows', { memory: 'shared' }),
    jobCase('plain f64 sums', file, 2, 'rows', { sum: 'plain' }),
    jobCase('batches of 512', file, 2, 'rows', { batchRows: 512 }),
  ]);
  return `## Variants\n\n${speedTable('2 workers', namesOf(chosen), columns, files[0]!.recordCount)}\n`;
}

/** What stopping and resuming costs: the map loop's budget, and the batch itself. */
async function steps(files: readonly BenchFile[], rounds: number): Promise<string> {
  const chosen = files.slice(0, 2);
  const columns = await perFile(chosen, rounds, (file) => [
    jobCase('plain f64 sums', file, 1, 'rows', { sum: 'plain' }),
    jobCase('as designed', file, 1, 'rows'),
    jobCase('budget 256 rows a step', file, 1, 'rows', { budgetRows: 256 }),
    jobCase('budget 64', file, 1, 'rows', { budgetRows: 64 }),
    jobCase('budget 8', file, 1, 'rows', { budgetRows: 8 }),
    jobCase('budget 1', file, 1, 'rows', { budgetRows: 1 }),
    jobCase('batches of 256', file, 1, 'rows', { batchRows: 256 }),
    jobCase('batches of 64', file, 1, 'rows', { batchRows: 64 }),
    jobCase('batches of 1', file, 1, 'rows', { batchRows: 1 }),
  ]);
  const names = namesOf(chosen);
  return `## Steps\n\n${speedTable('1 worker, through pages', names, columns, files[0]!.recordCount)}\n`;
}

/** The ratios of the design's section 5. */
async function rivals(files: readonly BenchFile[], rounds: number): Promise<string> {
  const chosen = files.slice(0, 3);
  const columns = await perFile(chosen, rounds, (file) => [
    {
      name: 'JSON.parse and a Map',
      roundsMax: 5,
      run: async (): Promise<Sample> => plainLoop(file.path).sample,
    },
    { name: 'DuckDB, 1 thread', run: () => duckdb(file.path, 1) },
    { name: 'DuckDB, 2 threads', run: () => duckdb(file.path, 2) },
    jobCase('1 worker, columns into the table', file, 1, 'direct'),
    jobCase('1 worker, through pages', file, 1, 'rows'),
    jobCase('2 workers, adaptive', file, 2, 'adaptive'),
  ]);
  return `## Rivals\n\n${speedTable('engine', namesOf(chosen), columns, files[0]!.recordCount)}\n`;
}

/** From how many groups on do phases pay? Update time only, one worker through pages. */
async function threshold(files: readonly BenchFile[], rounds: number, directory: string): Promise<string> {
  const recordCount = Math.min(files[0]!.recordCount, 2_000_000);
  const rows: string[][] = [];
  for (const groups of [1000, 4000, 16_000, 32_000, 64_000, 128_000, 512_000]) {
    const path = `${directory}/groups-${groups}.jsonl`;
    const shape = { name: String(groups), traders: groups / 20, symbols: 20, traderPrefix: 'T' };
    writeRecords(path, shape, recordCount);
    const file = { name: String(groups), path, recordCount };
    const measured = await measure(
      ['rows', 'direct'].flatMap((kind) => [
        jobCase('row by row', file, 1, kind as 'rows', { twoPhaseFrom: 1e9 }),
        jobCase('two phases', file, 1, kind as 'rows', { twoPhaseFrom: 0 }),
      ]),
      rounds,
    );
    const nanos = measured.map((each) => ((each.notes.update ?? 0) * 1e6) / recordCount);
    rows.push([String(groups), ...nanos.map((value) => value.toFixed(1))]);
  }
  const head = [
    'groups',
    'pages, row by row',
    'pages, two phases',
    'columns, row by row',
    'columns, two phases',
  ];
  return `## Two phases: nanoseconds of update per row\n\n${table(head, rows)}\n`;
}

async function perFile(
  files: readonly BenchFile[],
  rounds: number,
  cases: (file: BenchFile) => Case[],
): Promise<Measured[][]> {
  const columns: Measured[][] = [];
  for (const file of files) columns.push(await measure(cases(file), rounds));
  return columns;
}

function namesOf(files: readonly BenchFile[]): string[] {
  return files.map((file) => file.name);
}
