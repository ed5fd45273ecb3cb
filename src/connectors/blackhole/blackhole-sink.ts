/** A sink that takes no text: the workers count the rows and drop them. */
import { nowhere, type SinkConnector } from '../../io/sink.ts';
import { checkOptionNames } from '../options.ts';

export const blackholeSink: SinkConnector = {
  name: 'blackhole',
  rowFormat: (sink) => {
    checkOptionNames(sink, []);
    return 'none';
  },
  create: async () => nowhere,
};
