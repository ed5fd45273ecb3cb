/** A function's locals and body to the binary format; branch depths are resolved from the labels in scope. */
import { assert, unreachable } from '../../base/assert.ts';
import type { FunctionDefinition } from '../module-definition.ts';
import { loads, opcodes, stores } from '../opcodes.ts';
import type { Expr, Label, MemoryAccess, Stmt, ValueType } from '../types.ts';
import type { ByteWriter } from './byte-writer.ts';
import { valueTypeCodes, writeConstant } from './encode-constant.ts';
import { assignStorage } from './local-storage.ts';

const noResult = 0x40;
const anonymous: Label = { name: '' };

/** Writes the body with its locals; how many of those are left. */
export function encodeFunctionBody(w: ByteWriter, { params, locals, body = [] }: FunctionDefinition): number {
  const { types, indexOf } = assignStorage(params, locals, body);
  writeLocals(w, types);
  new BodyEncoder(w, indexOf).encode(body);
  return types.length;
}

function writeLocals(w: ByteWriter, types: readonly ValueType[]): void {
  const starts = types.flatMap((type, i) => (type === types[i - 1] ? [] : [i]));
  w.u32(starts.length);
  for (const [i, start] of starts.entries()) {
    w.u32((starts[i + 1] ?? types.length) - start);
    w.byte(valueTypeCodes[types[start]!]);
  }
}

type ControlStmt = Extract<
  Stmt,
  { kind: 'block' | 'loop' | 'if' | 'br' | 'br_if' | 'br_table' | 'return' | 'unreachable' }
>;

class BodyEncoder {
  readonly #w: ByteWriter;
  /** By the index in the tree: that in the module. */
  readonly #localIndex: Uint32Array;
  /** The labels that are open, the innermost last. */
  readonly #labels: Label[] = [];

  constructor(w: ByteWriter, localIndex: Uint32Array) {
    this.#w = w;
    this.#localIndex = localIndex;
  }

  encode(body: readonly Stmt[]): void {
    for (const statement of body) this.#statement(statement);
    this.#w.byte(0x0b);
  }

  #statement(statement: Stmt): void {
    const w = this.#w;
    switch (statement.kind) {
      case 'local.set':
        this.#expression(statement.value);
        w.byte(0x21);
        return w.u32(this.#localIndex[statement.local.index]!);
      case 'global.set':
        this.#expression(statement.value);
        w.byte(0x24);
        return w.u32(statement.global.index);
      case 'store': {
        const opcode = stores.get(statement.op)!;
        this.#expression(statement.access.address);
        this.#expression(statement.value);
        w.bytes(opcode.bytes);
        return encodeAccess(w, statement.access, statement.op.includes('atomic') ? opcode.alignLog2 : 0);
      }
      case 'drop':
        this.#expression(statement.value);
        return w.byte(0x1a);
      case 'call':
        for (const arg of statement.args) this.#expression(arg);
        w.byte(0x10);
        return w.u32(statement.target.index);
      case 'memory.copy':
        for (const arg of statement.args) this.#expression(arg);
        w.bytes([0xfc, 10]);
        w.u32(statement.to.index);
        return w.u32(statement.from.index);
      case 'memory.fill':
        for (const arg of statement.args) this.#expression(arg);
        w.bytes([0xfc, 11]);
        return w.u32(statement.memory.index);
      default:
        return this.#control(statement);
    }
  }

  #control(statement: ControlStmt): void {
    const w = this.#w;
    switch (statement.kind) {
      case 'block':
      case 'loop':
        w.bytes([statement.kind === 'block' ? 0x02 : 0x03, noResult]);
        return this.#nested(statement.body, statement.label);
      case 'if':
        this.#expression(statement.condition);
        w.bytes([0x04, noResult]);
        this.#labels.push(anonymous);
        for (const inner of statement.whenTrue) this.#statement(inner);
        if (statement.whenFalse.length > 0) w.byte(0x05);
        for (const inner of statement.whenFalse) this.#statement(inner);
        this.#labels.pop();
        return w.byte(0x0b);
      case 'br':
        w.byte(0x0c);
        return w.u32(this.#depthOf(statement.label));
      case 'br_if':
        this.#expression(statement.condition);
        w.byte(0x0d);
        return w.u32(this.#depthOf(statement.label));
      case 'br_table':
        this.#expression(statement.index);
        w.byte(0x0e);
        w.u32(statement.labels.length);
        for (const label of statement.labels) w.u32(this.#depthOf(label));
        return w.u32(this.#depthOf(statement.fallback));
      case 'return':
        if (statement.value) this.#expression(statement.value);
        return w.byte(0x0f);
      case 'unreachable':
        return w.byte(0x00);
      default:
        return unreachable(statement);
    }
  }

  #nested(body: readonly Stmt[], label: Label): void {
    const w = this.#w;
    this.#labels.push(label);
    for (const statement of body) this.#statement(statement);
    this.#labels.pop();
    w.byte(0x0b);
  }

  #depthOf(label: Label): number {
    const scope = this.#labels;
    const at = scope.lastIndexOf(label);
    assert(at >= 0, `label ${label.name} is in scope`);
    return scope.length - 1 - at;
  }

  #expression(expr: Expr): void {
    const w = this.#w;
    switch (expr.kind) {
      case 'const':
        return writeConstant(w, expr.type, expr.value);
      case 'local.get':
        w.byte(0x20);
        return w.u32(this.#localIndex[expr.local.index]!);
      case 'local.tee':
        this.#expression(expr.value);
        w.byte(0x22);
        return w.u32(this.#localIndex[expr.local.index]!);
      case 'global.get':
        w.byte(0x23);
        return w.u32(expr.global.index);
      case 'load': {
        const opcode = loads.get(expr.op)!;
        this.#expression(expr.access.address);
        w.bytes(opcode.bytes);
        return encodeAccess(w, expr.access, expr.op.includes('atomic') ? opcode.alignLog2 : 0);
      }
      case 'call':
        for (const arg of expr.args) this.#expression(arg);
        w.byte(0x10);
        return w.u32(expr.target.index);
      case 'op':
        for (const arg of expr.args) this.#expression(arg);
        if (expr.op === 'select') return w.byte(0x1b);
        w.bytes(opcodes.get(expr.op)!.bytes);
        return w.bytes(expr.lanes);
      default:
        return unreachable(expr);
    }
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
