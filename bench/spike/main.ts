/**
 * Proves or refutes the partitioned pipeline at speed (design decisions D4 to D8). Prints Markdown tables.
 *   node bench/spike/main.ts [--rows N] [--rounds N] [--only section] [--file 200|10k|1M] | smoke
 * Files go to a temporary folder and are removed at the end. A smoke run leaves out what needs the network.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAnswers } from './checks.ts';
import { recordShapes, writeRecords } from './records.ts';
import { type BenchFile, sections } from './sections.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string' },
    file: { type: 'string' },
  },
});
const smoke = positionals.includes('smoke');
const recordCount = Number(values.rows ?? (smoke ? 5000 : 4_000_000));
const rounds = Number(values.rounds ?? (smoke ? 1 : 7));

const directory = mkdtempSync(join(tmpdir(), 'velostream-spike-'));
try {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  print(`${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.version}; commit ${commit};`);
  print(`${recordCount} records a file; medians of ${rounds} interleaved rounds.\n`);
  if (!values.only || values.only === 'checks') {
    const checked = await checkAnswers(directory, Math.min(recordCount, 200_000));
    const { runs, groups, plainSumsOff, plainSums } = checked;
    print(`Answers: ${runs} runs, ${groups} groups compared, none wrong. Double-double sums print as the`);
    print(`exact ones in all; plain sums print differently in ${plainSumsOff} of ${plainSums} groups.\n`);
  }
  const shapes = recordShapes.filter(({ name }) =>
    values.file ? name === values.file : name !== 'long' && !(smoke && name !== '10k'),
  );
  const files = shapes.map((shape): BenchFile => {
    const path = join(directory, `${shape.name}.jsonl`);
    writeRecords(path, shape, recordCount);
    return { name: shape.name, path, recordCount };
  });
  for (const [name, section] of Object.entries(sections)) {
    if (values.only ? values.only !== name : smoke && name === 'assemblyscript') continue;
    await section({ files, rounds, directory, print });
  }
} finally {
  rmSync(directory, { recursive: true });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
