/**
 * The SELECT list: stars spelt out, names for what has none, and the aliases that the rest of the query can
 * use. An alias means its expression wherever no column of the FROM clause has the name: in later items,
 * GROUP BY, HAVING and ORDER BY.
 */
import { VelostreamError } from '../../../base/error.ts';
import { settle } from '../../../expressions/binding/cast-to.ts';
import type { BoundExpression } from '../../../expressions/bound-expression.ts';
import { columnReference } from '../../../plan/build-plan.ts';
import { dottedName } from '../../../sql/ast/name.ts';
import type {
  ColumnReference,
  Expression,
  SelectExpression,
  SelectItem,
  SelectStar,
} from '../../../sql/ast/query.ts';
import { bindExpression } from '../expression/expression.ts';
import type { AliasLookup, ExpressionContext } from '../expression/expression-context.ts';
import { ambiguous, checkRelation, type Scope } from '../expression/scope.ts';

export interface OutputColumn {
  readonly name: string;
  readonly expression: BoundExpression;
}

/** The list, bound item by item on demand, because GROUP BY and the items themselves may ask for an alias. */
export class SelectList implements AliasLookup {
  readonly #context: ExpressionContext;
  readonly #items: readonly SelectItem[];
  readonly #byAlias = new Map<string, SelectExpression[]>();
  readonly #bound = new Map<SelectExpression, BoundExpression | undefined>();
  readonly #inProgress = new Set<SelectExpression>();

  constructor(items: readonly SelectItem[], context: Omit<ExpressionContext, 'aliases' | 'clause'>) {
    this.#items = items;
    this.#context = { ...context, clause: 'SELECT', aliases: this };
    for (const item of items) {
      if (item.kind !== 'select_expression' || item.alias === undefined) continue;
      const { name } = item.alias;
      this.#byAlias.set(name, [...(this.#byAlias.get(name) ?? []), item]);
    }
  }

  /** All output columns; errors are reported, and then this gives up. */
  bindAll(): readonly OutputColumn[] {
    const { problems } = this.#context;
    return problems.all(this.#items, (item) => this.#bindItem(item)).flat();
  }

  find(name: string, reference: ColumnReference): BoundExpression | undefined {
    const [item, ...others] = this.#byAlias.get(name) ?? [];
    if (others.length > 0) throw ambiguous(name, reference.span);
    if (item === undefined || this.#inProgress.has(item)) return undefined;
    if (this.#inProgress.size > 0 && this.#isLater(item)) return undefined;
    return { ...this.#bindOnce(item), span: reference.span };
  }

  names(): Iterable<string> {
    return this.#byAlias.keys();
  }

  /** The first output column's expression at a position counted from 1, as ordinals are. */
  at(position: number): BoundExpression | undefined {
    return this.#items.flatMap((item) => this.#bindItem(item))[position - 1]?.expression;
  }

  #bindItem(item: SelectItem): readonly OutputColumn[] {
    if (item.kind === 'select_star') return expandStar(item, this.#context.scope);
    return [{ name: item.alias?.name ?? defaultName(item.expression), expression: this.#bindOnce(item) }];
  }

  /** An item is bound once, so that its errors are reported once. */
  #bindOnce(item: SelectExpression): BoundExpression {
    if (!this.#bound.has(item)) {
      this.#inProgress.add(item);
      const { problems } = this.#context;
      this.#bound.set(
        item,
        problems.attempt(() => settle(bindExpression(item.expression, this.#context))),
      );
      this.#inProgress.delete(item);
    }
    return this.#bound.get(item) ?? this.#context.problems.giveUp();
  }

  /** Within the list an alias can be used only behind the item that gives it. */
  #isLater(item: SelectExpression): boolean {
    const current = [...this.#inProgress].at(-1);
    return current !== undefined && this.#items.indexOf(item) > this.#items.indexOf(current);
  }
}

function expandStar(star: SelectStar, scope: Scope): readonly OutputColumn[] {
  if (star.qualifier !== undefined) {
    checkRelation(scope, dottedName(star.qualifier), star.span);
  }
  if (scope.visibleCount === 0) {
    throw new VelostreamError('SELECT * with no tables specified is not valid', {
      code: 'sql_syntax',
      position: star.span,
    });
  }
  return scope.schema.slice(0, scope.visibleCount).map(({ name }, index) => ({
    name,
    expression: columnReference(scope.schema, index, star.span),
  }));
}

/** What PostgreSQL calls a column that has no alias. */
function defaultName(expression: Expression): string {
  return givenName(expression) ?? typeNameOf(expression) ?? '?column?';
}

/** The name of a column or a function, which a cast and the ELSE of a CASE take on. */
function givenName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'column_reference':
      return expression.parts.at(-1)?.name;
    case 'call':
      return expression.name.parts.at(-1)?.name;
    case 'cast':
      return givenName(expression.operand);
    case 'case':
      return expression.otherwise && givenName(expression.otherwise);
    case 'extract':
      return 'extract';
    case 'at_time_zone':
      return 'timezone';
    case 'datetime_function':
      return expression.name;
    default:
      return undefined;
  }
}

/** What something without a name is. */
function typeNameOf(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'cast':
    case 'typed_literal':
      return expression.type.name;
    case 'case':
      return 'case';
    case 'interval_literal':
      return 'interval';
    case 'boolean_literal':
      return 'bool';
    default:
      return undefined;
  }
}
