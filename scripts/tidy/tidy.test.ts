import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAll } from './check.ts';
import { parse } from './tree.ts';
import { wrapComments } from './wrap.ts';

/**
 * What the rules say of these files; each source file gets a header and each folder a README unless given.
 */
function check(files: Record<string, string>, rule: string): string[] {
  const all = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    const [top, folder, ...rest] = path.split('/');
    if (top === 'src' && rest.length > 0) all.set(`src/${folder}/README.md`, '# Folder\n');
    all.set(path, path.endsWith('.ts') && !text.startsWith('/') ? `/** Header. */\n${text}` : text);
  }
  return checkAll(parse(all))
    .filter((violation) => rule === '' || violation.rule === rule)
    .map((violation) => `${violation.path}:${violation.line} ${violation.message}`);
}

test('a tree that keeps every rule has no violation', () => {
  const files = {
    'src/base/assert.ts': 'export const a = 1;',
    'src/sql/parser.ts': "import { a } from '../base/assert.ts';\nexport type B = typeof a;",
  };
  assert.deepEqual(check(files, ''), []);
});

test('imports go down the floors, never sideways and never up', () => {
  const found = check(
    {
      'src/base/a.ts': "export { b } from '../sql/b.ts';\nexport const z = 1;",
      'src/sql/b.ts': "import type { C } from '../kernels/c.ts';\nexport const b: C = 1;",
      'src/kernels/c.ts': "export type C = number;\nexport type B = import('../plan/d.ts').D;",
      'src/plan/d.ts': "export type D = number;\nexport const e = () => import('../cli/e.ts');",
      'src/cli/e.ts': "import '../plan/d.ts';",
    },
    'floor',
  );
  assert.deepEqual(found, [
    'src/base/a.ts:2 base/ (floor 0) imports up from sql/ (floor 3)',
    'src/kernels/c.ts:3 kernels/ (floor 3) imports up from plan/ (floor 4)',
    'src/plan/d.ts:3 plan/ (floor 4) imports up from cli/ (floor 10)',
    'src/sql/b.ts:2 sql/ (floor 3) imports sideways from kernels/ (floor 3)',
  ]);
});

test('a worker named by its URL counts as an import for the floors and not for rings', () => {
  const files = {
    'src/runtime/coordinator.ts': "export const u = new URL('./worker.ts', import.meta.url);",
    'src/runtime/worker.ts': "import { u } from './coordinator.ts';\nexport const v = u;",
    'src/base/a.ts': "export const u = new URL('../runtime/worker.ts', import.meta.url);",
  };
  assert.deepEqual(check(files, 'ring'), []);
  assert.equal(check(files, 'floor').length, 1);
});

test('what a module exports has a user that is no test', () => {
  const files = {
    'src/base/a.ts': 'export const used = 1;\nexport const tested = 2;\nexport type Unseen = 3;',
    'src/base/b.ts': "import { used } from './a.ts';\nexport const own = used;\nconst later = () => own;",
    'src/base/a.test.ts': "import { tested } from './a.ts';\nexport const t = tested;",
    'src/base/c.ts': 'export function calls(): void {\n  calls();\n}',
    'src/base/testing/d.ts': 'export const forTests = 1;',
    'src/cli/main.ts': "const load = () => import('../base/e.ts').then((e) => e.lazy);",
    'src/base/e.ts': 'export class lazy {}\nexport class tested {}',
  };
  assert.deepEqual(check(files, 'unused'), [
    "src/base/a.ts:3 nobody but tests uses 'tested'",
    "src/base/c.ts:2 nobody but tests uses 'calls'",
    "src/base/e.ts:3 nobody but tests uses 'tested'",
  ]);
});

test('connectors know their registry and not each other', () => {
  const found = check(
    {
      'src/connectors/registry.ts': "import { f } from './file/source.ts';\nexport const r = f;",
      'src/connectors/file/source.ts': 'export const f = 1;',
      'src/connectors/kafka/source.ts': "import { f } from '../file/source.ts';\nexport const k = f;",
    },
    'connector',
  );
  assert.deepEqual(found, ['src/connectors/kafka/source.ts:2 connectors/kafka imports connectors/file']);
});

