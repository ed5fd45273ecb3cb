/**
 * A stage while it is being put together: a producer, and what is computed over its batch so far. Operators
 * without state are taken into the draft by substitution; the others close it and read what it sends.
 */
import type { Column, Schema } from '../../columns/schema.ts';
import { bigintType } from '../../columns/sql-type.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { columnReference } from '../../plan/build-plan.ts';
import { expressionSize, substituteColumns } from '../../plan/expression-columns.ts';
import type { Producer, StageWidth } from '../../plan/physical-plan.ts';
import { filterBehind } from '../optimise/conjuncts.ts';

export interface StageDraft {
  /** What the stage does, for its name. */
  readonly noun: string;
  readonly width: StageWidth;
  readonly widthReason: string;
  readonly producer: Producer;
  readonly inputSchema: Schema;
  readonly filter: BoundExpression | undefined;
  /** The columns of the logical plan, then the position where one is asked for; over `inputSchema`. */
  readonly outputs: readonly DraftColumn[];
  /** Whether each task gives its rows in ascending order of their positions. */
  readonly inPositionOrder: boolean;
}

export interface DraftColumn {
  readonly name: string;
  readonly expression: BoundExpression;
}

/** The hidden column that carries a row's position. */
export const positionColumn: Column = { name: '_position', type: bigintType, nullable: false };

/** Every column of the producer's batch as it is. */
export function passThrough(schema: Schema): readonly DraftColumn[] {
  return schema.map(({ name }, index) => ({ name, expression: columnReference(schema, index) }));
}

/** The schema of rows made of these columns. */
export function schemaOf(columns: readonly DraftColumn[]): Schema {
  return columns.map(({ name, expression: { type, nullable } }) => ({ name, type, nullable }));
}

/** An expression over the draft's outputs as one over its producer's batch. */
export function overInput(draft: StageDraft, expression: BoundExpression): BoundExpression {
  return substituteColumns(
    expression,
    draft.outputs.map((column) => column.expression),
  );
}

export function addFilter(draft: StageDraft, predicate: BoundExpression): StageDraft {
  return { ...draft, filter: filterBehind(draft.filter, overInput(draft, predicate)) };
}

/** Substitution may make a stage's expressions so many nodes longer before they get a stage of their own. */
const growthMax = 256;

/** Whether the expressions can be taken into the draft without growing out of hand. */
export function fits(draft: StageDraft, expressions: readonly BoundExpression[]): boolean {
  if (draft.outputs.every(({ expression }) => expression.kind === 'column')) return true;
  const own = totalSize(expressions);
  const below = totalSize(draft.outputs.map((column) => column.expression));
  const max = own + below + growthMax;
  let size = 0;
  for (const expression of expressions) {
    size += expressionSize(overInput(draft, expression), max + 1);
    if (size > max) return false;
  }
  return true;
}

function totalSize(expressions: readonly BoundExpression[]): number {
  return expressions.reduce((total, expression) => total + expressionSize(expression, 100_000), 0);
}
