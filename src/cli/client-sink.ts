/** Where the rows of a bare SELECT go: standard output, in the chosen format, one result behind the other. */
import { type DescriptorWriter, standardOutput } from '../connectors/descriptor-writer.ts';
import { createResultWriter, type ResultFormat, rowFormatOf } from '../connectors/stdout/result-writer.ts';
import type { ClientSink } from '../engine/engine-options.ts';

export interface ClientSinkOptions {
  readonly format: ResultFormat;
  /** Lines of a table are cut to this; undefined where the output is no terminal. */
  readonly widthMax: number | undefined;
  /** Called before anything is written: the progress bar is taken away. */
  readonly beforeWrite: () => void;
  readonly output?: Pick<DescriptorWriter, 'write'>;
}

export function createClientSink(options: ClientSinkOptions): ClientSink {
  const { format, widthMax, beforeWrite, output = standardOutput } = options;
  let resultCount = 0;
  const write = (bytes: Uint8Array): Promise<void> => {
    beforeWrite();
    return output.write(bytes);
  };
  return {
    rowFormat: rowFormatOf(format),
    create: async () => {
      const separator = resultCount++ > 0 && format !== 'jsonl' ? '\n' : '';
      return createResultWriter({ format, output: { write }, widthMax, separator });
    },
  };
}
