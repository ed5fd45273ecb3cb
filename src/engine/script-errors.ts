/** The errors of a text of statements, with the text, so that whoever reports them can show the places. */
import { VelostreamError } from '../base/error.ts';
import { describeSqlError } from '../sql/format-error.ts';

/**
 * What is wrong with a text, all of it: `errors` has each, with its place. The message shows them all, each
 * with its line and the place underlined; code, domain and position are the first one's.
 */
export class ScriptErrors extends VelostreamError {
  readonly errors: readonly VelostreamError[];
  readonly source: string;

  constructor(errors: readonly VelostreamError[], source: string) {
    const [first] = errors;
    super(errors.map((error) => describeSqlError(error, source)).join('\n\n'), {
      code: first?.code ?? 'internal',
      domain: first?.domain ?? 'internal',
      position: first?.position,
    });
    this.name = 'ScriptErrors';
    this.errors = errors;
    this.source = source;
  }
}