test('relative imports spell the ending of a file that exists', () => {
  const text = "import './b';\nimport './c.ts';\nexport const a = 1;";
  assert.equal(check({ 'src/base/a.ts': text }, 'extension').length, 1);
  assert.equal(check({ 'src/base/a.ts': text }, 'missing').length, 1);
});

test('nothing below src is a barrel and nothing exports everything', () => {
  const files = {
    'src/base/a.ts': 'export const a = 1;',
    'src/base/names.ts': "export { a } from './a.ts';",
    'src/base/all.ts': "export * from './a.ts';\nexport * as b from './a.ts';\nexport const c = 1;",
    'src/index.ts': "export { a } from './base/a.ts';",
  };
  assert.deepEqual(check(files, 'barrel'), [
    'src/base/names.ts:1 the file only passes on the names of others',
  ]);
  assert.equal(check(files, 'export-all').length, 2);
});

test('a ring of files is reported once, with its files', () => {
  const found = check(
    {
      'src/base/a.ts': "import type { B } from './b.ts';\nexport type A = B;",
      'src/base/b.ts': "import type { C } from './c.ts';\nexport type B = C;",
      'src/base/c.ts': "import type { A } from './a.ts';\nexport type C = A;",
    },
    'ring',
  );
  assert.deepEqual(found, [
    'src/base/a.ts:2 files import each other: src/base/a.ts > src/base/b.ts > src/base/c.ts > src/base/a.ts',
  ]);
});

test('the machine, the environment, time and chance have their homes', () => {
  const uses = (text: string, rule: string, path = 'src/sql/a.ts'): number =>
    check({ [path]: text }, rule).length;
  assert.equal(uses("import 'node:fs';", 'node-home'), 1);
  assert.equal(uses("import 'node:fs';", 'node-home', 'src/runtime/a.ts'), 0);
  assert.equal(uses("import 'node:test';", 'node-home', 'src/sql/a.test.ts'), 0);
  assert.equal(uses('export const b = Buffer.alloc(1);', 'node-home'), 1);
  assert.equal(uses('export const e = process.env.HOME;', 'environment-home', 'src/runtime/a.ts'), 1);
  assert.equal(uses('export const e = process.env.HOME;', 'environment-home', 'src/cli/a.ts'), 0);
  const text = 'export const t = [Date.now(), performance.now(), Math.random(), new Date(), new Date(5)];';
  assert.equal(uses(text, 'time-home'), 4);
  assert.equal(uses('setTimeout(() => {}, 1); globalThis.setInterval(() => {}, 1);', 'time-home'), 2);
  assert.equal(uses(text, 'time-home', 'src/base/a.ts'), 0);
});

test('only wasm/ makes a module, while everybody may name its type', () => {
  const text = 'export const m = (b: Uint8Array): WebAssembly.Module => new WebAssembly.Module(b);';
  assert.equal(check({ 'src/kernels/a.ts': text }, 'module-home').length, 1);
  assert.equal(check({ 'src/wasm/a.ts': text }, 'module-home').length, 0);
  assert.equal(check({ 'src/wasm/a.ts': 'export type M = WebAssembly.Module;' }, 'module-home').length, 0);
});

test('sizes have limits', () => {
  const line = `export const a = '${'x'.repeat(100)}';\n`;
  assert.equal(check({ 'src/base/a.ts': line }, 'line-size').length, 1);
  assert.equal(check({ 'src/base/a.ts': `export const a = \`\n${line}\`;` }, 'line-size').length, 0);
  const body = 'a();\n'.repeat(70);
  assert.equal(check({ 'src/base/a.ts': `export const f = () => {\n${body}};` }, 'function-size').length, 1);
  assert.equal(
    check({ 'src/base/a.ts': `export class A {\nm() {}\n${'n = 1;\n'.repeat(70)}}` }, 'function-size').length,
    0,
  );
  assert.equal(check({ 'src/base/a.ts': body.repeat(8) }, 'file-size').length, 1);
  const many = Array.from({ length: 15 }, (_, index) => [`src/base/a${index}.ts`, 'export const a = 1;']);
  assert.deepEqual(check(Object.fromEntries(many), 'folder-size'), [
    'src/base:1 15 modules, at most 14; name a sub-folder',
  ]);
});

