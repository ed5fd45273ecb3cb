/** The errors of a configuration file, with its text, so that whoever reports them can show the places. */
import type { VelostreamError } from '../../base/error.ts';

export class ConfigErrors extends Error {
  readonly errors: readonly VelostreamError[];
  readonly source: string;
  readonly path: string;

  constructor(errors: readonly VelostreamError[], source: string, path: string) {
    super(errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
    this.source = source;
    this.path = path;
  }
}
