/** The errors of a text of statements, with the text, so that whoever reports them can show the places. */
import type { VelostreamError } from '../base/error.ts';

export class ScriptErrors extends Error {
  readonly errors: readonly VelostreamError[];
  readonly source: string;

  constructor(errors: readonly VelostreamError[], source: string) {
    super(errors.map((error) => error.message).join('\n'));
    this.name = 'ScriptErrors';
    this.errors = errors;
    this.source = source;
  }
}
