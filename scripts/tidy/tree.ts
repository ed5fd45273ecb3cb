/**
 * The files that the rules look at, as texts and as syntax trees. The rules never read the disk themselves,
 * so that a test can hand them a tree of a few lines. Parsing only: names are not resolved and types are not
 * checked.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

/** Path from the repository's root, with forward slashes, to text. */
export type Files = ReadonlyMap<string, string>;

/** One TypeScript file. */
export interface Module {
  readonly path: string;
  readonly text: string;
  readonly source: SourceFile;
  /** Tests and benchmarks beside the source obey fewer walls. */
  readonly isTest: boolean;
}

export interface Tree {
  readonly files: Files;
  readonly modules: readonly Module[];
}

/** Reads every text file that git tracks or would track. */
export function readFiles(root: string): Files {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
  const files = new Map<string, string>();
  for (const path of list.split('\0').filter((entry) => entry !== '')) {
    const text = readText(join(root, path));
    if (text !== undefined) files.set(path, text);
  }
  return files;
}

/** Undefined for a binary file and for one that is deleted but not yet committed. */
function readText(path: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}

/** Parses all TypeScript files at once with the project's own compiler. */
export function parse(files: Files): Tree {
  const paths = [...files.keys()].filter((path) => path.endsWith('.ts')).sort();
  const api = new API({ cwd: '/tree', fs: fileSystemOf(files, paths) });
  try {
    const program = api.updateSnapshot({ openProject: '/tree/tsconfig.json' }).getProjects()[0]?.program;
    const modules = paths.flatMap((path) => {
      const source = program?.getSourceFile(`/tree/${path}`);
      const isTest = /\.(test|bench)\.ts$/.test(path);
      return source === undefined ? [] : [{ path, text: files.get(path) ?? '', source, isTest }];
    });
    return { files, modules };
  } finally {
    api.close();
  }
}

interface VirtualFileSystem {
  readFile: (path: string) => string | null;
  fileExists: (path: string) => boolean;
  directoryExists: (path: string) => boolean;
  getAccessibleEntries: () => { files: string[]; directories: string[] };
  realpath: (path: string) => string;
}

/** A file system of exactly these files and a configuration that lists them. */
function fileSystemOf(files: Files, paths: readonly string[]): VirtualFileSystem {
  const compilerOptions = { noLib: true, noResolve: true, types: [], allowImportingTsExtensions: true };
  const texts = new Map([['/tree/tsconfig.json', JSON.stringify({ compilerOptions, files: paths })]]);
  const folders = new Set(['/tree']);
  for (const path of paths) {
    texts.set(`/tree/${path}`, files.get(path) ?? '');
    const parts = path.split('/');
    for (let count = 1; count < parts.length; count++) {
      folders.add(`/tree/${parts.slice(0, count).join('/')}`);
    }
  }
  return {
    readFile: (path) => texts.get(path) ?? null,
    fileExists: (path) => texts.has(path),
    directoryExists: (path) => folders.has(path),
    getAccessibleEntries: () => ({ files: [], directories: [] }),
    realpath: (path) => path,
  };
}

/** Calls `visit` for the node and everything below it, in source order. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** The line, from 1, of an offset in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The line, from 1, on which a node begins, comments before it left out. */
export function lineOf(module: Module, node: Node): number {
  return lineAt(module.text, node.getStart(module.source));
}
