/**
 * Runs one test file in a process of its own and says what came of it. A file that hangs is killed with all
 * the processes it started, and a file that dies, or that holds no test, is a failure that names the file.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestLine } from './reporter.ts';

export interface FileResult {
  readonly file: string;
  readonly lines: readonly TestLine[];
  /** What the file wrote to its standard output and error, in the order it arrived. */
  readonly output: string;
  readonly elapsedMillis: number;
}

export interface RunFileOptions {
  /** An existing folder for the results of this run. */
  readonly folder: string;
  readonly index: number;
  readonly timeoutSeconds: number;
}

const outputCharactersMax = 200_000;
const running: Set<number> = new Set();

/** Kills every test process that still runs, for a runner that was interrupted. */
export function killAll(): void {
  for (const pid of running) killGroup(pid);
}

export async function runFile(file: string, options: RunFileOptions): Promise<FileResult> {
  const started = performance.now();
  const destination = join(options.folder, `${options.index}.jsonl`);
  const exit = await runProcess(file, destination, options.timeoutSeconds * 1000);
  const lines = readLines(destination);
  const fault = faultOf(exit, lines, options.timeoutSeconds);
  if (fault !== undefined) {
    lines.push({ name: file, outcome: 'failed', reason: '', place: `${file}:1:1`, error: fault });
  }
  return { file, lines, output: exit.output, elapsedMillis: performance.now() - started };
}

interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly output: string;
}

function runProcess(file: string, destination: string, timeoutMillis: number): Promise<Exit> {
  const reporter = new URL('./reporter.ts', import.meta.url).href;
  // Without this, a runner that is itself under test would make its children report to the outer runner.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const flags = [`--test-reporter=${reporter}`, `--test-reporter-destination=${destination}`];
  const child = spawn(process.execPath, ['--enable-source-maps', ...flags, file], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) running.add(child.pid);
  let output = '';
  let timedOut = false;
  const collect = (text: string): void => {
    if (output.length < outputCharactersMax) output += text;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, timeoutMillis);
    child.on('error', reject);
    child.on('exit', () => {
      // What outlives its test file would slow down the next ones, and would hold the pipes open.
      if (child.pid !== undefined) killGroup(child.pid);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (child.pid !== undefined) running.delete(child.pid);
      resolve({ code, signal, timedOut, output });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

function readLines(path: string): TestLine[] {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  // A killed process may leave half a line; its last piece is then not a result.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TestLine);
}

function faultOf(exit: Exit, lines: readonly TestLine[], timeoutSeconds: number): string | undefined {
  if (exit.timedOut) {
    const last = lines.at(-1)?.name;
    const after = last === undefined ? 'before any test ended' : `after the test '${last}'`;
    return `the file did not end within ${timeoutSeconds} s and was killed ${after}`;
  }
  if (exit.signal !== null) return `the process was killed by ${exit.signal}`;
  if (exit.code !== 0 && !lines.some((line) => line.outcome === 'failed')) {
    return `the process ended with exit code ${exit.code}`;
  }
  return lines.length === 0 ? 'the file holds no test' : undefined;
}
