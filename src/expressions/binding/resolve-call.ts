/**
 * Turns a name and bound arguments into a call of one overload, with the casts it needs written out. Names
 * are those of the catalogue: lower case; operators have names too (operators.ts).
 */
import { assert } from '../../base/assert.ts';
import { type SourceSpan, VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import {
  bigintType,
  booleanType,
  dateType,
  doubleType,
  intervalType,
  intType,
  type SqlType,
  type SqlTypeKind,
  timestampType,
  timestamptzType,
  unknownType,
  varcharType,
} from '../../columns/sql-type.ts';
import type { BoundAggregate, BoundExpression, KeyOrder } from '../bound-expression.ts';
import { aggregateNames, findAggregate, findFunction, functionNames } from '../catalogue.ts';
import { castTo, settle, toCondition } from './cast-to.ts';
import { toCommonType } from './common-type.ts';
import { decimalTypeOf, decimalTypeOfInteger, literal } from './literals.ts';
import { binaryOperators, isOperator, unaryOperators } from './operators.ts';
import { resolveOverload, type Signature } from './overload-resolution.ts';
import { typeName } from './type-rules.ts';

/** A call that is written as one: of nothing that is the planner's own. */
export function resolveWrittenCall(
  name: string,
  args: readonly BoundExpression[],
  span: SourceSpan | undefined,
): BoundExpression {
  if (findFunction(name)?.internal) throw unknownFunction(name, args, span);
  return resolveCall(name, args, span);
}

/** A call of a scalar function or operator. */
export function resolveCall(
  name: string,
  args: readonly BoundExpression[],
  span: SourceSpan | undefined,
): BoundExpression {
  const found = findFunction(name);
  if (!found) throw unknownFunction(name, args, span);
  const given = prepareArguments(name, args);
  const [overload, params] = chooseOverload(name, found.overloads, given, span);
  const cast = params.map((param, i) => toParam(operand(given, i), param));
  const type = overload.resultType(
    cast.map((arg) => arg.type),
    cast,
  );
  const strictNull = overload.nulls === 'strict' && cast.some((arg) => arg.nullable);
  const nullable = strictNull || overload.mayReturnNull === true;
  return { kind: 'call', name: found.name, args: cast, type, nullable, span };
}

/** Functions whose arguments are first brought to one type, decimals to one scale. */
const sharesOneType: ReadonlySet<string> = new Set(['greatest', 'least']);
/** Functions that take values of any type as their texts. */
const takesTexts: ReadonlySet<string> = new Set(['concat', 'concat_ws']);

function prepareArguments(name: string, args: readonly BoundExpression[]): readonly BoundExpression[] {
  if (sharesOneType.has(name) && args.length > 0) return toCommonType(args, name.toUpperCase());
  return takesTexts.has(name) ? args.map(asText) : args;
}

/**
 * The value's text; that of a BOOLEAN is `t` or `f` here, as PostgreSQL prints it, where a cast spells it
 * out.
 */
function asText(arg: BoundExpression): BoundExpression {
  const text = castTo(arg, varcharType, arg.span, true);
  if (arg.type.kind !== 'boolean') return text;
  return resolveCall('left', [text, literal(intType, 1, arg.span)], arg.span);
}

/** What an aggregate call carries besides its arguments. */
export interface AggregateModifiers {
  readonly distinct?: boolean;
  readonly orderBy?: readonly (KeyOrder & { readonly expression: BoundExpression })[];
  readonly filter?: BoundExpression | undefined;
}

/** An aggregate call; `count` without arguments is `count(*)`. What cannot matter is left out. */
export function resolveAggregate(
  name: string,
  args: readonly BoundExpression[],
  { distinct = false, orderBy = [], filter }: AggregateModifiers,
  span: SourceSpan | undefined,
): BoundAggregate {
  const found = findAggregate(name);
  if (!found) throw unknownFunction(name, args, span);
  const [overload, params] = chooseOverload(name, found.overloads, args, span);
  const cast = params.map((param, i) => toParam(operand(args, i), param));
  const keys = overload.inOrder === undefined ? [] : orderBy;
  return {
    name: found.name,
    args: [...cast, ...keys.map(({ expression }) => settle(expression))],
    order: keys.map(({ descending, nullsFirst }) => ({ descending, nullsFirst })),
    distinct: distinct && overload.countsDuplicates,
    filter: filter && toCondition(filter, 'FILTER'),
    type: overload.resultType(cast.map((arg) => arg.type)),
    nullable: overload.nullable,
    span,
  };
}

/** Whether a call by this name is an aggregate. */
export function isAggregateName(name: string): boolean {
  return findAggregate(name) !== undefined;
}

function chooseOverload<S extends Signature>(
  name: string,
  overloads: readonly S[],
  args: readonly BoundExpression[],
  span: SourceSpan | undefined,
): [S, readonly SqlTypeKind[]] {
  const types = args.map((arg) => arg.type);
  const resolution = resolveOverload(overloads, types, isOperator(name));
  if (resolution.kind === 'found') return [resolution.overload, resolution.params];
  const call = describeCall(name, types.map(typeName));
  if (resolution.kind === 'ambiguous') {
    const text = isOperator(name) ? `operator is not unique: ${call}` : `function ${call} is not unique`;
    throw mismatch(
      text,
      'Could not choose a best candidate. You might need to add explicit type casts.',
      span,
    );
  }
  const candidates = [...new Set(overloads.map((overload) => describeSignature(name, overload)))].join(', ');
  throw isOperator(name)
    ? mismatch(
        `operator does not exist: ${call}`,
        'No operator matches the given argument types. You might need to add explicit type casts. ' +
          `Candidates: ${candidates}.`,
        span,
      )
    : mismatch(
        `function ${call} does not exist`,
        `No function matches the given argument types. Candidates: ${candidates}.`,
        span,
      );
}

function mismatch(text: string, hint: string, position: SourceSpan | undefined): VelostreamError {
  return new VelostreamError(text, { code: 'sql_type_mismatch', hint, position });
}

function unknownFunction(
  name: string,
  args: readonly BoundExpression[],
  position: SourceSpan | undefined,
): VelostreamError {
  const nearest = nearestName(
    name,
    [...functionNames(), ...aggregateNames()].filter((known) => !isOperator(known)),
  );
  return new VelostreamError(
    `function ${describeCall(
      name,
      args.map((arg) => typeName(arg.type)),
    )} does not exist`,
    {
      code: 'sql_undefined_name',
      hint: nearest === undefined ? undefined : `Perhaps you meant the function "${nearest}".`,
      position,
    },
  );
}

function describeSignature(name: string, { params, variadic }: Signature): string {
  return describeCall(name, variadic ? [...params, '...'] : params);
}

function describeCall(name: string, args: readonly string[]): string {
  const binary = binaryOperators.get(name);
  if (binary !== undefined && args.length === 2) return `${args[0]} ${binary} ${args[1]}`;
  const unary = unaryOperators.get(name);
  if (unary !== undefined && args.length === 1) return `${unary} ${args[0]}`;
  return `${name}(${args.join(', ')})`;
}

/** The argument converted to a parameter's kind; a decimal gets the digits that its own type needs. */
function toParam(arg: BoundExpression, kind: SqlTypeKind): BoundExpression {
  if (arg.type.kind === kind) return arg;
  return castTo(arg, kind === 'decimal' ? decimalParam(arg) : simpleTypes[kind], arg.span, false);
}

function decimalParam(arg: BoundExpression): SqlType {
  const ofInteger = arg.kind === 'literal' ? decimalTypeOfInteger(arg.value) : undefined;
  return ofInteger ?? decimalTypeOf(arg);
}

const simpleTypes: Readonly<Record<Exclude<SqlTypeKind, 'decimal'>, SqlType>> = {
  boolean: booleanType,
  int: intType,
  bigint: bigintType,
  double: doubleType,
  varchar: varcharType,
  date: dateType,
  timestamp: timestampType,
  timestamptz: timestamptzType,
  interval: intervalType,
  unknown: unknownType,
};

function operand(args: readonly BoundExpression[], index: number): BoundExpression {
  const arg = args[index];
  assert(arg !== undefined, 'an overload has as many parameters as the call has arguments');
  return arg;
}
