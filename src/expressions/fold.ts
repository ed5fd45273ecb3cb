/**
 * Constant folding: an expression without columns is run once, by its own emitter, and replaced by its value.
 * One that fails is left as it is, to fail when a row is evaluated. Conditions that turn out constant prune
 * what they decide.
 */
import { type BoundExpression, mapOperands, operandsOf } from './bound-expression.ts';
import { compileEvaluator, type Evaluation } from './evaluation/evaluator.ts';

/** A longer string stays an expression, because plans carry literals. */
const stringLengthMax = 65_536;

/** The expression with every constant part evaluated. */
export function foldConstants(expression: BoundExpression): BoundExpression {
  if (isConstant(expression)) {
    const folded = foldConstant(expression);
    if (folded.kind === 'literal') return folded;
  }
  return prune(mapOperands(expression, foldConstants));
}

/** The expression's value as a literal, if it has no columns and evaluates without an error. */
export function foldConstant(expression: BoundExpression): BoundExpression {
  if (expression.kind === 'literal' || !isConstant(expression)) return expression;
  const result = evaluate(expression);
  if (result === undefined || 'error' in result) return expression;
  const { value } = result;
  if (typeof value === 'string' && value.length > stringLengthMax) return expression;
  return {
    kind: 'literal',
    type: expression.type,
    value,
    nullable: value === null,
    span: expression.span,
  };
}

export function isConstant(expression: BoundExpression): boolean {
  return expression.kind !== 'column' && operandsOf(expression).every(isConstant);
}

function evaluate(expression: BoundExpression): Evaluation | undefined {
  try {
    return compileEvaluator(expression, []).evaluate([]);
  } catch (error) {
    // Out of memory, or too large for one function: folding its parts may still do, and a kernel will say so.
    if (error instanceof WebAssembly.RuntimeError || error instanceof WebAssembly.CompileError)
      return undefined;
    throw error;
  }
}

function prune(expression: BoundExpression): BoundExpression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return pruneLogic(expression);
    case 'case':
      return pruneCase(expression);
    default:
      return expression;
  }
}

function pruneLogic(logic: Extract<BoundExpression, { kind: 'and' | 'or' }>): BoundExpression {
  const decisive = logic.kind === 'or';
  const args: BoundExpression[] = [];
  for (const arg of logic.args) {
    const known = constantTruth(arg);
    if (known === !decisive) continue;
    args.push(arg);
    if (known === decisive) break;
  }
  const [first] = args;
  if (first === undefined) return logicLiteral(logic, !decisive);
  if (args.length === 1) return first;
  return { ...logic, args, nullable: args.some((arg) => arg.nullable) };
}

function pruneCase(expression: Extract<BoundExpression, { kind: 'case' }>): BoundExpression {
  let { otherwise } = expression;
  const branches: (typeof expression.branches)[number][] = [];
  for (const branch of expression.branches) {
    const known = constantTruth(branch.condition);
    if (known === false || known === null) continue;
    if (known === true) {
      otherwise = branch.result;
      break;
    }
    branches.push(branch);
  }
  if (branches.length === 0) return otherwise;
  const nullable = otherwise.nullable || branches.some(({ result }) => result.nullable);
  return { ...expression, branches, otherwise, nullable };
}

/** True, false, null where the expression is such a literal; undefined where it is not known. */
function constantTruth(expression: BoundExpression): boolean | null | undefined {
  return expression.kind === 'literal' ? (expression.value as boolean | null) : undefined;
}

function logicLiteral(logic: BoundExpression, value: boolean): BoundExpression {
  return { kind: 'literal', type: logic.type, value, nullable: false, span: logic.span };
}
