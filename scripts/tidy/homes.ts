/**
 * Things that have one home: the environment in `cli/`, clock, timers, randomness and UTF-8 in `base/`,
 * compiling and instantiating modules in `wasm/`, Node's globals where `node:` imports are. Also what has no
 * home in `src/`: the console, tables by name that are objects, and a non-null `!` after an index outside the
 * folders of inner loops. Tests are exempt.
 */
import {
  type Identifier,
  isCallExpression,
  isElementAccessExpression,
  isIdentifier,
  isNewExpression,
  isNonNullExpression,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isVariableDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { folderOf, nodeHomes } from './floors.ts';
import { lineOf, type Module, type Tree, walk } from './tree.ts';
import type { Violation } from './violation.ts';

const timeAndChance = new Set([
  'Date.now',
  'performance.now',
  'performance.timeOrigin',
  'process.hrtime',
  'Math.random',
  'crypto.randomUUID',
  'crypto.getRandomValues',
]);
const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const moduleMakers = new Set(['Module', 'Instance', 'compile', 'instantiate', 'compileStreaming']);
const nodeGlobals = new Set(['process', 'Buffer', 'require', '__dirname', '__filename']);
const indexFolders = new Set([
  'kernels',
  'columns',
  'wasm',
  'state',
  'routines',
  'operators',
  'runtime',
  'codegen',
]);

export function checkHomes(tree: Tree): Violation[] {
  return tree.modules
    .filter(
      (module) => folderOf(module.path) !== undefined && !module.isTest && !module.path.endsWith('.d.ts'),
    )
    .flatMap(checkModule);
}

function checkModule(module: Module): Violation[] {
  const violations: Violation[] = [];
  const folder = folderOf(module.path) ?? '';
  walk(module.source, (node) => {
    const fault = faultOf(node, folder);
    if (fault === undefined) return;
    violations.push({ path: module.path, line: lineOf(module, node), rule: fault[0], message: fault[1] });
  });
  return violations;
}

type Fault = readonly [rule: string, message: string];

function faultOf(node: Node, folder: string): Fault | undefined {
  if (isNonNullExpression(node) && isElementAccessExpression(node.expression)) {
    if (indexFolders.has(folder)) return undefined;
    return ['non-null', `'!' after an index is for ${[...indexFolders].join(', ')} only`];
  }
  return (
    timeFault(node, folder) ??
    textFault(node, folder) ??
    machineFault(node, folder) ??
    moduleFault(node, folder) ??
    tableFault(node, folder)
  );
}

/** The imports and exports of modules are objects. */
function tableFault(node: Node, folder: string): Fault | undefined {
  if (folder === 'wasm' || !isVariableDeclaration(node)) return undefined;
  const isTable = node.type?.getText().includes('Record<string,') ?? false;
  if (!isTable || node.initializer === undefined || !isObjectLiteralExpression(node.initializer)) {
    return undefined;
  }
  return ['table', 'a table by name is a Map: an object also has the names of Object.prototype'];
}

function timeFault(node: Node, folder: string): Fault | undefined {
  if (folder === 'base') return undefined;
  const name = memberName(node) ?? callName(node);
  const isNow = isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length;
  if (!isNow && (name === undefined || !(timeAndChance.has(name) || timers.has(name)))) return undefined;
  return ['time-home', `${isNow ? 'new Date()' : name} goes through base/, so that a run can be replayed`];
}

function textFault(node: Node, folder: string): Fault | undefined {
  const name = callName(node);
  if (folder === 'base' || (name !== 'TextDecoder' && name !== 'TextEncoder')) return undefined;
  return [
    'text-home',
    `text and bytes go through base/bytes.ts: a ${name} of one's own may drop a byte order mark`,
  ];
}

function machineFault(node: Node, folder: string): Fault | undefined {
  const name = memberName(node);
  if (name === 'process.env' && folder !== 'cli') return ['environment-home', 'only cli/ reads process.env'];
  if (name?.startsWith('console.')) return ['console', 'src/ does not print through the console'];
  if (nodeHomes.includes(folder)) return undefined;
  const root = name?.split('.')[0] ?? callName(node);
  if (root === undefined || !nodeGlobals.has(root)) return undefined;
  return ['node-home', `'${root}' is not for ${folder}/, which has to run in a browser as it is`];
}

function moduleFault(node: Node, folder: string): Fault | undefined {
  if (folder === 'wasm' || !(isCallExpression(node) || isNewExpression(node))) return undefined;
  const [root, member] = memberName(node.expression)?.split('.') ?? [];
  if (root !== 'WebAssembly' || !moduleMakers.has(member ?? '')) return undefined;
  return ['module-home', `only wasm/ makes a WebAssembly.${member}`];
}

/** `a.b` for a property of a plain name, however deep the expression goes on behind it. */
function memberName(node: Node): string | undefined {
  if (!isPropertyAccessExpression(node)) return undefined;
  const root: Node = node.expression;
  if (isIdentifier(root)) return `${root.text}.${node.name.text}`;
  const isGlobal = isPropertyAccessExpression(root) && root.expression.getText() === 'globalThis';
  return isGlobal ? `${(root.name as Identifier).text}.${node.name.text}` : undefined;
}

function callName(node: Node): string | undefined {
  if (!isCallExpression(node) && !isNewExpression(node)) return undefined;
  const callee: Node = node.expression;
  if (isIdentifier(callee)) return callee.text;
  const isGlobal = isPropertyAccessExpression(callee) && callee.expression.getText() === 'globalThis';
  return isGlobal ? callee.name.text : undefined;
}
