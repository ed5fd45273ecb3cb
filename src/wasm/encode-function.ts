/** A function's locals and body to the binary format; branch depths are resolved from the labels in scope. */
import { assert, unreachable } from '../base/assert.ts';
import type { ByteWriter } from './byte-writer.ts';
import { valueTypeCodes, writeConstant } from './encode-constant.ts';
import type { FunctionDefinition } from './module-definition.ts';
import { loads, opcodes, stores } from './opcodes.ts';
import type { Expr, Label, MemoryAccess, Stmt } from './types.ts';

const noResult = 0x40;
const anonymous: Label = { name: '' };

export function encodeFunctionBody(w: ByteWriter, definition: FunctionDefinition): void {
  w.u32(definition.locals.length);
  for (const local of definition.locals) {
    w.u32(1);
    w.byte(valueTypeCodes[local.type]);
  }
  const scope: Label[] = [];
  for (const statement of definition.body ?? []) encodeStatement(w, statement, scope);
  w.byte(0x0b);
}

function encodeStatement(w: ByteWriter, statement: Stmt, scope: Label[]): void {
  switch (statement.kind) {
    case 'local.set':
      encodeExpr(w, statement.value);
      w.byte(0x21);
      return w.u32(statement.local.index);
    case 'global.set':
      encodeExpr(w, statement.value);
      w.byte(0x24);
      return w.u32(statement.global.index);
    case 'store': {
      const opcode = stores.get(statement.op)!;
      encodeExpr(w, statement.access.address);
      encodeExpr(w, statement.value);
      w.bytes(opcode.bytes);
      return encodeAccess(w, statement.access, statement.op.includes('atomic') ? opcode.alignLog2 : 0);
    }
    case 'drop':
      encodeExpr(w, statement.value);
      return w.byte(0x1a);
    case 'call':
      for (const arg of statement.args) encodeExpr(w, arg);
      w.byte(0x10);
      return w.u32(statement.target.index);
    case 'memory.copy':
      for (const arg of statement.args) encodeExpr(w, arg);
      w.bytes([0xfc, 10]);
      w.u32(statement.to.index);
      return w.u32(statement.from.index);
    case 'memory.fill':
      for (const arg of statement.args) encodeExpr(w, arg);
      w.bytes([0xfc, 11]);
      return w.u32(statement.memory.index);
    default:
      return encodeControl(w, statement, scope);
  }
}

type ControlStmt = Extract<
  Stmt,
  { kind: 'block' | 'loop' | 'if' | 'br' | 'br_if' | 'br_table' | 'return' | 'unreachable' }
>;

function encodeControl(w: ByteWriter, statement: ControlStmt, scope: Label[]): void {
  switch (statement.kind) {
    case 'block':
    case 'loop':
      w.bytes([statement.kind === 'block' ? 0x02 : 0x03, noResult]);
      return encodeNested(w, statement.body, statement.label, scope);
    case 'if':
      encodeExpr(w, statement.condition);
      w.bytes([0x04, noResult]);
      scope.push(anonymous);
      for (const inner of statement.whenTrue) encodeStatement(w, inner, scope);
      if (statement.whenFalse.length > 0) w.byte(0x05);
      for (const inner of statement.whenFalse) encodeStatement(w, inner, scope);
      scope.pop();
      return w.byte(0x0b);
    case 'br':
      w.byte(0x0c);
      return w.u32(depthOf(statement.label, scope));
    case 'br_if':
      encodeExpr(w, statement.condition);
      w.byte(0x0d);
      return w.u32(depthOf(statement.label, scope));
    case 'br_table':
      encodeExpr(w, statement.index);
      w.byte(0x0e);
      w.u32(statement.labels.length);
      for (const label of statement.labels) w.u32(depthOf(label, scope));
      return w.u32(depthOf(statement.fallback, scope));
    case 'return':
      if (statement.value) encodeExpr(w, statement.value);
      return w.byte(0x0f);
    case 'unreachable':
      return w.byte(0x00);
    default:
      return unreachable(statement);
  }
}

function encodeNested(w: ByteWriter, body: readonly Stmt[], label: Label, scope: Label[]): void {
  scope.push(label);
  for (const statement of body) encodeStatement(w, statement, scope);
  scope.pop();
  w.byte(0x0b);
}

function depthOf(label: Label, scope: readonly Label[]): number {
  const at = scope.lastIndexOf(label);
  assert(at >= 0, `label ${label.name} is in scope`);
  return scope.length - 1 - at;
}

function encodeExpr(w: ByteWriter, expr: Expr): void {
  switch (expr.kind) {
    case 'const':
      return writeConstant(w, expr.type, expr.value);
    case 'local.get':
      w.byte(0x20);
      return w.u32(expr.local.index);
    case 'local.tee':
      encodeExpr(w, expr.value);
      w.byte(0x22);
      return w.u32(expr.local.index);
    case 'global.get':
      w.byte(0x23);
      return w.u32(expr.global.index);
    case 'load': {
      const opcode = loads.get(expr.op)!;
      encodeExpr(w, expr.access.address);
      w.bytes(opcode.bytes);
      return encodeAccess(w, expr.access, expr.op.includes('atomic') ? opcode.alignLog2 : 0);
    }
    case 'call':
      for (const arg of expr.args) encodeExpr(w, arg);
      w.byte(0x10);
      return w.u32(expr.target.index);
    case 'op':
      for (const arg of expr.args) encodeExpr(w, arg);
      if (expr.op === 'select') return w.byte(0x1b);
      w.bytes(opcodes.get(expr.op)!.bytes);
      return w.bytes(expr.lanes);
    default:
      return unreachable(expr);
  }
}

/** Plain accesses promise no alignment; atomic ones must promise their natural one. */
function encodeAccess(w: ByteWriter, access: MemoryAccess, alignLog2: number): void {
  if (access.memory.index === 0) {
    w.u32(alignLog2);
  } else {
    w.u32(alignLog2 | 0x40);
    w.u32(access.memory.index);
  }
  w.u32(access.offsetBytes);
}
