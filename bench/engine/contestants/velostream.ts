/**
 * Velostream in this process, as an application would use it: the text is compiled, the job is started and
 * ends. The time covers all of it, threads included; the answer arrives as CSV text in a client sink.
 */
import { systemClock } from '../../../src/base/clock.ts';
import { compileScript } from '../../../src/engine/application.ts';
import type { ClientSink } from '../../../src/engine/engine-options.ts';
import type { SinkWriter } from '../../../src/io/sink.ts';
import type { ArchitectureOptions } from '../../../src/plan/architecture.ts';
import type { JobProgress } from '../../../src/runtime/coordinator/job-progress.ts';
import type { Cell } from '../scenarios/scenario.ts';
import type { Contestant, Outcome } from './contestant.ts';

export interface VelostreamOptions {
  readonly name: string;
  readonly threads: number;
  readonly architecture: ArchitectureOptions;
  readonly onProgress?: (progress: JobProgress) => void;
}

export function velostream(options: VelostreamOptions): Contestant {
  const { name, threads } = options;
  return { name, threads, run: ({ velostreamSql }) => runVelostream(velostreamSql, options) };
}

export function partitioned(partitions: number, enableCoreAffinity = false): VelostreamOptions {
  return {
    name: `Velostream, partitioned, ${partitions}${enableCoreAffinity ? ', pinned' : ''}`,
    threads: partitions,
    architecture: { architecture: 'partitioned', numPartitions: partitions, enableCoreAffinity },
  };
}

async function runVelostream(sql: string, options: VelostreamOptions): Promise<Outcome> {
  const client = new CollectingClient();
  const notices: string[] = [];
  const { jobs } = await compileScript(sql, {
    architecture: options.architecture,
    cores: options.threads,
    client,
    clock: systemClock,
    onNotice: (text) => notices.push(text),
  });
  const running = await jobs[0]!.start();
  const { progress } = await running.done;
  options.onProgress?.(progress);
  return {
    rows: (row) => client.forEachRow(row),
    notes: {
      notices: notices.length,
      blockedMillis: progress.total.blockedMicros / 1000,
      idleMillis: progress.total.idleMicros / 1000,
      stateBytes: progress.total.stateBytes,
      groups: progress.total.groups,
    },
  };
}

/** Memory for the text of one run at a time: new memory for each would be measured as garbage collection. */
const chunkBytes = 1 << 20;
const chunks: Uint8Array[] = [];

/**
 * Copies the blocks of text, which are only lent, and cuts them into rows afterwards, before the next run.
 */
class CollectingClient implements ClientSink {
  readonly rowFormat = 'csv';
  readonly #blocks: Uint8Array[] = [];
  #chunk = -1;
  #used = chunkBytes;

  async create(): Promise<SinkWriter> {
    const nothing = async (): Promise<void> => {};
    const write = async (bytes: Uint8Array): Promise<void> => {
      this.#blocks.push(this.#copy(bytes));
    };
    return { open: nothing, write, commit: nothing, abort: nothing };
  }

  #copy(bytes: Uint8Array): Uint8Array {
    if (bytes.length > chunkBytes) return bytes.slice();
    if (this.#used + bytes.length > chunkBytes) {
      this.#chunk++;
      this.#used = 0;
      chunks[this.#chunk] ??= new Uint8Array(chunkBytes);
    }
    const copy = chunks[this.#chunk]!.subarray(this.#used, this.#used + bytes.length);
    copy.set(bytes);
    this.#used += bytes.length;
    return copy;
  }

  /** No value of the scenarios needs quotes. */
  forEachRow(row: (cells: readonly Cell[]) => void): void {
    for (const block of this.#blocks) {
      const lines = Buffer.from(block.buffer, block.byteOffset, block.length).toString().split('\n');
      lines.pop();
      for (const line of lines) row(line.split(','));
    }
  }
}
