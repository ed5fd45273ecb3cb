/**
 * Generated rows as a source: `rows` of them, cut into ranges that any worker may take; without `rows`,
 * endless.
 */
import { VelostreamError } from '../../base/error.ts';
import type { SourceConnector, WorkUnit } from '../../io/source.ts';
import type { SourceSpec } from '../../job/job-graph.ts';
import { badOption, checkOptionNames, countOption, numberOption, sourceOptionNames } from '../options.ts';
import { rowsOf } from './draw.ts';
import { checkFieldNames, describeField, type FieldSpec } from './field-options.ts';

export const datagenSource: SourceConnector = {
  name: 'datagen',
  delivers: () => 'columns',
  sample: async () => new Uint8Array(0),
  inferSchema: async (source) => {
    throw new VelostreamError(`the columns of "${source.relation}" are not known`, {
      code: 'source_unavailable',
      hint: `Declare what to generate: CREATE STREAM ${source.relation} (name TYPE, ...) WITH (...).`,
    });
  },
  plan: async (source) => {
    checkOptions(source);
    const rows = countOption(source, 'rows', 0) ?? Number.POSITIVE_INFINITY;
    const isPaced = source.options.rows_per_second !== undefined;
    return { units: unitsOf(source.relation, rows, isPaced), byteCount: 0 };
  },
};

const optionNames = ['rows', 'rows_per_second', 'seed', ...sourceOptionNames];

function checkOptions(source: SourceSpec): void {
  const plain = Object.entries(source.options).filter(([name]) => !name.startsWith('fields.'));
  checkOptionNames({ ...source, options: Object.fromEntries(plain) }, optionNames);
  checkFieldNames(source, source.schema);
  for (const column of source.schema) checkSequence(source, describeField(source, column));
  countOption(source, 'seed', 0);
  const rate = numberOption(source, 'rows_per_second');
  if (rate !== undefined && rate <= 0) throw badOption(source, 'rows_per_second', 'above 0');
}

/** A sequence must not run out of its type before the rows end. */
function checkSequence(source: SourceSpec, field: FieldSpec): void {
  const most = rowsOf(field);
  if ((countOption(source, 'rows', 0) ?? 0) <= most) return;
  throw badOption(source, 'rows', `at most ${most}: then the sequence of column "${field.column.name}" ends`);
}

const unitRowsMin = 65_536;
const unitsMax = 10_000;

/** What is endless or paced is one unit: its pace is one worker's. */
function unitsOf(name: string, rows: number, isPaced: boolean): readonly WorkUnit[] {
  const isOne = isPaced || rows === Number.POSITIVE_INFINITY;
  const unitRows = isOne ? rows : Math.max(unitRowsMin, Math.ceil(rows / unitsMax));
  const count = isOne ? 1 : Math.ceil(rows / unitRows);
  return Array.from({ length: count }, (_, chunk): WorkUnit => {
    const start = chunk === 0 ? 0 : chunk * unitRows;
    const end = Math.min(rows, start + unitRows);
    return { split: 0, chunk, name, start, end, splitEnd: rows, byteCount: 0, compression: 'none' };
  });
}
