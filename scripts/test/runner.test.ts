import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const script = resolve(import.meta.dirname, '../test.ts');

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly lastLine: string | undefined;
}

/** Runs the runner over a folder with these files; a name without a folder stands for `src/NAME.test.ts`. */
function runOver(files: Record<string, string>, flags: readonly string[] = [], ci = ''): Run {
  const root = mkdtempSync(join(tmpdir(), 'velostream-runner-'));
  try {
    mkdirSync(join(root, 'src'));
    for (const [name, body] of Object.entries(files)) {
      writeFileSync(join(root, 'src', `${name}.test.ts`), `import { test } from 'node:test';\n${body}\n`);
    }
    const env = { ...process.env, CI: ci };
    const child = spawnSync(process.execPath, [script, '--root', root, ...flags], { env, encoding: 'utf8' });
    return { code: child.status, output: child.stdout, lastLine: child.stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('passing tests end with their count and exit code 0', () => {
  const run = runOver({ a: "test('one', () => {});", b: "test('two', () => {});" });
  assert.equal(run.lastLine, '2 passed, 0 failed');
  assert.equal(run.code, 0);
});

test('a failing test is shown with its error and fails the run', () => {
  const run = runOver({ a: "test('breaks', () => { throw new Error('the reason'); });" });
  assert.equal(run.lastLine, '0 passed, 1 failed');
  assert.equal(run.code, 1);
  assert.match(run.output, /breaks\n {2}at src\/a\.test\.ts:2:1\n {4}Error: the reason/);
});

test('a suite counts its tests and not itself', () => {
  const run = runOver({
    a: "import { suite } from 'node:test';\nsuite('s', () => { test('x', () => {}); test('y', () => {}); });",
  });
  assert.equal(run.lastLine, '2 passed, 0 failed');
});

test('a failed subtest is counted once', () => {
  const run = runOver({
    a: "test('outer', async (t) => { await t.test('inner', () => { throw new Error('x'); }); });",
  });
  assert.equal(run.lastLine, '0 passed, 1 failed');
});

test('a file that hangs is a failure that names the file', () => {
  const run = runOver({ a: "test('spins', () => { for (;;); });" }, ['--timeout-seconds=1']);
  assert.equal(run.lastLine, '0 passed, 1 failed');
  assert.match(run.output, /src\/a\.test\.ts[\s\S]*did not end within 1 s/);
});

test('a file that dies after its tests is a failure', () => {
  const run = runOver({ a: "test('fine', () => {});\nprocess.on('exit', () => { process.exitCode = 3; });" });
  assert.match(run.output, /exit code 3/);
  assert.equal(run.code, 1);
});

test('a file without tests and a filter without files are failures', () => {
  assert.match(runOver({ a: '' }).output, /the file holds no test/);
  const none = runOver({ a: "test('one', () => {});" }, ['no-such-file']);
  assert.equal(none.lastLine, '0 passed, 0 failed');
  assert.equal(none.code, 1);
});

test('a skip is listed with its reason, and one without a reason fails', () => {
  const reasoned = runOver({ a: "test('x', { skip: 'needs a moon' }, () => {});\ntest('y', () => {});" });
  assert.match(reasoned.output, /Skipped:\n {2}x \(needs a moon\)/);
  assert.equal(reasoned.lastLine, '1 passed, 0 failed, 1 skipped');
  assert.equal(runOver({ a: "test('x', { skip: true }, () => {});" }).lastLine, '0 passed, 1 failed');
});

test('where CI=true a skip for an outside need fails, and any other skip does not', () => {
  const need = { a: "test('x', { skip: 'needs a moon' }, () => {});\ntest('y', () => {});" };
  assert.equal(runOver(need, [], 'true').lastLine, '1 passed, 1 failed');
  const other = { a: "test('x', { skip: 'only where files have modes' }, () => {});\ntest('y', () => {});" };
  assert.equal(runOver(other, [], 'true').lastLine, '1 passed, 0 failed, 1 skipped');
});
