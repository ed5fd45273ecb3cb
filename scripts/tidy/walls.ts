/**
 * The walls between folders: who may import whom. Floors, connectors that do not know each other, spelled-out
 * relative paths, no barrels, no `export *`, no ring of files. Holds for tests beside the source as well.
 */
import { isExportDeclaration, isImportDeclaration } from 'typescript/unstable/ast';
import { floorOf, folderOf, nodeHomes } from './floors.ts';
import { type Import, importsOf } from './imports.ts';
import { findRings } from './rings.ts';
import type { Module, Tree } from './tree.ts';
import type { Violation } from './violation.ts';

export function checkWalls(tree: Tree): Violation[] {
  const imports = new Map(tree.modules.map((module) => [module.path, importsOf(module)]));
  const violations: Violation[] = [];
  for (const module of tree.modules) {
    for (const entry of imports.get(module.path) ?? []) {
      const fault = pathFault(entry, tree) ?? floorFault(module, entry) ?? nodeFault(module, entry);
      if (fault === undefined) continue;
      violations.push({ path: module.path, line: entry.line, rule: fault[0], message: fault[1] });
    }
    if (folderOf(module.path) !== undefined) violations.push(...barrelFaults(module));
  }
  return [...violations, ...ringFaults(imports)];
}

type Fault = readonly [rule: string, message: string];

function pathFault(entry: Import, tree: Tree): Fault | undefined {
  if (entry.kind === 'export all') return ['export-all', `'export *' hides which names leave the module`];
  if (entry.target === undefined) return undefined;
  if (!/\.(ts|json|js|css|html)$/.test(entry.specifier) && entry.kind !== 'url') {
    return ['extension', `'${entry.specifier}' has to name the file with its ending`];
  }
  const isCode = entry.specifier.endsWith('.ts');
  if (isCode && !tree.files.has(entry.target)) return ['missing', `'${entry.specifier}' does not exist`];
  return undefined;
}

function floorFault(module: Module, entry: Import): Fault | undefined {
  const from = folderOf(module.path);
  if (from === undefined || entry.target === undefined) return undefined;
  const to = folderOf(entry.target);
  if (to === undefined) {
    return module.isTest ? undefined : ['floor', `src/ does not import '${entry.target}' from outside it`];
  }
  if (from === to) return from === 'connectors' ? connectorFault(module.path, entry.target) : undefined;
  const fromFloor = floorOf(from);
  const toFloor = floorOf(to);
  if (fromFloor === undefined) return ['floor', `${from}/ has no floor in scripts/tidy/floors.ts`];
  if (toFloor === undefined) return ['floor', `${to}/ has no floor in scripts/tidy/floors.ts`];
  if (toFloor < fromFloor) return undefined;
  const direction = toFloor === fromFloor ? 'sideways' : 'up';
  return ['floor', `${from}/ (floor ${fromFloor}) imports ${direction} from ${to}/ (floor ${toFloor})`];
}

/** A file directly in `connectors/`, the registry, knows all; a connector's own folder knows itself. */
function connectorFault(from: string, to: string): Fault | undefined {
  const [source, target] = [from.split('/'), to.split('/')];
  if (source.length < 4 || source[2] === target[2]) return undefined;
  if (target.length < 4) return undefined;
  return ['connector', `connectors/${source[2]} imports connectors/${target[2]}`];
}

function nodeFault(module: Module, entry: Import): Fault | undefined {
  const folder = folderOf(module.path);
  if (folder === undefined || module.isTest || !entry.specifier.startsWith('node:')) return undefined;
  if (nodeHomes.includes(folder)) return undefined;
  return ['node-home', `'${entry.specifier}' is not for ${folder}/, which has to run in a browser as it is`];
}

/** Below `src/` nothing gathers the names of others; the public face `src/index.ts` does. */
function barrelFaults(module: Module): Violation[] {
  if (module.path === 'src/index.ts') return [];
  const at = { path: module.path, line: 1, rule: 'barrel' };
  if (module.path.endsWith('/index.ts')) return [{ ...at, message: 'a folder has no index file' }];
  const statements = module.source.statements;
  const isOnlyNames = statements.every((statement) => {
    const isForward = isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
    return isForward || isImportDeclaration(statement);
  });
  if (statements.length === 0 || !isOnlyNames) return [];
  return [{ ...at, message: 'the file only passes on the names of others' }];
}

function ringFaults(imports: ReadonlyMap<string, readonly Import[]>): Violation[] {
  const edges = new Map(
    [...imports].map(([path, entries]) => {
      // A file that is only named by its URL starts another thread; that is no import.
      const targets = entries.filter((entry) => entry.kind !== 'url').flatMap((entry) => entry.target ?? []);
      return [path, targets.filter((target) => imports.has(target))];
    }),
  );
  return findRings(edges).map((ring) => {
    const first = ring[0] ?? '';
    const line = imports.get(first)?.find((entry) => entry.target === ring[1])?.line ?? 1;
    return { path: first, line, rule: 'ring', message: `files import each other: ${ring.join(' > ')}` };
  });
}
