/**
 * Packs the package as it would be published, installs it into an empty folder and uses it there: the checks
 * of scripts/package-test/checks.ts. Nothing of the repository is on the way, so a file that was not packed,
 * a dependency that is only a development one, or a name that the build left wrong comes to light.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Check, checks } from './package-test/checks.ts';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'velostream-package-'));
try {
  const place = install();
  const failed = checks.filter((check) => !runCheck(check, place)).length;
  console.log(`package: ${checks.length - failed} of ${checks.length} checks hold`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Returns the folder in which the package is installed. */
function install(): string {
  const packed = must(['npm', 'pack', '--json', '--pack-destination', folder], root);
  const names = packed.match(/"filename":\s*"([^"]+)"/);
  const place = join(folder, 'app');
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "name": "app", "private": true, "type": "module" }\n');
  must(
    ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, names?.[1] ?? '')],
    place,
  );
  return place;
}

function must(command: readonly string[], cwd: string): string {
  const [program = '', ...args] = command;
  const child = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${command.join(' ')}\n${child.stdout}\n${child.stderr}`);
  return child.stdout;
}

function runCheck(check: Check, place: string): boolean {
  for (const [name, text] of Object.entries(check.files ?? {})) writeFileSync(join(place, name), text);
  const [program = '', ...args] = check.command.map((word) => word.replace('ROOT', root));
  const child = spawnSync(program, args, { cwd: place, encoding: 'utf8', timeout: 60_000 });
  const isFine = child.status === (check.exitCode ?? 0) && check.expect.test(child.stdout);
  console.log(`${isFine ? 'ok  ' : 'FAIL'} ${check.name}`);
  if (!isFine)
    console.log(`exit ${child.status}, expected ${check.expect}\n${child.stdout}\n${child.stderr}`);
  return isFine;
}
