/** Runs one statement of a text with a sink that tests look into and that misbehaves as they want. */
import { systemClock } from '../../src/base/clock.ts';
import { compileScript } from '../../src/engine/application.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import type { SinkWriter } from '../../src/io/sink.ts';
import type { RunningJob } from '../../src/runtime/coordinator/coordinator.ts';

export interface Collected {
  readonly rows: string[];
  committed: boolean;
  aborted: boolean;
}

export interface JobSetting {
  readonly sql: string;
  readonly partitions: number;
  readonly options?: Partial<EngineOptions>;
  /** What happens in front of each call of the sink's writer. */
  readonly before?: (call: keyof SinkWriter) => Promise<void> | void;
}

export interface CollectedJob {
  readonly job: RunningJob;
  readonly collected: Collected;
}

/** Starts the first statement that runs. */
export async function startCollected(setting: JobSetting): Promise<CollectedJob> {
  const { before = () => {} } = setting;
  const collected: Collected = { rows: [], committed: false, aborted: false };
  const writer: SinkWriter = {
    open: async () => before('open'),
    write: async (bytes) => {
      const text = new TextDecoder().decode(bytes);
      await before('write');
      collected.rows.push(...text.trimEnd().split('\n'));
    },
    commit: async () => {
      await before('commit');
      collected.committed = true;
    },
    abort: async () => {
      collected.aborted = true;
      await before('abort');
    },
  };
  const app = await compileScript(setting.sql, {
    architecture: { architecture: 'partitioned', numPartitions: setting.partitions },
    cores: 2,
    client: { rowFormat: 'jsonl', create: async () => writer },
    clock: systemClock,
    onNotice: () => {},
    ...setting.options,
  });
  return { job: await app.jobs[0]!.start(), collected };
}
