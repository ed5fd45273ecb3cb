/**
 * Checks the walls that a compiler and a linter do not see: `npm run tidy`. Prints each violation as
 * `path:line: rule: message` and exits with 1 when there is one. The rules are in scripts/tidy/.
 * `--wrap [PATH_PART ...]` checks nothing and wraps comments that are too long.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAll } from './tidy/check.ts';
import { templateLines } from './tidy/sizes.ts';
import { parse, readFiles, type Tree } from './tidy/tree.ts';
import { printViolation } from './tidy/violation.ts';
import { wrapComments } from './tidy/wrap.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string', default: resolve(import.meta.dirname, '..') },
    wrap: { type: 'boolean', default: false },
  },
});

const tree = parse(readFiles(values.root));
process.exitCode = values.wrap ? wrap(tree) : check(tree);

function check(tree: Tree): number {
  const violations = checkAll(tree);
  for (const violation of violations) console.log(printViolation(violation));
  console.log(`${tree.modules.length} modules, ${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}

function wrap(tree: Tree): number {
  for (const module of tree.modules) {
    if (positionals.length > 0 && !positionals.some((part) => module.path.includes(part))) continue;
    const fixed = templateLines(module);
    const text = wrapComments(module.text, (line) => fixed.has(line + 1));
    if (text !== module.text) writeFileSync(join(values.root, module.path), text);
  }
  return 0;
}
