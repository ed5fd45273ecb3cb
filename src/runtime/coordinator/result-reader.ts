/**
 * The coordinator's end of the result rings: takes the workers' blocks and hands them to the sink one at a
 * time, so that a slow sink fills the rings and thereby slows those who feed it. Runs on the event loop;
 * never blocks it.
 */
import type { SinkWriter } from '../../io/sink.ts';
import { createExchange } from '../../kernels/exchange/exchange.ts';
import { openPrivateMemory } from '../../operators/private-memory.ts';
import { Doorbell } from '../rings/doorbell.ts';
import { RingReader } from '../rings/ring.ts';
import type { SharedLayout } from '../shared-layout.ts';

export interface ResultReaderOptions {
  readonly shared: WebAssembly.Memory;
  readonly layout: SharedLayout;
  /** The partitions that have a task of the last stage. */
  readonly partitions: readonly number[];
  readonly sink: SinkWriter;
  readonly isAborted: () => boolean;
  readonly sleepMillisMax: number;
}

const staticEnd = 4096;
const memoryBytesMax = 2 ** 31;
const landingBytes = 131_072;

/** Settles when every partition has ended and all its blocks are written; rejects when the sink does. */
export async function readResults(options: ResultReaderOptions): Promise<void> {
  const { shared, layout, partitions, sink, isAborted, sleepMillisMax } = options;
  const memory = openPrivateMemory({ staticEnd, limitBytes: memoryBytesMax });
  const words = new Int32Array(shared.buffer);
  const exchange = createExchange(memory.memory, shared);
  const doorbells = layout.doorbells.map((address) => new Doorbell(words, address));
  const own = doorbells[layout.partitionCount]!;
  const sources = partitions.map((partition) => ({
    partition,
    ring: new RingReader(layout.resultRings[partition]!, words, exchange),
    landing: memory.allocate(landingBytes),
    landingBytes,
    hasEnded: false,
  }));
  for (;;) {
    if (isAborted() || sources.every((source) => source.hasEnded)) return;
    let worked = false;
    for (const source of sources) {
      if (source.hasEnded || !source.ring.hasMessage) continue;
      worked = true;
      const received = source.ring.tryReceive((byteCount) => {
        if (byteCount <= source.landingBytes) return source.landing;
        // Doubled, because a large block comes in many fragments.
        const grownBytes = Math.max(byteCount, 2 * source.landingBytes);
        const grown = memory.allocate(grownBytes);
        memory.bytes().copyWithin(grown, source.landing, source.landing + source.landingBytes);
        memory.free(source.landing, source.landingBytes);
        source.landing = grown;
        source.landingBytes = grownBytes;
        return grown;
      });
      doorbells[source.partition]!.ring();
      if (received.kind === 'end') source.hasEnded = true;
      if (received.kind !== 'bytes') continue;
      const { address, byteCount } = received;
      await sink.write(memory.bytes().subarray(address, address + byteCount));
    }
    if (!worked) await own.sleepAsync(() => sources.some(({ ring }) => ring.hasMessage), sleepMillisMax);
  }
}
