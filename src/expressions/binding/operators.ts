/**
 * The operators' catalogue names and how SQL spells them; shared by messages, the printer and overload
 * resolution.
 */

export const binaryOperators: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['subtract', '-'],
  ['multiply', '*'],
  ['divide', '/'],
  ['modulo', '%'],
  ['power_operator', '^'],
  ['concat_operator', '||'],
  ['equal', '='],
  ['not_equal', '<>'],
  ['less_than', '<'],
  ['less_or_equal', '<='],
  ['greater_than', '>'],
  ['greater_or_equal', '>='],
  ['is_distinct_from', 'IS DISTINCT FROM'],
  ['is_not_distinct_from', 'IS NOT DISTINCT FROM'],
  ['like', '~~'],
  ['not_like', '!~~'],
]);

export const unaryOperators: ReadonlyMap<string, string> = new Map([
  ['negate', '-'],
  ['plus', '+'],
  ['not', 'NOT'],
]);

/** The catalogue name behind each spelling of the grammar's binary operators. */
export const operatorNames: ReadonlyMap<string, string> = new Map([
  ['+', 'add'],
  ['-', 'subtract'],
  ['*', 'multiply'],
  ['/', 'divide'],
  ['%', 'modulo'],
  ['^', 'power_operator'],
  ['||', 'concat_operator'],
  ['=', 'equal'],
  ['<>', 'not_equal'],
  ['<', 'less_than'],
  ['<=', 'less_or_equal'],
  ['>', 'greater_than'],
  ['>=', 'greater_or_equal'],
]);

export type ComparisonName =
  | 'equal'
  | 'not_equal'
  | 'less_than'
  | 'less_or_equal'
  | 'greater_than'
  | 'greater_or_equal';

export function isOperator(name: string): boolean {
  return binaryOperators.has(name) || unaryOperators.has(name);
}
