/** Places that need two words to be known, because the first one alone could be a name. */
import type { Parser } from './parser.ts';

/** The next statement: whatever runs into it misses a semicolon. */
export function beginsStatement(parser: Parser): boolean {
  if (parser.atWord('select')) return true;
  if (parser.atWords('create', 'stream') || parser.atWords('create', 'table')) return true;
  return parser.atWords('insert', 'into') || parser.atWords('explain', 'select');
}

/** `EMIT CHANGES` or `EMIT FINAL`; `emit` alone is a name. */
export function atEmit(parser: Parser): boolean {
  return parser.atWords('emit', 'changes') || parser.atWords('emit', 'final');
}
