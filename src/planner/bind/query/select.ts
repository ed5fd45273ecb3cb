/**
 * A SELECT as a logical plan, clause by clause in the order of evaluation: FROM, WHERE, GROUP BY with the
 * aggregates, HAVING, the list, DISTINCT, ORDER BY, LIMIT. Each clause reports its own errors before the
 * whole gives up.
 */
import { VelostreamError } from '../../../base/error.ts';
import { toCondition } from '../../../expressions/binding/cast-to.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import {
  aggregateOf,
  columnReference,
  distinctOf,
  filterOf,
  limitOf,
  projectOf,
  sortOf,
} from '../../../plan/build-plan.ts';
import type { LogicalPlan } from '../../../plan/logical-plan.ts';
import type { ColumnReference, Query, Select } from '../../../sql/ast/query.ts';
import type { BindEnvironment } from '../bind-environment.ts';
import { AggregateList } from '../expression/aggregate-list.ts';
import { bindExpression } from '../expression/expression.ts';
import type { AliasLookup, ExpressionContext } from '../expression/expression-context.ts';
import { type BoundFrom, bindFrom } from './from.ts';
import { moveBehindGroup } from './group.ts';
import { bindGroupKeys } from './group-by.ts';
import { bindRowCount } from './limit.ts';
import { type BoundOrder, bindOrderBy } from './order-by.ts';
import { type OutputColumn, SelectList } from './select-list.ts';

/** The plan of a query; its schema is exactly the visible columns. */
export function bindQuery(query: Query, environment: BindEnvironment): LogicalPlan {
  checkEmit(query, environment);
  const from = bindFrom(query.from, environment, bindQuery);
  const aggregates = new AggregateList(from.scope.schema.length);
  const base = { ...environment, scope: from.scope, aggregates };
  const list = new SelectList(query.items, base);
  const clauses = bindClauses(query, { ...base, aliases: list, clause: 'SELECT' }, list);
  const grouped = clauses.keys.length > 0 || query.having !== undefined || aggregates.aggregates.length > 0;
  const filtered = clauses.where === undefined ? from.plan : filterOf(from.plan, clauses.where);
  const block = grouped
    ? groupBlock(filtered, clauses, { from, aggregates, environment })
    : { plan: filtered, ...clauses };
  return finish(query, block);
}

/** The bound parts of a SELECT, over the columns of FROM and the aggregates behind them. */
interface Clauses {
  readonly where: BoundExpression | undefined;
  readonly keys: readonly BoundExpression[];
  readonly having: BoundExpression | undefined;
  readonly outputs: readonly OutputColumn[];
  readonly order: BoundOrder;
  readonly limit: bigint | undefined;
  readonly offset: bigint;
}

function bindClauses(query: Select, context: ExpressionContext, list: SelectList): Clauses {
  const { problems } = context;
  const before = problems.count;
  const where = problems.attempt(() => bindWhere(query, context, list));
  const keys = problems.attempt(() => bindGroupKeys(query.groupBy, context, list));
  const outputs = problems.attempt(() => list.bindAll());
  const having = problems.attempt(() => bindHaving(query, context));
  const order = outputs && problems.attempt(() => bindOrderBy(query, outputs, context));
  const limit = problems.attempt(() => bindRowCount('LIMIT', query.limit, context));
  const offset = problems.attempt(() => bindRowCount('OFFSET', query.offset, context));
  if (problems.count > before || outputs === undefined || order === undefined) return problems.giveUp();
  return { where, keys: keys ?? [], having, outputs, order, limit, offset: offset ?? 0n };
}

function bindWhere(query: Select, context: ExpressionContext, list: SelectList): BoundExpression | undefined {
  if (query.where === undefined) return undefined;
  const inWhere = { ...context, aggregates: undefined, clause: 'WHERE', aliases: refusingAliases(list) };
  return toCondition(bindExpression(query.where, inWhere), 'WHERE');
}

function bindHaving(query: Select, context: ExpressionContext): BoundExpression | undefined {
  if (query.having === undefined) return undefined;
  return toCondition(bindExpression(query.having, { ...context, clause: 'HAVING' }), 'HAVING');
}

/** In WHERE an alias is an error of its own: the SELECT list is computed after it. */
function refusingAliases(list: SelectList): AliasLookup {
  return {
    find: (name: string, reference: ColumnReference) => {
      if (![...list.names()].includes(name)) return undefined;
      throw new VelostreamError(`column "${name}" does not exist`, {
        code: 'sql_undefined_name',
        position: reference.span,
        detail: `"${name}" is a name of the SELECT list, which is computed after WHERE.`,
        hint: 'Repeat the expression, or select from a subquery.',
      });
    },
    names: () => [],
  };
}

/** A part of the plan with what is still to be computed over it. */
interface Block {
  readonly plan: LogicalPlan;
  readonly outputs: readonly OutputColumn[];
  readonly order: BoundOrder;
  readonly limit: bigint | undefined;
  readonly offset: bigint;
}

interface Grouping {
  readonly from: BoundFrom;
  readonly aggregates: AggregateList;
  readonly environment: BindEnvironment;
}

function groupBlock(input: LogicalPlan, clauses: Clauses, grouping: Grouping): Block {
  const { problems } = grouping.environment;
  const { aggregates } = grouping.aggregates;
  const aggregate = aggregateOf(input, clauses.keys, aggregates);
  const context = {
    aggregate,
    scope: grouping.from.scope,
    aggregateBase: grouping.aggregates.base,
    problems,
  };
  const before = problems.count;
  const move = (expression: BoundExpression): BoundExpression | undefined =>
    problems.attempt(() => moveBehindGroup(expression, context));
  const moveAll = (columns: readonly OutputColumn[]): OutputColumn[] =>
    columns.map(({ name, expression }) => ({ name, expression: move(expression) ?? expression }));
  const outputs = moveAll(clauses.outputs);
  const having = clauses.having && move(clauses.having);
  const hidden = moveAll(clauses.order.hidden);
  if (problems.count > before) problems.giveUp();
  const plan = having === undefined ? aggregate : filterOf(aggregate, having);
  return { ...clauses, plan, outputs, order: { ...clauses.order, hidden } };
}

/** The SELECT list and what follows it. Columns that only ORDER BY needs are dropped again at the end. */
function finish(query: Select, block: Block): LogicalPlan {
  const { outputs, order } = block;
  const columns = [...outputs, ...order.hidden];
  let plan: LogicalPlan = projectOf(
    block.plan,
    columns.map((column) => column.expression),
    columns.map((column) => column.name),
  );
  if (query.distinct) plan = distinctOf(plan);
  if (order.keys.length > 0) plan = sortOf(plan, order.keys);
  if (block.limit !== undefined || block.offset > 0n) plan = limitOf(plan, block.limit, block.offset);
  if (order.hidden.length === 0) return plan;
  const { schema } = plan;
  return projectOf(
    plan,
    outputs.map((_, index) => columnReference(schema, index)),
    outputs.map((column) => column.name),
  );
}

function checkEmit(query: Query, environment: BindEnvironment): void {
  if (query.emit?.mode !== 'changes') return;
  environment.problems.report(
    new VelostreamError('EMIT CHANGES is not supported yet', {
      code: 'sql_unsupported',
      position: query.emit.span,
      hint: 'Leave it out or write EMIT FINAL: the result comes once, when the input has ended.',
    }),
  );
}
