/**
 * The stages and exchanges of a plan as they are closed. Every operator has one input, so stage i writes
 * exchange i and stage i + 1 reads it.
 */
import type { Schema } from '../../columns/schema.ts';
import type { SortKey } from '../../plan/logical-plan.ts';
import type { Distribution, Exchange, PreAggregation, SinkTarget, Stage } from '../../plan/physical-plan.ts';
import { type DraftColumn, type StageDraft, schemaOf } from './stage-draft.ts';

export interface Sending {
  /** What the rows consist of; the draft's own outputs where it is left out. */
  readonly columns?: readonly DraftColumn[];
  readonly distribution: Distribution;
  readonly order?: readonly SortKey[];
  readonly preAggregation?: PreAggregation | undefined;
  readonly reason: string;
}

/** An exchange that the next stage reads. */
export interface Sent {
  readonly exchange: number;
  readonly schema: Schema;
}

export class StageList {
  readonly #stages: Stage[] = [];
  readonly #exchanges: Exchange[] = [];

  /** Ends the draft with an exchange, which the next draft reads. */
  send(draft: StageDraft, sending: Sending): Sent {
    const exchange = this.#exchanges.length;
    const columns = sending.columns ?? draft.outputs;
    const stage = this.#close({ ...draft, outputs: columns }, { kind: 'exchange', exchange });
    this.#exchanges.push({
      id: exchange,
      from: stage.id,
      to: stage.id + 1,
      distribution: sending.distribution,
      schema: stage.outputSchema,
      order: sending.order ?? [],
      preAggregation: sending.preAggregation,
      reason: sending.reason,
    });
    return { exchange, schema: stage.outputSchema };
  }

  /** Ends the last draft with the sink. */
  finish(draft: StageDraft, target: SinkTarget): void {
    this.#close(draft, { kind: 'sink', target });
  }

  get stages(): readonly Stage[] {
    return this.#stages;
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges;
  }

  #close(draft: StageDraft, output: Stage['output']): Stage {
    const id = this.#stages.length;
    const stage: Stage = {
      id,
      name: this.#nameOf(draft.noun, id),
      width: draft.width,
      widthReason: draft.widthReason,
      producer: draft.producer,
      inputSchema: draft.inputSchema,
      filter: draft.filter,
      projection: draft.outputs.map((column) => column.expression),
      outputSchema: schemaOf(draft.outputs),
      output,
    };
    this.#stages.push(stage);
    return stage;
  }

  #nameOf(noun: string, id: number): string {
    const name = noun.replaceAll(/[^A-Za-z0-9_]/g, '_');
    return this.#stages.some((stage) => stage.name === name) ? `${name}_${id}` : name;
  }
}
