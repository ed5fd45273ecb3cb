/**
 * The lock file serves every machine: each optional package of a locked one, mostly a binary for some
 * platform, has an entry of its own. npm leaves out those that the registry at hand does not have, and then
 * refuses the file.
 */
import type { Files } from './tree.ts';
import type { Violation } from './violation.ts';

interface Lock {
  readonly packages?: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

export function checkLock(tree: { readonly files: Files }): Violation[] {
  const path = 'package-lock.json';
  const { packages = {} } = JSON.parse(tree.files.get(path) ?? '{}') as Lock;
  return Object.entries(packages).flatMap(([owner, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !(`node_modules/${name}` in packages || `${owner}/node_modules/${name}` in packages))
      .map((name) => ({ path, line: 1, rule: 'lock', message: `'${name}' of '${owner}' has no entry` })),
  );
}
