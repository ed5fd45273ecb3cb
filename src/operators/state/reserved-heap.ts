/**
 * A group table's producer that leaves a part of the heap to the other tasks of its worker, so that it is the
 * table that runs out of memory and not who feeds it. While the table takes a page in, the heap ends before
 * the reserve; once others have begun on the reserve, the table takes nothing more, because it would use up
 * what they give back.
 */
import { heapEnd, heapTop, setHeapEnd } from '../../kernels/heap/heap.ts';
import type { PageConsumer, PrivateMemory } from '../operator.ts';
import { overrideConsumer } from '../override-consumer.ts';

export interface ReserveOptions {
  readonly memory: PrivateMemory;
  /** The reserve is half of what is free at first, and at most so much. */
  readonly reserveBytesMax: number;
  /** Throws what running out of memory means. */
  readonly refuse: () => never;
}

export function reserveHeap(consumer: PageConsumer, options: ReserveOptions): PageConsumer {
  const { memory, reserveBytesMax, refuse } = options;
  const end = heapEnd(memory.view());
  let reservedFrom: number | undefined;
  return overrideConsumer(consumer, {
    accept: (address, channel) => {
      reservedFrom ??= end - Math.min(reserveBytesMax, Math.floor((end - heapTop(memory.view())) / 2));
      if (heapTop(memory.view()) > reservedFrom) refuse();
      setHeapEnd(memory.view(), reservedFrom);
      try {
        return consumer.accept(address, channel);
      } finally {
        setHeapEnd(memory.view(), end);
      }
    },
  });
}
