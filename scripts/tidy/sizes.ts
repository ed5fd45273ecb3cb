/**
 * Sizes: lines of a file, lines of a function, columns of a line, modules in a folder. Tests and benchmarks
 * may be as long as their tables; a line inside a multi-line template, often SQL, may be as long as it is.
 */
import { posix } from 'node:path';
import {
  isFunctionLikeDeclaration,
  isNoSubstitutionTemplateLiteral,
  isTemplateExpression,
} from 'typescript/unstable/ast';
import { lineAt, lineOf, type Module, type Tree, walk } from './tree.ts';
import type { Violation } from './violation.ts';

const fileLinesMax = 500;
const functionLinesMax = 70;
/** The formatter's line width. */
export const columnsMax = 110;
const folderModulesMax = 14;

export function checkSizes(tree: Tree): Violation[] {
  return [...tree.modules.flatMap(checkModule), ...checkFolders(tree)];
}

function checkModule(module: Module): Violation[] {
  const violations = longLines(module);
  if (module.isTest) return violations;
  const count = module.text.trimEnd().split('\n').length;
  if (count > fileLinesMax) {
    const message = `${count} lines, at most ${fileLinesMax}`;
    violations.push({ path: module.path, line: 1, rule: 'file-size', message });
  }
  return [...violations, ...longFunctions(module)];
}

function longLines(module: Module): Violation[] {
  const inTemplate = templateLines(module);
  return module.text.split('\n').flatMap((text, index) => {
    if (text.length <= columnsMax || inTemplate.has(index + 1)) return [];
    const message = `${text.length} columns, at most ${columnsMax}`;
    return [{ path: module.path, line: index + 1, rule: 'line-size', message }];
  });
}

/** The lines, from 1, that belong to a template of several lines. */
export function templateLines(module: Module): ReadonlySet<number> {
  const lines = new Set<number>();
  walk(module.source, (node) => {
    if (!isNoSubstitutionTemplateLiteral(node) && !isTemplateExpression(node)) return;
    const first = lineOf(module, node);
    const last = lineAt(module.text, node.end);
    for (let line = first; line <= last && last > first; line++) lines.add(line);
  });
  return lines;
}

function longFunctions(module: Module): Violation[] {
  const violations: Violation[] = [];
  walk(module.source, (node) => {
    if (!isFunctionLikeDeclaration(node)) return;
    const line = lineOf(module, node);
    const count = lineAt(module.text, node.end) - line + 1;
    if (count <= functionLinesMax) return;
    const message = `a function of ${count} lines, at most ${functionLinesMax}`;
    violations.push({ path: module.path, line, rule: 'function-size', message });
  });
  return violations;
}

function checkFolders(tree: Tree): Violation[] {
  const counts = new Map<string, number>();
  for (const module of tree.modules) {
    if (module.isTest || module.path.endsWith('.d.ts') || !module.path.startsWith('src/')) continue;
    const folder = posix.dirname(module.path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > folderModulesMax)
    .map(([path, count]) => {
      const message = `${count} modules, at most ${folderModulesMax}; name a sub-folder`;
      return { path, line: 1, rule: 'folder-size', message };
    });
}
