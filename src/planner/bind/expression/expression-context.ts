/** What an expression is bound with: the names around it, and what may stand in it. */
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import type { ColumnReference } from '../../../sql/ast/query.ts';
import type { BindEnvironment } from '../bind-environment.ts';
import type { AggregateList } from './aggregate-list.ts';
import type { Scope } from './scope.ts';

export interface ExpressionContext extends BindEnvironment {
  readonly scope: Scope;
  /** Where the expression stands, as errors name it: `WHERE`, `GROUP BY`. */
  readonly clause: string;
  /** Takes the aggregate calls; undefined where none may stand. */
  readonly aggregates: AggregateList | undefined;
  /** What a bare name means that is no column: an alias of the SELECT list. */
  readonly aliases: AliasLookup | undefined;
}

export interface AliasLookup {
  find(name: string, reference: ColumnReference): BoundExpression | undefined;
  names(): Iterable<string>;
}
