/**
 * Compiles `src/` to `dist/`: bundles of plain JavaScript, one for each entry and one for each part that is
 * loaded late, and declarations. Needed for the package only, because Node does not strip types inside
 * node_modules. Bundles, because finding hundreds of small files is most of the time that a process takes to
 * start.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { entries, importsOfDeclaration, urlsOfBundle } from './build/names.ts';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
rmSync('dist', { recursive: true, force: true });
process.exitCode = declare();
if (process.exitCode === 0) await bundle();

function declare(): number {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = { stdio: 'inherit' } as const;
  const status = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], options).status ?? 1;
  for (const path of globSync('dist/**/*.d.ts')) {
    writeFileSync(path, importsOfDeclaration(readFileSync(path, 'utf8')));
  }
  return status;
}

/** All bundles lie beside each other, so that a file's URL does not depend on which bundle names it. */
async function bundle(): Promise<void> {
  await build({
    entryPoints: Object.values(entries),
    outdir: 'dist',
    entryNames: '[name]',
    chunkNames: 'part-[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    keepNames: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const path of globSync('dist/*.js')) {
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, urlsOfBundle(before));
    if (before.startsWith('#!')) chmodSync(path, 0o755);
  }
}
