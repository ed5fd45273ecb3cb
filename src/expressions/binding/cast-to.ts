/**
 * Writes a conversion out as a cast, and gives literals without a type theirs. Literals are converted at
 * once, by the cast's own emitter.
 */
import { type SourceSpan, VelostreamError } from '../../base/error.ts';
import { booleanType, type SqlType, sameType, varcharType } from '../../columns/sql-type.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { castLiteral } from '../evaluation/literal-cast.ts';
import { literal, nullLiteral } from './literals.ts';
import { castContext, typeName } from './type-rules.ts';

/**
 * The expression as a value of `type`. `explicit` where the user wrote CAST or `::`; otherwise only
 * conversions that PostgreSQL makes by itself are allowed.
 */
export function castTo(
  expression: BoundExpression,
  type: SqlType,
  span: SourceSpan | undefined,
  explicit: boolean,
): BoundExpression {
  if (sameType(expression.type, type)) return expression;
  if (expression.type.kind === 'unknown') return typeLiteral(expression, type);
  const context = castContext(expression.type.kind, type.kind);
  if (context === undefined || (context !== 'implicit' && !explicit))
    throw cannotCast(expression, type, span);
  return writeCast(expression, type, span);
}

/**
 * The expression as it is stored into a column: the conversions of INSERT, which narrow but do not
 * reinterpret.
 */
export function assignTo(
  expression: BoundExpression,
  type: SqlType,
  columnName: string,
  span: SourceSpan | undefined,
): BoundExpression {
  if (sameType(expression.type, type)) return expression;
  if (expression.type.kind === 'unknown') return typeLiteral(expression, type);
  const context = castContext(expression.type.kind, type.kind);
  if (context === undefined || context === 'explicit') {
    const given = typeName(expression.type);
    throw new VelostreamError(
      `column "${columnName}" is of type ${typeName(type)} but expression is of type ${given}`,
      {
        code: 'sql_type_mismatch',
        hint: 'You will need to rewrite or cast the expression.',
        position: span ?? expression.span,
      },
    );
  }
  return writeCast(expression, type, span);
}

/** A literal that no context gave a type becomes a VARCHAR; everything else stays. */
export function settle(expression: BoundExpression): BoundExpression {
  return expression.type.kind === 'unknown' ? typeLiteral(expression, varcharType) : expression;
}

/** The expression as a condition of `context`, such as WHERE. */
export function toCondition(expression: BoundExpression, context: string): BoundExpression {
  const { kind } = expression.type;
  if (kind === 'boolean' || kind === 'unknown')
    return castTo(expression, booleanType, expression.span, false);
  throw new VelostreamError(
    `argument of ${context} must be type boolean, not type ${typeName(expression.type)}`,
    {
      code: 'sql_type_mismatch',
      position: expression.span,
    },
  );
}

function writeCast(
  expression: BoundExpression,
  type: SqlType,
  span: SourceSpan | undefined,
): BoundExpression {
  const cast: BoundExpression = {
    kind: 'cast',
    arg: expression,
    type,
    nullable: expression.nullable,
    span: span ?? expression.span,
  };
  if (expression.kind !== 'literal') return cast;
  const result = castLiteral(expression, type);
  return 'value' in result ? literal(type, result.value, cast.span) : cast;
}

/** A literal whose type is unknown, as one of `type`; one that depends on the time zone stays a cast. */
function typeLiteral(expression: BoundExpression, type: SqlType): BoundExpression {
  if (expression.kind !== 'literal' || typeof expression.value !== 'string') {
    return nullLiteral(expression.span, type);
  }
  const text = literal(varcharType, expression.value, expression.span);
  if (type.kind === 'varchar') return text;
  const result = castLiteral(text, type);
  if ('value' in result) return literal(type, result.value, expression.span);
  if ('error' in result) {
    throw new VelostreamError(`invalid input syntax for type ${typeName(type)}: "${expression.value}"`, {
      code: 'sql_invalid_literal',
      position: expression.span,
    });
  }
  return { kind: 'cast', arg: text, type, nullable: false, span: expression.span };
}

function cannotCast(
  expression: BoundExpression,
  type: SqlType,
  span: SourceSpan | undefined,
): VelostreamError {
  return new VelostreamError(`cannot cast type ${typeName(expression.type)} to ${typeName(type)}`, {
    code: 'sql_type_mismatch',
    position: span ?? expression.span,
  });
}
