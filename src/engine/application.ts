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
import type { Statement } from '../sql/ast/statement.ts';
import { parseSql } from '../sql/parse.ts';
import { checkRuns } from './check-runs.ts';
import { type EngineOptions, timeZoneOf } from './engine-options.ts';
import { explainJob } from './inspect/explain.ts';
import { type KeySchema, ownedKeysOf, partitionOf } from './inspect/partition-of.ts';
import { type PlannedJob, planJob } from './planned-job.ts';
import { type PlannedRun, runOf, shareRuns, withFreshSources } from './planned-run.ts';
import type { RowValue } from './result-rows.ts';
import { ScriptErrors } from './script-errors.ts';
import { ScriptProblems } from './script-problems.ts';
import { inferRelations } from './script-sources.ts';
import { startRun } from './start-job.ts';

export interface Application {
  /** How the statements are best executed, one step after the other; declarations are none. */
  readonly steps: readonly ApplicationStep[];
  /** The jobs of all steps, in the order of the text. Each can also be run by itself. */
  readonly jobs: readonly ApplicationJob[];
}

export type ApplicationStep = ApplicationRun | ExplainStep;

/** Jobs that run together. Rows for the client come in the order of the jobs. */
export interface ApplicationRun {
  readonly kind: 'run';
  /** Neighbours in the text that share a scan, or one. */
  readonly jobs: readonly ApplicationJob[];
  /** Bytes of what they read together; 0 where they are not known. */
  readonly inputBytes: number;
  start(): Promise<RunningJob>;
  /** For each job: the number that the first stage of its own plan has in the run. */
  readonly firstStages: readonly number[];
  explain(options: ExplainOptions): Promise<string>;
}

/** An EXPLAIN statement; with ANALYZE it runs what it explains. */
export interface ExplainStep {
  readonly kind: 'explain';
  explain(): Promise<string>;
}

export interface ApplicationJob {
  readonly name: string;
  /** `job` writes to a stream; `query` answers the client. */
  readonly kind: 'query' | 'job';
  readonly parallelism: Parallelism;
  /** Bytes of its whole input; 0 where they are not known. */
  readonly inputBytes: number;
  /** The plans as text; with `analyze` the job is run for its figures. */
  explain(options: ExplainOptions): Promise<string>;
  start(): Promise<RunningJob>;
  /** The keys that its partitions own; undefined where it does not group. */
  readonly keys: KeySchema | undefined;
  /** The partition that owns a key of the statement's outermost GROUP BY. */
  partitionOf(key: readonly RowValue[]): number;
}

/**
 * Compiles a text. Throws `ScriptErrors` for what is wrong with it and with the sources and sinks it names.
 */
export async function compileScript(sql: string, options: EngineOptions): Promise<Application> {
  const parsed = parseSql(sql);
  if (parsed.errors.length > 0) throw new ScriptErrors(parsed.errors, sql);
  const problems = new ScriptProblems(sql, parsed.statements);
  const script = await bindStatements(parsed.statements, { sql, problems, options });
  const steps: ApplicationStep[] = [];
  const runs: PlannedRun[] = [];
  /** Neighbours that may run together. */
  let neighbours: PlannedJob[] = [];
  const runNeighbours = (): void => {
    for (const run of shareRuns(neighbours)) {
      const isLater = isBehindWriter(runs);
      const start = async (): Promise<RunningJob> =>
        startRun(isLater ? { ...run, first: await withFreshSources(run.first) } : run, options);
      steps.push(describeRun(run, options, start));
      runs.push(run);
    }
    neighbours = [];
  };
  for (const [ordinal, statement] of script.statements.filter(isExecuted).entries()) {
    const inner = statement.kind === 'explain' ? statement.statement : statement;
    if (inner.kind === 'declaration') {
      runNeighbours();
      steps.push({ kind: 'explain', explain: async () => `${explainDeclaration(inner.relation)}\n` });
      continue;
    }
    const planned = await planJob(inner, ordinal, { relations: script.relations, options, problems });
    if (planned === undefined) continue;
    if (statement.kind === 'explain') {
      runNeighbours();
      const isLater = isBehindWriter(runs);
      const explain = async (): Promise<string> =>
        explainJob(isLater ? await withFreshSources(planned) : planned, options, statement.options);
      steps.push({ kind: 'explain', explain });
    } else if (!planned.isEdge) neighbours.push(planned);
  }
  runNeighbours();
  problems.check();
  await checkRuns({ runs, isStandardInputTaken: options.isStandardInputTaken ?? false }, problems);
  problems.check();
  return { steps, jobs: steps.flatMap((step) => (step.kind === 'run' ? step.jobs : [])) };
}

/** Whether what comes now may read files that were written before it, in a folder or under another name. */
function isBehindWriter(runs: readonly PlannedRun[]): boolean {
  return runs.some(({ jobs }) => jobs.some(({ target }) => target !== undefined));
}

function isExecuted({ kind }: BoundStatement): boolean {
  return kind !== 'declaration';
}

function describeRun(
  run: PlannedRun,
  options: EngineOptions,
  start: ApplicationRun['start'],
): ApplicationRun {
  const jobs = run.jobs.map((planned) => describeJob(planned, options));
  return {
    kind: 'run',
    jobs,
    inputBytes: run.first.inputBytes,
    firstStages: run.plan.results.map(({ firstStage }) => firstStage),
    start,
    explain: (explainOptions) => explainTogether(jobs, explainOptions),
  };
}

async function explainTogether(jobs: readonly ApplicationJob[], options: ExplainOptions): Promise<string> {
  const texts: string[] = [];
  for (const job of jobs) texts.push(await job.explain(options));
  if (jobs.length > 1) texts.push(`One scan for ${jobs.map(({ name }) => name).join(', ')}\n`);
  return texts.join('\n');
}

interface BindContext {
  readonly sql: string;
  readonly problems: ScriptProblems;
  readonly options: EngineOptions;
}

async function bindStatements(
  statements: readonly Statement[],
  { sql, problems, options }: BindContext,
): Promise<BoundScript> {
  const { catalog, relations } = await inferRelations(statements, problems, options.onError);
  const bound = bindScript(statements, { catalog, nowMicros: options.clock.nowMicros() });
  if (!bound.ok) throw new ScriptErrors(bound.errors as readonly VelostreamError[], sql);
  return { ...bound.script, relations: [...relations, ...bound.script.relations] };
}

function describeJob(planned: PlannedJob, options: EngineOptions): ApplicationJob {
  return {
    name: planned.name,
    kind: planned.kind,
    parallelism: planned.physical.parallelism,
    inputBytes: planned.inputBytes,
    explain: (explainOptions) => explainJob(planned, options, explainOptions),
    start: () => startRun(runOf(planned), options),
    keys: ownedKeysOf(planned.physical),
    partitionOf: (key) => partitionOf(planned.physical, key, timeZoneOf(options)),
  };
}
