/**
 * Runs the command as a person or a script would: as a process of its own, through pipes or on a terminal.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after } from 'node:test';

const main = resolve(import.meta.dirname, '../../src/cli/main.ts');

export interface CommandResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** What its standard input gives; nothing by default. */
  readonly input?: string | Uint8Array;
  /** Its standard input does not end by itself. */
  readonly keepsInputOpen?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder of its own for the files of one test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'velostream-systems-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function startVelo(args: readonly string[], options: CommandOptions): ChildProcess {
  const env = { ...process.env, ...options.env };
  const child = spawn(process.execPath, [main, ...args], { cwd: options.cwd, env });
  child.stdin.on('error', () => {});
  if (!options.keepsInputOpen) child.stdin.end(options.input);
  return child;
}

export async function runVelo(args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return resultOf(startVelo(args, options));
}

/** All that the process says until it ends. */
export async function resultOf(child: ChildProcess): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code, signal] = await new Promise<[number | null, string | null]>((settle) => {
    child.once('close', (...ended) => settle(ended));
  });
  return { code, signal, ...texts };
}

/** Settles when the process has written something that matches. */
export function untilOutput(child: ChildProcess, name: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
  let seen = '';
  return new Promise((settle, fail) => {
    child[name]?.on('data', (bytes: Uint8Array | string) => {
      seen += String(bytes);
      if (pattern.test(seen)) settle();
    });
    child.once('close', () => fail(new Error(`it ended without ${pattern}: ${seen}`)));
  });
}

/** `script` of util-linux gives a process a terminal. */
export const hasTerminals: boolean = spawnSync('script', ['--version']).status === 0;

/** On a terminal of so many columns; what is written to its standard input is typed. */
export function startOnTerminal(args: readonly string[], cwd: string, columns: number): ChildProcess {
  const quoted = [process.execPath, main, ...args]
    .map((arg) => `'${arg.replaceAll("'", "'\\''")}'`)
    .join(' ');
  const line = `stty cols ${columns} rows 40; exec ${quoted}`;
  return spawn('script', ['-qfec', line, '/dev/null'], { cwd, env: { ...process.env, SHELL: '/bin/sh' } });
}
