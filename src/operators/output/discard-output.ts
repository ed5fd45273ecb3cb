/** The output of a sink that wants no rows: they are counted by the map kernel and dropped. */
import type { Channel, Output } from '../operator.ts';

export class DiscardOutput implements Output {
  readonly #channel: Channel;

  /** `channel`: tells the coordinator that this task has ended. */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  full(): void {}
  oversized(): void {}
  flush(): void {}

  resume(): boolean {
    return true;
  }

  finish(): boolean {
    return this.#channel.tryEnd();
  }
}