test('a non-null mark after an index is for the folders of inner loops', () => {
  const text = 'export const f = (a: number[]) => a[0]!;';
  assert.equal(check({ 'src/sql/a.ts': text }, 'non-null').length, 1);
  assert.equal(check({ 'src/state/a.ts': text }, 'non-null').length, 0);
});

test('source files open with a comment, leave nothing unfinished and have telling names', () => {
  assert.equal(
    checkAll(parse(new Map([['src/base/a.ts', 'export const a = 1;']]))).some((v) => v.rule === 'header'),
    true,
  );
  assert.equal(check({ 'src/base/a.ts': `// ${'TO'}${'DO'} later` }, 'unfinished').length, 1);
  assert.equal(check({ 'src/base/a.ts': 'console.log(1);' }, 'console').length, 1);
  assert.equal(check({ 'src/base/stringHelper.ts': 'export const a = 1;' }, 'name').length, 1);
  assert.equal(check({ 'src/base/string-utils.ts': 'export const a = 1;' }, 'name').length, 1);
  assert.equal(check({ 'src/base/common.ts': 'export const a = 1;' }, 'name').length, 1);
  assert.equal(check({ 'src/base/common-type.ts': 'export const a = 1;' }, 'name').length, 0);
});

test('text becomes bytes in base/ only', () => {
  const made = 'export const a = new TextDecoder();\nexport const b = new globalThis.TextEncoder();';
  assert.equal(check({ 'src/sql/a.ts': made }, 'text-home').length, 2);
  assert.deepEqual(check({ 'src/base/a.ts': made }, 'text-home'), []);
});

test('a table by name is a Map, but for what modules import and export', () => {
  const table = 'const names: Readonly<Record<string, string>> = { a: "b" };\nexport const b = names;';
  assert.equal(check({ 'src/sql/a.ts': table }, 'table').length, 1);
  assert.deepEqual(check({ 'src/wasm/a.ts': table }, 'table'), []);
});

test('no file tells on which machine it was written', () => {
  const found = (text: string): number => check({ 'notes.md': text }, 'trace').length;
  assert.equal(found(`see ${'/ro'}ot/x`), 1);
  assert.equal(found(`"${'/ho'}me/someone/x"`), 1);
  assert.equal(found(`https://${'registry'}.npmjs.org/x`), 1);
  assert.equal(found('a relative ./work/x, and https://example.org/work/x'), 0);
});

test('the lock file has an entry for each optional package', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } },
  };
  const lock = JSON.stringify({ packages: { ...packages, 'node_modules/a-linux': {} } });
  assert.deepEqual(check({ 'package-lock.json': lock }, 'lock'), [
    "package-lock.json:1 'a-darwin' of 'node_modules/a' has no entry",
  ]);
});

test('documents name what exists', () => {
  const files = {
    'src/base/a.ts': 'export const a = 1;',
    'ARCHITECTURE.md':
      '`src/base/a.ts` `src/base/` `src/*/a.ts` `src/gone.ts` [a](src/base/a.ts) [b](docs/b.md)',
  };
  assert.deepEqual(check(files, 'path'), ["ARCHITECTURE.md:1 'src/gone.ts' does not exist"]);
  assert.deepEqual(check(files, 'link'), ["ARCHITECTURE.md:1 'docs/b.md' leads nowhere"]);
  const bare = new Map([['src/base/a.ts', '/** Header. */\n']]);
  assert.deepEqual(
    checkAll(parse(bare)).map((violation) => violation.rule),
    ['readme'],
  );
});

test('long comments are wrapped by paragraph, and code in backticks stays whole', () => {
  const long = 'word '.repeat(30).trim();
  const text = `/**\n * ${long}\n *\n * - item ${long}\n */\n/** ${long} */\nconst a = '${long}';`;
  const lines = wrapComments(text, () => false).split('\n');
  assert.equal(
    lines.slice(0, -1).every((line) => line.length <= 110),
    true,
  );
  assert.equal(lines.filter((line) => line.startsWith(' *   word')).length, 1);
  assert.equal(lines.at(-1), `const a = '${long}';`);
  const code = ` * ${'x '.repeat(52)}\`a b\``;
  assert.equal(wrapComments(code, () => false).split('\n')[1], ' * `a b`');
  assert.equal(
    wrapComments(text, () => true),
    text,
  );
});
