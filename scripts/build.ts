/**
 * Compiles `src/` to `dist/`: plain JavaScript and declarations. Needed for the package only, because Node
 * does not strip types inside node_modules. The compiler rewrites imports and nothing else; two kinds of
 * names are left to us: files given to `new URL('./x.ts', import.meta.url)`, and imports inside declarations.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { namesOfJavaScript } from './build/names.ts';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);
rmSync('dist', { recursive: true, force: true });
process.exitCode = compile() || finish();

function compile(): number {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = { stdio: 'inherit' } as const;
  return spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], options).status ?? 1;
}

function finish(): number {
  for (const path of globSync('dist/**/*.{js,d.ts}')) {
    const before = readFileSync(path, 'utf8');
    const after = namesOfJavaScript(before, path.endsWith('.d.ts'));
    if (after !== before) writeFileSync(path, after);
    if (before.startsWith('#!')) chmodSync(path, 0o755);
  }
  for (const path of globSync('src/**/*.{json,wasm}')) cpSync(path, join('dist', path.slice('src/'.length)));
  return 0;
}
