/**
 * Documents that must stay true: each folder of `src/` has a short README, the paths that ARCHITECTURE.md
 * names exist, and relative links in any document lead somewhere.
 */
import { posix } from 'node:path';
import { folderOf } from './floors.ts';
import { type Files, lineAt, type Tree } from './tree.ts';
import type { Violation } from './violation.ts';

const readmeLinesMax = 30;
const topFolders = /^(src|test|bench|scripts|docs|examples|console|\.ci)\//;

export function checkDocuments(tree: Tree): Violation[] {
  const violations = checkReadmes(tree.files);
  for (const [path, text] of tree.files) {
    if (!path.endsWith('.md')) continue;
    violations.push(...checkLinks(path, text, tree.files));
    if (path === 'ARCHITECTURE.md') violations.push(...checkPaths(path, text, tree.files));
  }
  return violations;
}

function checkReadmes(files: Files): Violation[] {
  const folders = new Set<string>();
  const violations: Violation[] = [];
  for (const [path, text] of files) {
    const folder = folderOf(path);
    if (folder !== undefined && path.split('/').length > 2) folders.add(folder);
    if (folder === undefined || !path.endsWith('/README.md')) continue;
    const count = text.trimEnd().split('\n').length;
    if (count <= readmeLinesMax) continue;
    violations.push({ path, line: 1, rule: 'readme', message: `${count} lines, at most ${readmeLinesMax}` });
  }
  for (const folder of folders) {
    const path = `src/${folder}/README.md`;
    if (!files.has(path))
      violations.push({ path, line: 1, rule: 'readme', message: 'the folder has no README' });
  }
  return violations;
}

/** Everything in backticks that begins with one of our top folders is a path, perhaps with `*` or `{a,b}`. */
function checkPaths(path: string, text: string, files: Files): Violation[] {
  return [...text.matchAll(/`([^`\s]+)`/g)].flatMap((match) => {
    const named = match[1] ?? '';
    if (!topFolders.test(named) || exists(named, files)) return [];
    return [{ path, line: lineAt(text, match.index), rule: 'path', message: `'${named}' does not exist` }];
  });
}

function checkLinks(path: string, text: string, files: Files): Violation[] {
  return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].flatMap((match) => {
    const link = match[1] ?? '';
    if (/^[a-z]+:/.test(link)) return [];
    const target = posix.join(posix.dirname(path), link);
    if (target === '.' || exists(target, files)) return [];
    return [{ path, line: lineAt(text, match.index), rule: 'link', message: `'${link}' leads nowhere` }];
  });
}

function exists(named: string, files: Files): boolean {
  const name = named.replace(/\/$/, '');
  for (const path of files.keys()) {
    if (path === name || path.startsWith(`${name}/`) || posix.matchesGlob(path, name)) return true;
  }
  return false;
}
