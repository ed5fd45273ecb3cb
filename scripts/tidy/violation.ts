/** What a rule found, and how it is printed. */

export interface Violation {
  readonly path: string;
  /** From 1; 1 also for what concerns a whole file. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export function printViolation(violation: Violation): string {
  return `${violation.path}:${violation.line}: ${violation.rule}: ${violation.message}`;
}
