/**
 * A physical plan to a job graph: one WebAssembly module per stage, and the stages, exchanges and addresses
 * that the run wing needs. Pure: the same plan gives the same bytes.
 */
import type { ExchangeSpec, JobGraph, ModuleImage, SinkSpec, StageSpec } from '../job/job-graph.ts';
import type { Exchange, PhysicalPlan, Stage } from '../plan/physical-plan.ts';
import { staticBase } from '../routines/memory-map.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { emitMapKernel, evaluationErrorTexts } from './map-kernel.ts';
import type { CompileSource } from './sources.ts';
import { emitStageOutput } from './stage-output.ts';
import { emitProducer } from './stage-producer.ts';

export interface CompileOptions {
  /** The job's name, in metrics and messages. */
  readonly name: string;
  readonly sourceOf: (relation: string) => CompileSource;
  readonly sink: SinkSpec;
  /** What the sink wants from the workers. */
  readonly rowFormat: 'jsonl' | 'csv' | 'none';
  readonly timeZone: string;
  readonly onPartitionFailure: 'fail' | 'isolate';
  /** Rows of a batch; for tests. */
  readonly batchRows?: number | undefined;
  /** The keys of groups are to be listed. */
  readonly tellsKeys?: boolean | undefined;
}

export interface CompiledJob {
  readonly graph: JobGraph;
  /** Each stage's module as WebAssembly text. */
  readonly texts: () => readonly { readonly name: string; readonly text: string }[];
}

export function compileJob(plan: PhysicalPlan, options: CompileOptions): CompiledJob {
  const modules: ModuleBuilder[] = [];
  const stages: StageSpec[] = [];
  for (const stage of plan.stages) {
    const module = new ModuleBuilder(stage.name, modules.at(-1)?.staticEnd ?? staticBase);
    modules.push(module);
    stages.push(compileStage(module, stage, plan, options));
  }
  return {
    graph: {
      name: options.name,
      architecture: plan.parallelism.architecture,
      partitionCount: plan.parallelism.partitions,
      onPartitionFailure: options.onPartitionFailure,
      stages,
      exchanges: plan.exchanges.map(describeExchange),
      evaluationErrorTexts,
      resultSchema: plan.schema,
      sink: options.sink,
    },
    texts: () => modules.map((module) => ({ name: module.name, text: module.print() })),
  };
}

function compileStage(
  module: ModuleBuilder,
  stage: Stage,
  plan: PhysicalPlan,
  options: CompileOptions,
): StageSpec {
  const { stages, exchanges } = plan;
  const { sourceOf, batchRows, rowFormat, timeZone, tellsKeys = false } = options;
  const producer = emitProducer({ module, stage, exchanges, sourceOf, batchRows, tellsKeys });
  const partitionCount = plan.parallelism.partitions;
  const output = emitStageOutput({ module, stage, stages, exchanges, partitionCount, rowFormat });
  const map = emitMapKernel(module, {
    filter: stage.filter,
    projection: stage.projection,
    batchCapacityRows: producer.batchCapacityRows,
    columns: producer.columns,
    output: output.emit,
    timeZone,
  });
  const bytes = module.encode();
  const image: ModuleImage = { name: module.name, bytes, staticEnd: module.staticEnd };
  return {
    index: stage.id,
    name: stage.name,
    parallelism: stage.width,
    module: image,
    producer: producer.spec,
    output: output.spec,
    evaluationErrors: map.evaluationErrors,
    stopAfterRows: stage.producer.kind === 'scan' ? stage.producer.stopAfterRows : undefined,
  };
}

function describeExchange(exchange: Exchange): ExchangeSpec {
  const { id, from, to, distribution } = exchange;
  return { index: id, from, to, routing: distribution.kind };
}
