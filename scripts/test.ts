/**
 * Runs the tests: `npm test [-- PART_OF_A_FILE_NAME ...] [--timeout-seconds=N] [--jobs=N]`. Each file runs in
 * a process of its own. The last line is always `N passed, N failed[, N skipped]`, and the exit code is 0
 * only when at least one test ran and none failed. CONTRIBUTING.md says when a test may be skipped.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FileResult, killAll, runFile } from './test/run-file.ts';
import { judge, tally } from './test/verdict.ts';

const patterns = ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string', default: resolve(import.meta.dirname, '..') },
    'timeout-seconds': { type: 'string', default: '300' },
    jobs: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
});

process.chdir(values.root);
const files = patterns
  .flatMap((pattern) => globSync(pattern))
  .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
  .sort();
process.exitCode = await runAll(files);

async function runAll(queue: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'velostream-test-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      killAll();
      process.exit(130);
    });
  }
  const results: FileResult[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < queue.length) {
      const index = next++;
      const file = queue[index] ?? '';
      const timeoutSeconds = Number(values['timeout-seconds']);
      const result = judge(await runFile(file, { folder, index, timeoutSeconds }), process.env.CI === 'true');
      results.push(result);
      printFile(result);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
  rmSync(folder, { recursive: true });
  return printSummary(results);
}

function printFile(result: FileResult): void {
  const failed = result.lines.filter((line) => line.outcome === 'failed');
  const mark = failed.length === 0 ? 'ok  ' : 'FAIL';
  const millis = Math.round(result.elapsedMillis);
  console.log(`${mark} ${result.file} (${result.lines.length} tests, ${millis} ms)`);
  for (const line of failed) {
    console.log(`\n  ${line.name}\n  at ${line.place}\n${indent(line.error)}\n`);
  }
  if (failed.length > 0 && result.output !== '') console.log(`  output:\n${indent(result.output)}\n`);
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}

function printSummary(results: readonly FileResult[]): number {
  const lines = results.flatMap((result) => result.lines);
  const skipped = lines.filter((line) => line.outcome === 'skipped');
  if (skipped.length > 0) console.log('\nSkipped:');
  for (const line of skipped) console.log(`  ${line.name} (${line.reason})`);
  const failed = lines.filter((line) => line.outcome === 'failed');
  if (failed.length > 0) console.log('\nFailed:');
  for (const line of failed) console.log(`  ${line.name} (${line.place})`);
  if (lines.length === 0) console.log('no test file matches');
  const counts = tally(lines);
  const skips = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`\n${counts.passed} passed, ${counts.failed} failed${skips}`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}
