/** The questions, one section each: the cases that answer it and their table. */
import { jobCase } from './cases.ts';
import { compareFixedPiece } from './fixed-piece.ts';
import { type Case, type Measured, measure, type Sample } from './measure.ts';
import { phaseTable, speedTable } from './report.ts';
import { duckdb, plainLoop } from './rivals.ts';
import { measureThreshold } from './threshold.ts';

export interface BenchFile {
  readonly name: string;
  readonly path: string;
  readonly recordCount: number;
}

export interface SectionInput {
  readonly files: readonly BenchFile[];
  readonly rounds: number;
  readonly directory: string;
  readonly print: (text: string) => void;
}

type Section = (input: SectionInput) => Promise<void>;

export const sections: Readonly<Record<string, Section>> = {
  pipelines: perFile('Pipelines', pipelines, true),
  rivals: perFile('Rivals', rivals, false),
  variants: perFile('Variants: 2 workers, raw rows, one thing changed at a time', variants, false),
  steps: perFile('Steps: 1 worker, through pages', steps, false),
  threshold: async ({ files, rounds, print }) => {
    const pageCount = Math.min(1024, Math.ceil(files[0]!.recordCount / 1000));
    print(measureThreshold(rounds, pageCount));
  },
  assemblyscript: async ({ rounds, directory, print }) => print(await compareFixedPiece(rounds, directory)),
};

/** The scheme against its alternatives. */
function pipelines(file: BenchFile): Case[] {
  return [
    jobCase('1 worker, columns into the table', file, 1, 'direct'),
    jobCase('1 worker, through pages', file, 1, 'rows'),
    jobCase('1 worker, scan fused into pages', file, 1, 'fused'),
    jobCase('2 workers, raw rows', file, 2, 'rows'),
    jobCase('2 workers, raw rows, fused', file, 2, 'fused'),
    jobCase('2 workers, partials', file, 2, 'partials'),
    jobCase('2 workers, adaptive', file, 2, 'adaptive'),
    jobCase('2 workers, no exchange (each all groups)', file, 2, 'alone'),
  ];
}

function variants(file: BenchFile): Case[] {
  return [
    jobCase('as designed: 64 KiB pages, 16 slots', file, 2, 'rows'),
    jobCase('ring of 1 slot', file, 2, 'rows', { ringSlots: 1 }),
    jobCase('ring of 4 slots', file, 2, 'rows', { ringSlots: 4 }),
    jobCase('ring of 64 slots', file, 2, 'rows', { ringSlots: 64 }),
    jobCase('pages of 16 KiB, 64 slots', file, 2, 'rows', { pageBytes: 16_384, ringSlots: 64 }),
    jobCase('pages of 256 KiB, 4 slots', file, 2, 'rows', { pageBytes: 262_144, ringSlots: 4 }),
    jobCase('all in shared memory', file, 2, 'rows', { memory: 'shared' }),
    jobCase('plain f64 sums', file, 2, 'rows', { sum: 'plain' }),
    jobCase('batches of 512', file, 2, 'rows', { batchRows: 512 }),
  ];
}

/** What stopping and resuming costs: the map loop's budget, and the batch itself. */
function steps(file: BenchFile): Case[] {
  return [
    jobCase('as designed: batch and budget 2048 rows', file, 1, 'rows'),
    jobCase('budget 256 rows a step', file, 1, 'rows', { budgetRows: 256 }),
    jobCase('budget 64', file, 1, 'rows', { budgetRows: 64 }),
    jobCase('budget 8', file, 1, 'rows', { budgetRows: 8 }),
    jobCase('budget 1', file, 1, 'rows', { budgetRows: 1 }),
    jobCase('batches of 256', file, 1, 'rows', { batchRows: 256 }),
    jobCase('batches of 64', file, 1, 'rows', { batchRows: 64 }),
    jobCase('batches of 1', file, 1, 'rows', { batchRows: 1 }),
    jobCase('plain f64 sums', file, 1, 'rows', { sum: 'plain' }),
  ];
}

/** The ratios of the design's section 5. */
function rivals(file: BenchFile): Case[] {
  const loop = () => Promise.resolve<Sample>(plainLoop(file.path).sample);
  return [
    { name: 'JSON.parse and a Map', run: loop },
    { name: 'DuckDB, 1 thread', run: () => duckdb(file.path, 1) },
    { name: 'DuckDB, 2 threads', run: () => duckdb(file.path, 2) },
    jobCase('1 worker, columns into the table', file, 1, 'direct'),
    jobCase('1 worker, through pages', file, 1, 'rows'),
    jobCase('2 workers, adaptive', file, 2, 'adaptive'),
  ];
}

function perFile(title: string, cases: (file: BenchFile) => Case[], withPhases: boolean): Section {
  return async ({ files, rounds, print }) => {
    print(`## ${title}\n`);
    for (const file of files) {
      const measured: Measured[] = await measure(cases(file), rounds);
      print(`${speedTable(file.name, measured, file.recordCount)}\n`);
      if (withPhases) print(`${phaseTable(`${file.name}: ns per record`, measured, file.recordCount)}\n`);
    }
  };
}
