/**
 * What a module of `src/` exports and nobody but tests uses: dead code. A use is the name in a module that
 * imports the exporting one, or in the exporting one itself behind its declaration and outside of it. Types
 * are not looked at, nor are folders named `testing`.
 */
import {
  isClassDeclaration,
  isFunctionDeclaration,
  isIdentifier,
  isVariableStatement,
  type Node,
  type Statement,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { importsOf } from './imports.ts';
import { lineOf, type Module, type Tree, walk } from './tree.ts';
import type { Violation } from './violation.ts';

export function checkUnused({ modules }: Tree): Violation[] {
  const producers = modules.filter(({ path, isTest }) => !isTest && !/^test\/|\/testing\//.test(path));
  const usersOf = new Map<string, Set<string>[]>();
  for (const module of producers) {
    const names = namesIn(module.source);
    for (const { target } of importsOf(module)) {
      if (target !== undefined) usersOf.set(target, [...(usersOf.get(target) ?? []), names]);
    }
  }
  return producers
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap((module) => unusedIn(module, usersOf.get(module.path) ?? []));
}

function unusedIn(module: Module, users: readonly ReadonlySet<string>[]): Violation[] {
  const { statements } = module.source;
  return statements.filter(isExported).flatMap((statement) => {
    const others = statements.filter((other) => other !== statement).map(namesIn);
    const isUsed = (name: string): boolean => [...users, ...others].some((names) => names.has(name));
    return declaredBy(statement)
      .filter((name) => !isUsed(name))
      .map((name) => ({
        path: module.path,
        line: lineOf(module, statement),
        rule: 'unused',
        message: `nobody but tests uses '${name}'`,
      }));
  });
}

function isExported(statement: Statement): boolean {
  const { modifiers = [] } = statement as { modifiers?: readonly Node[] };
  return modifiers.some(({ kind }) => kind === SyntaxKind.ExportKeyword);
}

/** The names of the values that the statement declares. */
function declaredBy(statement: Statement): readonly string[] {
  if (isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const isNamed = isFunctionDeclaration(statement) || isClassDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function namesIn(node: Node): Set<string> {
  const names = new Set<string>();
  walk(node, (child) => {
    if (isIdentifier(child)) names.add(child.text);
  });
  return names;
}
