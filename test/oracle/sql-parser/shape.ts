/**
 * The neutral form in which two parsers' trees are compared: nested lists of words. What one of them drops
 * (parentheses, spans, which spelling of a type or an operator was used) has no place in it.
 */
export type Shape = string | number | boolean | null | readonly Shape[];
