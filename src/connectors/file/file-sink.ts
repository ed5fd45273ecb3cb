/** Files as a sink: JSON lines, or CSV with a header. The file appears when the job ends well. */
import { encodeUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import { csvHeader } from '../../formats/csv/csv-header.ts';
import type { SinkConnector } from '../../io/sink.ts';
import type { SinkSpec } from '../../job/job-graph.ts';
import { checkOptionNames, flagOption, sourceOptionNames } from '../options.ts';
import { isPacked } from '../path-format.ts';
import { createDirectOutput, isDirect } from './direct-output.ts';
import { createPartialFile, type FileHeader } from './partial-file.ts';

export const fileSink: SinkConnector = {
  name: 'file',
  rowFormat: (sink) => {
    const { format } = sink;
    checkOptions(sink);
    if (format === 'jsonl' || format === 'csv') return format;
    throw new VelostreamError(`files cannot be written in the format "${format}"`, {
      code: 'sql_invalid_option',
      hint: 'The formats are jsonl and csv.',
      option: 'format',
    });
  },
  create: async (sink) => {
    checkOptions(sink);
    const hasHeader = sink.format === 'csv' && flagOption(sink, 'header', true);
    const header: FileHeader = (schema) => encodeUtf8(hasHeader ? csvHeader(schema) : '');
    const { path = '' } = sink.options;
    return isDirect(path) ? createDirectOutput(path, header) : createPartialFile(path, header);
  },
};

/** Of a stream that is written and read; for a sink they mean nothing. */
const readingOptions = ['chunk_bytes', ...sourceOptionNames];

function checkOptions(sink: SinkSpec): void {
  const { path = '', delimiter = ',', quote = '"' } = sink.options;
  const forCsv = sink.format === 'csv' ? ['header', 'delimiter', 'quote'] : [];
  checkOptionNames(sink, ['path', ...forCsv, ...readingOptions]);
  if (path === '') throw refused('path', 'a file to write has no path', "Name it: path = 'out.jsonl'.");
  if (isPacked(path)) throw refused('path', `file "${path}" cannot be written packed`, 'Leave .gz away.');
  if (delimiter !== ',' || quote !== '"') {
    const option = delimiter === ',' ? 'quote' : 'delimiter';
    throw refused(option, `file "${path}" can only be written with comma and double quotes`);
  }
}

function refused(option: string, message: string, hint?: string): VelostreamError {
  return new VelostreamError(message, { code: 'sql_invalid_option', hint, option });
}
