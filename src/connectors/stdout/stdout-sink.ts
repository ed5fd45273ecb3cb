/** The process's standard output as a sink, in any of the result formats. */
import { isatty } from 'node:tty';
import { VelostreamError } from '../../base/error.ts';
import type { SinkConnector } from '../../io/sink.ts';
import type { SinkSpec } from '../../job/job-graph.ts';
import { standardOutput } from '../descriptor-writer.ts';
import { checkOptionNames } from '../options.ts';
import { createResultWriter, type ResultFormat, resultFormats, rowFormatOf } from './result-writer.ts';

export const stdoutSink: SinkConnector = {
  name: 'stdout',
  rowFormat: (sink) => rowFormatOf(formatOf(sink)),
  create: async (sink) => {
    // Asking `process.stdout` of a pipe would set the pipe to answer at once.
    const widthMax = isatty(1) ? process.stdout.columns || undefined : undefined;
    return createResultWriter({ format: formatOf(sink), output: standardOutput, widthMax });
  },
};

function formatOf(sink: SinkSpec): ResultFormat {
  checkOptionNames(sink, []);
  const format = resultFormats.find((known) => known === sink.format);
  if (format !== undefined) return format;
  throw new VelostreamError(`standard output cannot be written in the format "${sink.format}"`, {
    code: 'sql_invalid_option',
    hint: `The formats are ${resultFormats.join(', ')}.`,
    option: 'format',
  });
}
