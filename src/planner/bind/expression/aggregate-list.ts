/**
 * The aggregate calls of one SELECT, each computed once. While the SELECT is bound, aggregate i stands for
 * column `base + i`, behind all columns of its input.
 */
import type { SourceSpan } from '../../../base/error.ts';
import type { BoundAggregate, BoundColumn } from '../../../expressions/bound-expression.ts';
import { sameAggregate } from '../../../plan/same-expression.ts';

export class AggregateList {
  readonly base: number;
  readonly #aggregates: BoundAggregate[] = [];

  constructor(inputWidth: number) {
    this.base = inputWidth;
  }

  /** The column that stands for the aggregate. */
  add(aggregate: BoundAggregate, span: SourceSpan): BoundColumn {
    let position = this.#aggregates.findIndex((known) => sameAggregate(known, aggregate));
    if (position < 0) position = this.#aggregates.push(aggregate) - 1;
    const { name, type, nullable } = aggregate;
    return { kind: 'column', index: this.base + position, name, type, nullable, span };
  }

  get aggregates(): readonly BoundAggregate[] {
    return this.#aggregates;
  }
}
