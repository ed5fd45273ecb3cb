/** A sink that takes no text: the workers count the rows and drop them. */
import type { SinkConnector } from '../../io/sink.ts';
import { checkOptionNames } from '../options.ts';

const done = async (): Promise<void> => {};

export const blackholeSink: SinkConnector = {
  name: 'blackhole',
  rowFormat: (sink) => {
    checkOptionNames(sink, []);
    return 'none';
  },
  create: async () => ({ open: done, write: done, commit: done, abort: done }),
};
