/**
 * Standard input as a source: one unit without a known end. Nothing can be read ahead, so its columns are
 * declared.
 */
import { VelostreamError } from '../../base/error.ts';
import type { SourceConnector, UnboundSource, WorkUnit } from '../../io/source.ts';
import { checkCsvOptions, csvOptionNames } from '../csv-options.ts';
import { checkOptionNames, sourceOptionNames } from '../options.ts';

export const stdinSource: SourceConnector = {
  name: 'stdin',
  delivers: () => 'bytes',
  sample: async () => new Uint8Array(0),
  inferSchema: async (source) => {
    checkOptions(source);
    throw new VelostreamError(`the columns of "${source.relation}" are not known`, {
      code: 'source_unavailable',
      detail: 'Standard input cannot be read twice, so nothing is looked up in it.',
      hint: `Declare them: CREATE STREAM ${source.relation} (name TYPE, ...) WITH (connector = 'stdin').`,
    });
  },
  plan: async (source) => {
    checkOptions(source);
    const end = Number.POSITIVE_INFINITY;
    const place = { split: 0, chunk: 0, name: 'stdin', start: 0, end, splitEnd: end };
    const unit: WorkUnit = { ...place, byteCount: 0, compression: 'none' };
    return { units: [unit], byteCount: 0, isReadOnce: true };
  },
};

function checkOptions(source: UnboundSource): void {
  const { relation, format } = source;
  if (format !== 'jsonl' && format !== 'csv') {
    throw new VelostreamError(`"${relation}": standard input cannot be read in the format "${format}"`, {
      code: 'sql_invalid_option',
      hint: 'The formats are jsonl and csv.',
      option: 'format',
    });
  }
  const isCsv = format === 'csv';
  checkOptionNames(source, [...(isCsv ? csvOptionNames : []), ...sourceOptionNames]);
  if (isCsv) checkCsvOptions(source);
}
