/**
 * A module definition to the text format (WAT): what EXPLAIN (KERNELS) shows. Source: specification, chapter
 * 6.
 */
import { unreachable } from '../base/assert.ts';
import type { FunctionDefinition, ModuleDefinition } from './module-definition.ts';
import type {
  Expr,
  FunctionSlot,
  Label,
  LocalSlot,
  MemoryAccess,
  MemorySlot,
  Stmt,
  ValueType,
} from './types.ts';

export function printModule(module: ModuleDefinition): string {
  const lines: string[] = [`(module $${module.name}`];
  for (const memory of module.memories) {
    const shared = memory.shared ? ' shared' : '';
    lines.push(
      `  (import "${memory.module}" "${memory.name}" ` +
        `(memory $${memory.slot.name} ${memory.pagesMin} ${memory.pagesMax}${shared}))`,
    );
  }
  for (const entry of module.imports) {
    lines.push(
      `  (import "${entry.module}" "${entry.name}" (func $${entry.slot.name}${signature(entry.slot)}))`,
    );
  }
  for (const global of module.globals) {
    const exported = global.exported ? ` (export "${global.slot.name}")` : '';
    lines.push(
      `  (global $${global.slot.name}${exported} (mut ${global.slot.type}) ${printExpr(global.initial)})`,
    );
  }
  for (const f of module.functions) printFunction(lines, f);
  for (const segment of module.data) {
    const bytes = Array.from(segment.bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    lines.push(`  (data (i32.const ${segment.address}) "${bytes}")`);
  }
  lines.push(')');
  return `${lines.join('\n')}\n`;
}

function signature(slot: FunctionSlot): string {
  const params = slot.params.length > 0 ? ` (param ${slot.params.join(' ')})` : '';
  return params + (slot.result ? ` (result ${slot.result})` : '');
}

function printFunction(lines: string[], f: FunctionDefinition): void {
  const exported = f.exported ? ` (export "${f.slot.name}")` : '';
  const params = f.params.map((param) => ` (param ${localName(param)} ${param.type})`).join('');
  const result = f.slot.result ? ` (result ${f.slot.result})` : '';
  lines.push(`  (func $${f.slot.name}${exported}${params}${result}`);
  for (const local of f.locals) lines.push(`    (local ${localName(local)} ${local.type})`);
  const printer = new BodyPrinter(lines);
  printer.statements(f.body ?? [], 2);
  lines.push('  )');
}

/** Names repeat between locals; the index keeps them apart. */
function localName(local: LocalSlot): string {
  return `$${local.name}.${local.index}`;
}

class BodyPrinter {
  readonly #lines: string[];
  readonly #names = new Map<Label, string>();

  constructor(lines: string[]) {
    this.#lines = lines;
  }

  statements(statements: readonly Stmt[], depth: number): void {
    for (const statement of statements) this.#statement(statement, depth);
  }

  #line(depth: number, text: string): void {
    this.#lines.push('  '.repeat(depth) + text);
  }

  #label(label: Label): string {
    const known = this.#names.get(label);
    if (known) return known;
    const name = `$${label.name}.${this.#names.size}`;
    this.#names.set(label, name);
    return name;
  }

  #statement(statement: Stmt, depth: number): void {
    switch (statement.kind) {
      case 'block':
      case 'loop':
        this.#line(depth, `(${statement.kind} ${this.#label(statement.label)}`);
        this.statements(statement.body, depth + 1);
        return this.#line(depth, ')');
      case 'if':
        this.#line(depth, `(if ${printExpr(statement.condition)}`);
        this.#line(depth + 1, '(then');
        this.statements(statement.whenTrue, depth + 2);
        this.#line(depth + 1, ')');
        if (statement.whenFalse.length > 0) {
          this.#line(depth + 1, '(else');
          this.statements(statement.whenFalse, depth + 2);
          this.#line(depth + 1, ')');
        }
        return this.#line(depth, ')');
      case 'br':
        return this.#line(depth, `(br ${this.#label(statement.label)})`);
      case 'br_if':
        return this.#line(depth, `(br_if ${this.#label(statement.label)} ${printExpr(statement.condition)})`);
      case 'br_table': {
        const labels = [...statement.labels, statement.fallback].map((label) => this.#label(label));
        return this.#line(depth, `(br_table ${labels.join(' ')} ${printExpr(statement.index)})`);
      }
      default:
        return this.#line(depth, printSimple(statement));
    }
  }
}

type ControlKind = 'block' | 'loop' | 'if' | 'br' | 'br_if' | 'br_table';

function printSimple(statement: Exclude<Stmt, { kind: ControlKind }>): string {
  switch (statement.kind) {
    case 'local.set':
      return `(local.set ${localName(statement.local)} ${printExpr(statement.value)})`;
    case 'global.set':
      return `(global.set $${statement.global.name} ${printExpr(statement.value)})`;
    case 'store':
      return (
        `(${statement.op}${printAccess(statement.access)} ${printExpr(statement.access.address)} ` +
        `${printExpr(statement.value)})`
      );
    case 'drop':
      return `(drop ${printExpr(statement.value)})`;
    case 'call':
      return `(call $${statement.target.name}${printArgs(statement.args)})`;
    case 'memory.copy':
      return `(memory.copy${printMemories(statement.to, statement.from)}${printArgs(statement.args)})`;
    case 'memory.fill':
      return `(memory.fill${printMemories(statement.memory)}${printArgs(statement.args)})`;
    case 'return':
      return statement.value ? `(return ${printExpr(statement.value)})` : '(return)';
    case 'unreachable':
      return '(unreachable)';
    default:
      return unreachable(statement);
  }
}

function printAccess(access: MemoryAccess): string {
  const memory = access.memory.index === 0 ? '' : ` $${access.memory.name}`;
  return memory + (access.offsetBytes === 0 ? '' : ` offset=${access.offsetBytes}`);
}

/** Memory 0 is what an instruction means when it names none. */
function printMemories(...memories: readonly MemorySlot[]): string {
  if (memories.every((memory) => memory.index === 0)) return '';
  return memories.map((memory) => ` $${memory.name}`).join('');
}

function printArgs(args: readonly Expr[]): string {
  return args.map((arg) => ` ${printExpr(arg)}`).join('');
}

export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'const':
      return printConstant(expr.type, expr.value);
    case 'local.get':
      return `(local.get ${localName(expr.local)})`;
    case 'local.tee':
      return `(local.tee ${localName(expr.local)} ${printExpr(expr.value)})`;
    case 'global.get':
      return `(global.get $${expr.global.name})`;
    case 'load':
      return `(${expr.op}${printAccess(expr.access)} ${printExpr(expr.access.address)})`;
    case 'call':
      return `(call $${expr.target.name}${printArgs(expr.args)})`;
    case 'op': {
      const lanes = expr.lanes.length > 0 ? ` ${expr.lanes.join(' ')}` : '';
      return `(${expr.op}${lanes}${printArgs(expr.args)})`;
    }
    default:
      return unreachable(expr);
  }
}

function printConstant(type: ValueType, value: number | bigint | Uint8Array): string {
  if (type === 'v128') {
    return `(v128.const i8x16 ${Array.from(value as Uint8Array).join(' ')})`;
  }
  if (type !== 'f64') return `(${type}.const ${value})`;
  const number = value as number;
  if (Number.isNaN(number)) return '(f64.const nan)';
  if (!Number.isFinite(number)) return `(f64.const ${number > 0 ? 'inf' : '-inf'})`;
  return `(f64.const ${Object.is(number, -0) ? '-0' : number})`;
}
