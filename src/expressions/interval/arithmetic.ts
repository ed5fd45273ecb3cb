/** Dates, timestamps and intervals added, subtracted and scaled. */
import type { ScalarOverload } from '../scalar-function.ts';

/** The overloads that the arithmetic operators have beyond numbers, by the operator's name. */
export const dateArithmetic: Readonly<Record<string, readonly ScalarOverload[]>> = {};
