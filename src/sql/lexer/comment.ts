/**
 * Comments: `-- to the end of the line` and nested block comments. A line comment of the form `-- @name:
 * value` or `-- @name` is an annotation.
 */
import { lineEnd, reportLexicalError, type Scanner } from './scanner.ts';

/** At `--`; leaves the position at the end of the line. */
export function skipLineComment(scanner: Scanner): void {
  const start = scanner.position;
  const end = lineEnd(scanner.source, start);
  scanner.position = end;
  const annotation = annotationPattern.exec(scanner.source.slice(start, end).trimEnd());
  if (annotation === null) return;
  const [text, name = '', value = ''] = annotation;
  scanner.annotations.push(
    Object.freeze({ kind: 'annotation', name, value, span: { start, end: start + text.length } }),
  );
}

/** At the opening mark; leaves the position behind the mark that closes it. */
export function skipBlockComment(scanner: Scanner): void {
  const start = scanner.position;
  let depth = 0;
  blockMark.lastIndex = start;
  for (let mark = blockMark.exec(scanner.source); mark !== null; mark = blockMark.exec(scanner.source)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth > 0) continue;
    scanner.position = blockMark.lastIndex;
    return;
  }
  scanner.position = scanner.source.length;
  scanner.unterminated = true;
  reportLexicalError(scanner, {
    message: 'unterminated comment: the "/*" that begins here is never closed',
    span: { start, end: start + 2 },
    hint: depth > 1 ? 'Block comments nest: each "/*" needs its own "*/".' : 'Close it with "*/".',
  });
}

const annotationPattern = /^--[ \t]*@([A-Za-z_][\w.<>-]*)[ \t]*(?::[ \t]*(.*))?$/;
const blockMark = /\/\*|\*\//g;
