/**
 * How tightly operators bind, loosest first: PostgreSQL's table ("Operator Precedence" in its manual). The
 * parser reads by it and the printer sets parentheses by it.
 */
import type { BinaryOperator } from './ast/query.ts';

export const precedence = {
  lowest: 0,
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  comparison: 5,
  /** BETWEEN, IN, LIKE, ILIKE. */
  range: 6,
  /** `||` and every operator that is not listed elsewhere. */
  other: 7,
  additive: 8,
  multiplicative: 9,
  power: 10,
  atTimeZone: 11,
  sign: 12,
  cast: 13,
} as const;

/** All of them are left-associative, but for the comparisons, which do not chain. */
export const binaryPrecedence: { readonly [operator in BinaryOperator]: number } = {
  '=': precedence.comparison,
  '<>': precedence.comparison,
  '<': precedence.comparison,
  '<=': precedence.comparison,
  '>': precedence.comparison,
  '>=': precedence.comparison,
  '||': precedence.other,
  '+': precedence.additive,
  '-': precedence.additive,
  '*': precedence.multiplicative,
  '/': precedence.multiplicative,
  '%': precedence.multiplicative,
  '^': precedence.power,
};
