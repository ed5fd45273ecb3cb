/**
 * From the start of a process to the first byte that it writes: `velo --help`, and a GROUP BY over a small
 * file. The sources as they are, and the built package where `npm run build` has made one.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printSpread, type Section, table } from '../report.ts';
import { type Spread, spreadOf } from '../rounds.ts';
import type { ScenarioLibrary } from '../scenario-library.ts';

const root: string = resolve(import.meta.dirname, '../../..');

interface Start {
  readonly name: string;
  readonly args: readonly string[];
  readonly askedMillis: number | undefined;
}

export async function measureStart(library: ScenarioLibrary, rounds: number): Promise<Section> {
  const starts = startsOf(library.makeTiny().velostreamSql);
  const times: number[][] = starts.map(() => []);
  // Twice as many rounds as elsewhere: they are short. The first one fills the cache of compiled code.
  for (let round = -1; round < 2 * rounds; round++) {
    for (const [i, { args }] of starts.entries()) {
      const millis = await firstByteMillis(args);
      if (round >= 0) times[i]!.push(millis);
    }
  }
  const data = starts.map(({ name, askedMillis }, i) => ({ name, askedMillis, millis: spreadOf(times[i]!) }));
  const rows = data.map(({ name, askedMillis, millis }) => [
    name,
    printSpread(millis),
    askedMillis === undefined ? '' : `${askedMillis} ms: ${verdict(millis, askedMillis)}`,
  ]);
  return {
    name: 'start',
    title: 'From the start of the process to its first byte',
    markdown: table(['command', 'ms', 'asked for'], rows),
    data,
  };
}

function verdict({ median }: Spread, askedMillis: number): string {
  return median <= askedMillis ? 'met' : 'missed';
}

function startsOf(sql: string): readonly Start[] {
  const entries = [
    { name: 'built', path: join(root, 'dist/main.js'), isAsked: true },
    { name: 'sources', path: join(root, 'src/cli/main.ts'), isAsked: false },
  ].filter(({ path }) => existsSync(path));
  const bare: Start = {
    name: 'node alone, one line of output',
    args: ['-e', 'process.stdout.write("x")'],
    askedMillis: undefined,
  };
  const all = entries.flatMap(({ name, path, isAsked }): Start[] => [
    { name: `velo --help (${name})`, args: [path, '--help'], askedMillis: isAsked ? 100 : undefined },
    {
      name: `velo run, first row (${name})`,
      args: [path, 'run', '--quiet', '--format', 'csv', '-e', sql],
      askedMillis: isAsked ? 300 : undefined,
    },
  ]);
  return [bare, ...all];
}

function firstByteMillis(args: readonly string[]): Promise<number> {
  return new Promise((resolveTime, reject) => {
    const started = performance.now();
    let millis = Number.NaN;
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => (millis = performance.now() - started));
    child.stdout.resume();
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && !Number.isNaN(millis)) resolveTime(millis);
      else reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
  });
}
