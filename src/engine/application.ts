/**
 * A text of statements as an application: parsed, bound, optimised, placed, and ready to start, statement by
 * statement. The one place where the compile wing and the run wing meet.
 */
import type { VelostreamError } from '../base/error.ts';
import type { Parallelism } from '../plan/architecture.ts';
import type { BoundScript, BoundStatement, ExplainOptions } from '../plan/bound-script.ts';
import { bindScript } from '../planner/bind/script/script.ts';
import { explainDeclaration } from '../planner/explain.ts';
import type { RunningJob } from '../runtime/coordinator/coordinator.ts';
import { parseSql } from '../sql/parse.ts';
import { type EngineOptions, timeZoneOf } from './engine-options.ts';
import { explainJob } from './explain.ts';
import { type KeySchema, ownedKeysOf, partitionOf } from './partition-of.ts';
import { type PlannedJob, planJob } from './planned-job.ts';
import { runOf, shareRuns } from './planned-run.ts';
import type { RowValue } from './result-rows.ts';
import { ScriptErrors } from './script-errors.ts';
import { inferRelations } from './script-sources.ts';
import { startRun } from './start-job.ts';

export interface Application {
  /** What runs or is explained, in the order of the text. */
  readonly statements: readonly (ApplicationJob | ExplainedDeclaration)[];
  /** Those of them that can run, each by itself. */
  readonly jobs: readonly ApplicationJob[];
  /**
   * How the statements are best executed, one step after the other: some share the scan of what they read.
   */
  readonly steps: readonly ApplicationStep[];
}

export type ApplicationStep = ApplicationRun | ExplainStep;

/** Jobs that run together. Rows for the client come in the order of the jobs. */
export interface ApplicationRun {
  readonly kind: 'run';
  /** Neighbours in the text. */
  readonly jobs: readonly ApplicationJob[];
  /** Bytes of what they read together; 0 where they are not known. */
  readonly inputBytes: number;
  start(): Promise<RunningJob>;
  /** For each job: the number that the first stage of its own plan has in the run. */
  readonly firstStages: readonly number[];
}

/** An EXPLAIN statement; with ANALYZE it runs what it explains. */
export interface ExplainStep {
  readonly kind: 'explain';
  explain(): Promise<string>;
}

/** `EXPLAIN CREATE STREAM | TABLE` without a query: there is nothing to run. */
export interface ExplainedDeclaration {
  readonly kind: 'declaration';
  readonly explainOptions: ExplainOptions;
  explain(): Promise<string>;
}

export interface ApplicationJob {
  readonly name: string;
  /** `job` writes to a stream; `query` and `explain` answer the client. */
  readonly kind: 'query' | 'job' | 'explain';
  readonly parallelism: Parallelism;
  /** Bytes of its whole input; 0 where they are not known. */
  readonly inputBytes: number;
  /** What EXPLAIN asked for, where the statement is one. */
  readonly explainOptions: ExplainOptions | undefined;
  /** The plans as text; with `analyze` the job is run for its figures. */
  explain(options: ExplainOptions): Promise<string>;
  start(): Promise<RunningJob>;
  /** The keys that its partitions own; undefined where it does not group. */
  readonly keys: KeySchema | undefined;
  /** The partition that owns a key of the statement's outermost GROUP BY. */
  partitionOf(key: readonly RowValue[]): number;
}

/** Compiles a text. Throws `ScriptErrors` for what is wrong with the text, `VelostreamError` for the rest. */
export async function compileScript(sql: string, options: EngineOptions): Promise<Application> {
  const script = await bindText(sql, options);
  const jobs: ApplicationJob[] = [];
  const statements: Application['statements'][number][] = [];
  const steps: ApplicationStep[] = [];
  /** Neighbours that may run together. */
  let neighbours: DescribedJob[] = [];
  const runNeighbours = (): void => {
    steps.push(...describeRuns(neighbours, options));
    neighbours = [];
  };
  for (const statement of script.statements) {
    const inner = statement.kind === 'explain' ? statement.statement : statement;
    if (inner.kind !== 'declaration') {
      const planned = await planJob(inner, script.relations, options, jobs.length);
      const job = describeJob(statement, planned, options);
      jobs.push(job);
      statements.push(job);
      if (statement.kind !== 'explain') neighbours.push({ job, planned });
    } else if (statement.kind === 'explain') {
      const explain = async (): Promise<string> => `${explainDeclaration(inner.relation)}\n`;
      statements.push({ kind: 'declaration', explainOptions: statement.options, explain });
    }
    const explained = statements.at(-1);
    if (statement.kind === 'explain' && explained !== undefined) {
      runNeighbours();
      steps.push({ kind: 'explain', explain: () => explained.explain(statement.options) });
    }
  }
  runNeighbours();
  return { statements, jobs, steps };
}

interface DescribedJob {
  readonly job: ApplicationJob;
  readonly planned: PlannedJob;
}

function describeRuns(
  neighbours: readonly DescribedJob[],
  options: EngineOptions,
): readonly ApplicationRun[] {
  const described = new Map(neighbours.map(({ planned, job }) => [planned, job]));
  return shareRuns([...described.keys()]).map((run) => ({
    kind: 'run',
    jobs: run.jobs.flatMap((planned) => described.get(planned) ?? []),
    inputBytes: run.first.inputBytes,
    firstStages: run.plan.results.map(({ firstStage }) => firstStage),
    start: () => startRun(run, options),
  }));
}

async function bindText(sql: string, options: EngineOptions): Promise<BoundScript> {
  const parsed = parseSql(sql);
  if (parsed.errors.length > 0) throw new ScriptErrors(parsed.errors, sql);
  const { catalog, relations } = await inferRelations(parsed.statements, options.onError);
  const bound = bindScript(parsed.statements, { catalog, nowMicros: options.clock.nowMicros() });
  if (!bound.ok) throw new ScriptErrors(bound.errors as readonly VelostreamError[], sql);
  return { ...bound.script, relations: [...relations, ...bound.script.relations] };
}

function describeJob(statement: BoundStatement, planned: PlannedJob, options: EngineOptions): ApplicationJob {
  const isExplain = statement.kind === 'explain';
  return {
    name: planned.name,
    kind: isExplain ? 'explain' : planned.kind,
    parallelism: planned.physical.parallelism,
    inputBytes: planned.inputBytes,
    explainOptions: isExplain ? statement.options : undefined,
    explain: (explainOptions) => explainJob(planned, options, explainOptions),
    start: () => startRun(runOf(planned), options),
    keys: ownedKeysOf(planned.physical),
    partitionOf: (key) => partitionOf(planned.physical, key, timeZoneOf(options)),
  };
}
