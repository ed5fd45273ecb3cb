/**
 * Runs every example and benchmark once at a small size: `npm run smoke [-- PART_OF_A_FOLDER_NAME]`. Each
 * folder of `examples/` and `bench/` that holds code says in its `smoke.json` how; one that does not is a
 * failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';

const smokeFile = v.strictObject({
  commands: v.pipe(
    v.array(
      v.strictObject({
        /** Program and arguments, run in the repository's root; `velo` stands for the command from source. */
        run: v.pipe(v.array(v.string()), v.minLength(1)),
        /** A regular expression that the standard output has to match. */
        expect: v.optional(v.string()),
        timeoutSeconds: v.optional(v.number(), 120),
      }),
    ),
    v.minLength(1),
  ),
});
type Command = v.InferOutput<typeof smokeFile>['commands'][number];

process.chdir(resolve(import.meta.dirname, '..'));
const filter = process.argv[2] ?? '';
const folders = new Set(globSync('{examples,bench}/*/**/*.{ts,sql}').map(topFolder));
const failed = [...folders]
  .filter((folder) => folder.includes(filter))
  .sort()
  .filter((folder) => !smoke(folder));
console.log(failed.length === 0 ? 'smoke: all ran' : `smoke: failed in ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function topFolder(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function smoke(folder: string): boolean {
  const path = join(folder, 'smoke.json');
  if (!existsSync(path)) {
    console.log(`FAIL ${folder}: it has no smoke.json`);
    return false;
  }
  const { commands } = v.parse(smokeFile, JSON.parse(readFileSync(path, 'utf8')));
  return commands.every((command) => runCommand(folder, command));
}

function runCommand(folder: string, command: Command): boolean {
  const [program = '', ...args] = command.run;
  const velo = ['src/cli/main.ts', ...args];
  const started = performance.now();
  const child = spawnSync(program === 'velo' ? 'node' : program, program === 'velo' ? velo : args, {
    encoding: 'utf8',
    timeout: command.timeoutSeconds * 1000,
    maxBuffer: 1 << 26,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` },
  });
  const isExpected = new RegExp(command.expect ?? '').test(child.stdout ?? '');
  const isFine = child.status === 0 && isExpected;
  const millis = Math.round(performance.now() - started);
  console.log(`${isFine ? 'ok  ' : 'FAIL'} ${folder}: ${command.run.join(' ')} (${millis} ms)`);
  if (isFine) return true;
  const fault =
    child.error?.message ?? (child.status === 0 ? `no match for ${command.expect}` : `exit ${child.status}`);
  console.log(`${fault}\n${child.stdout}\n${child.stderr}`);
  return false;
}
