/**
 * Are the answers right? Every group of every variant against the exact oracle, sums as printed text; at one,
 * two and three workers, ring capacity 1, batches of 1, tiny pages, forced phases, and keys of long strings.
 */
import type { Variation } from './cases.ts';
import { compareGroups, decodeGroups, expectedGroups, type Groups } from './oracle.ts';
import { defaultSpec, runJob, type Shape } from './pipeline/job.ts';
import { recordShapes, writeRecords } from './records.ts';
import { duckdbGroups } from './rivals.ts';

const variants: readonly (readonly [number, Shape, Variation])[] = [
  [1, 'direct', {}],
  [1, 'direct', { twoPhaseFrom: 0 }],
  [1, 'rows', {}],
  [1, 'rows', { batchRows: 1 }],
  [1, 'fused', {}],
  [2, 'rows', {}],
  [2, 'rows', { ringSlots: 1 }],
  [2, 'rows', { ringSlots: 1, batchRows: 1 }],
  [2, 'rows', { twoPhaseFrom: 0, budgetRows: 7 }],
  [2, 'rows', { pageBytes: 16_384 }],
  [2, 'rows', { pageBytes: 262_144 }],
  [2, 'rows', { memory: 'shared' }],
  [2, 'fused', {}],
  [2, 'partials', {}],
  [2, 'partials', { twoPhaseFrom: 0, epochRows: 5000, ringSlots: 1 }],
  [2, 'adaptive', {}],
  [3, 'adaptive', { ringSlots: 1, localGroupsMax: 4096 }],
  [3, 'adaptive', { memory: 'shared', ringSlots: 1, pageBytes: 16_384 }],
];

export interface CheckSummary {
  readonly runs: number;
  readonly groups: number;
  /** Groups whose plain f64 sum prints differently from the exact one, of so many. */
  readonly plainSumsOff: number;
  readonly plainSums: number;
}

/** Throws at the first wrong group. */
export async function checkAnswers(directory: string, recordCount: number): Promise<CheckSummary> {
  const summary = { runs: 0, groups: 0, plainSumsOff: 0, plainSums: 0 };
  for (const shape of recordShapes) {
    const file = `${directory}/check-${shape.name}.jsonl`;
    writeRecords(file, shape, recordCount);
    const expected = expectedGroups(file);
    const fromDuckdb = compareGroups(await duckdbGroups(file), expected);
    if (fromDuckdb.wrong > 0) throw new Error(`${shape.name}: oracle and DuckDB differ`);
    for (const [partitionCount, kind, variation] of variants) {
      const groups = await groupsOf(file, partitionCount, kind, variation);
      const { wrong, wrongSums } = compareGroups(groups, expected);
      const name = `${shape.name}, ${partitionCount} x ${kind} ${JSON.stringify(variation)}`;
      if (wrong > 0 || wrongSums > 0) throw new Error(`${name}: ${wrong} groups, ${wrongSums} sums wrong`);
      summary.runs++;
      summary.groups += groups.size;
    }
    const plain = compareGroups(await groupsOf(file, 2, 'rows', { sum: 'plain' }), expected);
    if (plain.wrong > 0) throw new Error(`${shape.name}: plain sums changed something else`);
    summary.plainSumsOff += plain.wrongSums;
    summary.plainSums += expected.size;
  }
  return summary;
}

/** The groups of the second pass, which also shows that a memory can be used again. */
export async function groupsOf(
  file: string,
  partitionCount: number,
  shape: Shape,
  variation: Variation,
): Promise<Groups> {
  const results = await runJob(
    { ...defaultSpec, ...variation, file, partitionCount, shape, collect: true },
    2,
  );
  return decodeGroups(results[1]!.workers.map((worker) => worker.groups!));
}
