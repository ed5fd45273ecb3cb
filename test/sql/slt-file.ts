/**
 * The files of SQL cases, `test/sql/**` + `/*.slt`: what goes in and what must come out, as text that a
 * person reviews.
 *
 *   # A sentence about the case; any number of such lines.
 *   plan cores=4            the kind of the case, then settings
 *   SELECT ...;
 *   ----
 *   the result, up to an empty line
 *
 * A `declare` case has no result: what it declares holds for all cases behind it in the file.
 */

export interface SltCase {
  /** Comment lines and empty ones before the case, kept as they are. */
  readonly preamble: readonly string[];
  readonly kind: string;
  readonly settings: Readonly<Record<string, string>>;
  /** The first line as written. */
  readonly head: string;
  /** The first line's number, from 1. */
  readonly line: number;
  readonly sql: string;
  /** Undefined where the case has no `----`. */
  readonly expected: string | undefined;
}

export interface SltFile {
  readonly cases: readonly SltCase[];
  /** Lines behind the last case. */
  readonly rest: readonly string[];
}

const separator = '----';

export function parseSltFile(text: string): SltFile {
  const lines = text.split('\n');
  const cases: SltCase[] = [];
  let at = 0;
  for (;;) {
    const preamble = takeWhile(lines, at, (line) => line.trim() === '' || line.startsWith('#'));
    at += preamble.length;
    const head = lines[at];
    if (head === undefined) return { cases, rest: preamble };
    const line = at + 1;
    const sql = takeWhile(lines, at + 1, (body) => body !== '' && body !== separator);
    at += 1 + sql.length;
    let expected: readonly string[] | undefined;
    if (lines[at] === separator) {
      expected = takeWhile(lines, at + 1, (body) => body !== '');
      at += 1 + expected.length;
    }
    cases.push({
      preamble,
      ...parseHead(head),
      head,
      line,
      sql: sql.join('\n'),
      expected: expected?.join('\n'),
    });
  }
}

/** The file's text again, with other results in place of the expected ones. */
export function printSltFile(file: SltFile, results: ReadonlyMap<SltCase, string>): string {
  const lines: string[] = [];
  for (const sltCase of file.cases) {
    lines.push(...sltCase.preamble, sltCase.head, sltCase.sql);
    const result = results.get(sltCase) ?? sltCase.expected;
    if (result !== undefined) lines.push(separator, ...(result === '' ? [] : [result]));
  }
  return [...lines, ...file.rest].join('\n');
}

/** The case's own sentence, or its first line where it has none. */
export function titleOf(sltCase: SltCase): string {
  const sentences =
    sltCase.preamble
      .join('\n')
      .split(/\n\s*\n/)
      .at(-1) ?? '';
  const title = sentences.replaceAll(/^#\s?/gm, '').replaceAll('\n', ' ').trim();
  return title === '' ? sltCase.sql.replaceAll(/\s+/g, ' ') : title;
}

function parseHead(head: string): Pick<SltCase, 'kind' | 'settings'> {
  const [kind = '', ...words] = head.trim().split(/\s+/);
  const settings = words.map((word): [string, string] => {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, 'true'] : [word.slice(0, equals), word.slice(equals + 1)];
  });
  return { kind, settings: Object.fromEntries(settings) };
}

function takeWhile(
  lines: readonly string[],
  from: number,
  test: (line: string) => boolean,
): readonly string[] {
  let end = from;
  while (end < lines.length && test(lines[end] ?? '')) end++;
  return lines.slice(from, end);
}
