/**
 * Runs a text of statements as the command does, in this process and with real workers, and gives the rows as
 * text. Everything that must not change a result — architecture, partitions, sizes — is an argument.
 */
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import type { Schema } from '../../src/columns/schema.ts';
import type { Application, ApplicationJob, ApplicationStep } from '../../src/engine/application.ts';
import { compileScript } from '../../src/engine/application.ts';
import type { ClientSink, EngineOptions, TestedLimits } from '../../src/engine/engine-options.ts';
import type { RowFormat, SinkWriter } from '../../src/io/sink.ts';
import type { RejectedRecord } from '../../src/operators/input/unit-queue.ts';
import type { ArchitectureOptions } from '../../src/plan/architecture.ts';

// A test starts many workers; from the second on they find their code compiled.
module.enableCompileCache(join(tmpdir(), 'velostream-test-compile-cache'));
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir() ?? '';

/** How a job is spread and cut. None of this may change a row. */
export interface Spread {
  readonly architecture: ArchitectureOptions;
  readonly limits?: TestedLimits;
}

export interface RunSqlOptions extends Spread {
  readonly rowFormat?: Extract<RowFormat, 'jsonl' | 'csv'>;
  readonly timeZone?: string | undefined;
  readonly onError?: EngineOptions['onError'];
  /** Each statement by itself, also where some could share a scan. */
  readonly oneByOne?: boolean;
}

export interface StatementRows {
  readonly kind: ApplicationJob['kind'] | 'explain';
  readonly schema: Schema;
  /** One text per row, as it came out; of an EXPLAIN its lines. */
  readonly rows: readonly string[];
}

export interface SqlOutcome {
  readonly statements: readonly StatementRows[];
  readonly rejected: readonly RejectedRecord[];
  /** By all statements; what several share counts once. */
  readonly recordsRead: number;
}

/** Runs the statements in their order; throws what the engine throws. */
export async function runSql(sql: string, options: RunSqlOptions): Promise<SqlOutcome> {
  const { architecture, limits, rowFormat = 'jsonl', timeZone, onError } = options;
  const statements: StatementRows[] = [];
  const rejected: RejectedRecord[] = [];
  const client = new CollectingClient(rowFormat);
  const application = await compileScript(sql, {
    architecture,
    limits,
    timeZone,
    onError,
    cores: 2,
    client,
    clock: { ...systemClock, nowMicros: () => 1_767_323_045_000_000n },
    onNotice: () => {},
    onRejected: (record) => rejected.push(record),
  });
  let recordsRead = 0;
  for (const step of options.oneByOne ? oneByOne(application) : application.steps) {
    if (step.kind === 'explain') {
      const rows = (await step.explain()).trimEnd().split('\n');
      statements.push({ kind: 'explain', schema: [], rows });
      continue;
    }
    const { jobs, start } = step;
    const { progress } = await (await start()).done;
    recordsRead += progress.total.recordsRead;
    const results = client.take();
    for (const { kind } of jobs) {
      const none = { schema: [], rows: [] };
      statements.push({ kind, ...(kind === 'query' ? (results.shift() ?? none) : none) });
    }
  }
  return { statements, rejected, recordsRead };
}

/** Every statement as a step of its own. */
function oneByOne({ steps }: Application): readonly ApplicationStep[] {
  return steps.flatMap((step): readonly ApplicationStep[] => {
    if (step.kind !== 'run') return [step];
    return step.jobs.map((job) => ({ ...step, jobs: [job], start: () => job.start() }));
  });
}

/** Keeps what bare SELECTs write. */
class CollectingClient implements ClientSink {
  readonly rowFormat: RowFormat;
  #results: { readonly schema: Schema; readonly blocks: Uint8Array[] }[] = [];

  constructor(rowFormat: RowFormat) {
    this.rowFormat = rowFormat;
  }

  async create(schema: Schema): Promise<SinkWriter> {
    const blocks: Uint8Array[] = [];
    this.#results.push({ schema, blocks });
    const nothing = async (): Promise<void> => {};
    const write = async (bytes: Uint8Array): Promise<void> => {
      blocks.push(bytes.slice());
    };
    return { open: nothing, write, commit: nothing, abort: nothing };
  }

  take(): Pick<StatementRows, 'schema' | 'rows'>[] {
    const results = this.#results;
    this.#results = [];
    return results.map(({ schema, blocks }) => {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(blocks));
      return { schema, rows: text === '' ? [] : text.replace(/\n$/, '').split('\n') };
    });
  }
}
