/**
 * What a module names of other modules: imports, re-exports, dynamic imports, `import('...')` types, and
 * files given to `new URL('...', import.meta.url)`. Type-only imports count like all others.
 */
import { posix } from 'node:path';
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isNewExpression,
  isStringLiteral,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { lineOf, type Module, walk } from './tree.ts';

export interface Import {
  readonly specifier: string;
  /** The file it names, from the root; undefined for a package and for `node:`. */
  readonly target: string | undefined;
  readonly line: number;
  readonly kind: 'import' | 'export' | 'export all' | 'dynamic' | 'type' | 'url';
}

export function importsOf(module: Module): readonly Import[] {
  const found: Import[] = [];
  walk(module.source, (node) => {
    const named = specifierOf(node);
    if (named === undefined) return;
    const [kind, specifier] = named;
    const isRelative = specifier.startsWith('.');
    if (kind === 'url' && !isRelative) return;
    const target = isRelative ? posix.join(posix.dirname(module.path), specifier) : undefined;
    found.push({ specifier, target, line: lineOf(module, node), kind });
  });
  return found;
}

function specifierOf(node: Node): [Import['kind'], string] | undefined {
  if (isImportDeclaration(node)) return withText('import', node.moduleSpecifier);
  if (isExportDeclaration(node)) {
    const isNamed = node.exportClause?.kind === SyntaxKind.NamedExports;
    return withText(isNamed ? 'export' : 'export all', node.moduleSpecifier);
  }
  if (isImportTypeNode(node)) return withText('type', firstString(node.argument));
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    return withText('dynamic', node.arguments[0]);
  }
  if (isNewExpression(node) && node.expression.getText() === 'URL') {
    const isBesideUs = node.arguments?.[1]?.getText() === 'import.meta.url';
    return isBesideUs ? withText('url', node.arguments?.[0]) : undefined;
  }
  return undefined;
}

function withText(kind: Import['kind'], node: Node | undefined): [Import['kind'], string] | undefined {
  return node !== undefined && isStringLiteral(node) ? [kind, node.text] : undefined;
}

function firstString(node: Node): Node | undefined {
  let found: Node | undefined;
  walk(node, (child) => {
    if (found === undefined && isStringLiteral(child)) found = child;
  });
  return found;
}
