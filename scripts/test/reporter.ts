/**
 * The reporter that every test file runs under: one JSON line per finished test, read back by the runner.
 * It goes to a file of its own, so that what a test prints can never be mistaken for a result.
 */
import { AssertionError } from 'node:assert';
import { relative } from 'node:path';
import { inspect } from 'node:util';

/** One finished test. A suite only groups tests and is not reported unless it fails by itself. */
export interface TestLine {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The reason of a skip; empty when the test gives none. */
  readonly reason: string;
  readonly place: string;
  readonly error: string;
}

interface Finished {
  readonly name: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: {
    readonly type?: string | undefined;
    readonly error?: { readonly cause?: unknown; readonly failureType?: string } | undefined;
  };
}

interface ReporterEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Translates one event of `node:test`; undefined for what is not the end of a test. */
export function testLine(event: ReporterEvent): TestLine | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  const data = event.data as Finished;
  const failure = data.details.error;
  // A suite or a parent whose only fault is a failed child would count that child twice.
  if (failure?.failureType === 'subtestsFailed') return undefined;
  if (data.details.type === 'suite' && event.type === 'test:pass') return undefined;
  const place = `${relative('.', data.file ?? '')}:${data.line ?? 0}:${data.column ?? 0}`;
  const common = { name: data.name, place, reason: '' };
  if (data.todo !== undefined) return { ...common, outcome: 'failed', error: 'a test is not left as todo' };
  if (data.skip !== undefined && data.skip !== false) {
    return { ...common, outcome: 'skipped', reason: data.skip === true ? '' : data.skip, error: '' };
  }
  const outcome = event.type === 'test:pass' ? 'passed' : 'failed';
  return { ...common, outcome, error: failure === undefined ? '' : describe(failure.cause ?? failure) };
}

/** The error's text without the frames of the test runner itself. */
function describe(error: unknown): string {
  // An assertion's message holds the difference already; its fields would only repeat it.
  const text =
    error instanceof AssertionError ? (error.stack ?? error.message) : inspect(error, { depth: 4 });
  return text
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:/.test(line))
    .join('\n');
}

/** The function that `node --test-reporter` looks for. */
export default async function* reporter(source: AsyncIterable<ReporterEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = testLine(event);
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
}
