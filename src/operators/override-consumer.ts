/** A consumer with some of its methods replaced; all else is that of the one given. */
import type { PageConsumer } from './operator.ts';

export function overrideConsumer(
  consumer: PageConsumer,
  own: Partial<Pick<PageConsumer, 'accept' | 'next' | 'rejectRow'>>,
): PageConsumer {
  return {
    accept: (address, channel) => consumer.accept(address, channel),
    next: () => consumer.next(),
    rejectRow: (row, reason) => consumer.rejectRow(row, reason),
    endChannel: (channel, openCount) => consumer.endChannel(channel, openCount),
    close: () => consumer.close(),
    get pendingInput() {
      return consumer.pendingInput;
    },
    get place() {
      return consumer.place;
    },
    ...own,
  };
}
