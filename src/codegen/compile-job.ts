/**
 * A physical plan to a job graph: one WebAssembly module per stage, and the stages, exchanges and addresses
 * that the run wing needs. Pure: the same plan gives the same bytes.
 */

import { EvaluationErrorTexts } from '../expressions/evaluation-error.ts';
import type { RowFormat } from '../io/sink.ts';
import type { ExchangeSpec, JobGraph, ModuleImage, SinkSpec, StageSpec } from '../job/job-graph.ts';
import type { Exchange, JobPlan, Stage } from '../plan/physical-plan.ts';
import { staticBase } from '../routines/memory-map.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { emitMapKernel } from './map-kernel.ts';
import type { CompileSource } from './sources.ts';
import { emitStageOutput } from './stage-output.ts';
import { emitProducer, type StageProducer } from './stage-producer.ts';

export interface CompileOptions {
  /** The job's name, in metrics and messages. */
  readonly name: string;
  readonly sourceOf: (relation: string) => CompileSource;
  /** For each result of the plan. */
  readonly sinks: readonly CompileSink[];
  readonly timeZone: string;
  readonly onPartitionFailure: 'fail' | 'isolate';
  /** Rows of a batch; for tests. */
  readonly batchRows?: number | undefined;
  /** The keys of groups are to be told. */
  readonly tellsKeys?: boolean | undefined;
}

export interface CompileSink {
  readonly spec: SinkSpec;
  /** What it wants from the workers. */
  readonly rowFormat: RowFormat;
}

export interface CompiledJob {
  readonly graph: JobGraph;
  /** Each stage's module as WebAssembly text. */
  readonly texts: () => readonly { readonly name: string; readonly text: string }[];
}

export function compileJob(plan: JobPlan, options: CompileOptions): CompiledJob {
  const modules: ModuleBuilder[] = [];
  const producers: StageProducer[] = [];
  const stages: StageSpec[] = [];
  const errorTexts = new EvaluationErrorTexts();
  for (const stage of plan.stages) {
    const module = new ModuleBuilder(stage.name, modules.at(-1)?.staticEnd ?? staticBase);
    modules.push(module);
    const { sourceOf, batchRows, tellsKeys = false } = options;
    const { exchanges } = plan;
    const producer = emitProducer({ module, stage, exchanges, sourceOf, batchRows, tellsKeys, producers });
    producers.push(producer);
    stages.push(compileStage({ module, stage, producer, errorTexts }, plan, options));
  }
  return {
    graph: {
      name: options.name,
      architecture: plan.parallelism.architecture,
      partitionCount: plan.parallelism.partitions,
      onPartitionFailure: options.onPartitionFailure,
      stages,
      exchanges: plan.exchanges.map(describeExchange),
      evaluationErrorTexts: errorTexts.texts,
      results: plan.results.map((result, i) => ({ ...result, sink: options.sinks[i]!.spec })),
    },
    texts: () => modules.map((module) => ({ name: module.name, text: module.print() })),
  };
}

interface StageParts {
  readonly module: ModuleBuilder;
  readonly stage: Stage;
  readonly producer: StageProducer;
  readonly errorTexts: EvaluationErrorTexts;
}

function compileStage(parts: StageParts, plan: JobPlan, options: CompileOptions): StageSpec {
  const { module, stage, producer } = parts;
  const isShared = stage.output.kind === 'shared';
  const { output, evaluationErrors } = isShared ? sharedOutput : emitRows(parts, plan, options);
  const bytes = module.encode();
  const image: ModuleImage = { name: module.name, bytes, staticEnd: module.staticEnd };
  return {
    index: stage.id,
    name: stage.name,
    parallelism: stage.width,
    module: image,
    producer: producer.spec,
    output,
    evaluationErrors,
    stopAfterRows: stage.producer.kind === 'scan' ? stage.producer.stopAfterRows : undefined,
  };
}

type StageRows = Pick<StageSpec, 'output' | 'evaluationErrors'>;

/** Those who share the batch have maps of their own. */
const sharedOutput: StageRows = { output: { kind: 'shared' }, evaluationErrors: 0 };

/** The map over the producer's batches, and what becomes of its rows. */
function emitRows(
  { module, stage, producer, errorTexts }: StageParts,
  plan: JobPlan,
  options: CompileOptions,
): StageRows {
  const { stages, exchanges, parallelism, results } = plan;
  const result = results.findIndex((each) => each.stage === stage.id);
  const { spec, emit } = emitStageOutput({
    module,
    stage,
    stages,
    exchanges,
    partitionCount: parallelism.partitions,
    sink: result < 0 ? undefined : { result, rowFormat: options.sinks[result]!.rowFormat },
  });
  const { evaluationErrors } = emitMapKernel(module, {
    filter: stage.filter,
    projection: stage.projection,
    batchCapacityRows: producer.batchCapacityRows,
    columns: (place) => producer.columns(module, place),
    output: emit,
    timeZone: options.timeZone,
    errorTexts,
  });
  return { output: spec, evaluationErrors };
}

function describeExchange(exchange: Exchange): ExchangeSpec {
  const { id, from, to, distribution } = exchange;
  return { index: id, from, to, routing: distribution.kind };
}
