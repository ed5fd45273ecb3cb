/** A module as plain data: what the builder makes, and what the encoder and the printer read. */
import type { Expr, FunctionSlot, GlobalSlot, LocalSlot, MemorySlot, Stmt } from './types.ts';

export interface MemoryImport {
  readonly slot: MemorySlot;
  readonly module: string;
  readonly name: string;
  readonly pagesMin: number;
  readonly pagesMax: number;
  readonly shared: boolean;
}

export interface FunctionImport {
  readonly slot: FunctionSlot;
  readonly module: string;
  readonly name: string;
}

export interface FunctionDefinition {
  readonly slot: FunctionSlot;
  readonly params: readonly LocalSlot[];
  readonly exported: boolean;
  locals: readonly LocalSlot[];
  body: readonly Stmt[] | undefined;
}

export interface GlobalDefinition {
  readonly slot: GlobalSlot;
  readonly initial: Expr;
  readonly exported: boolean;
}

export interface DataSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface ModuleDefinition {
  readonly name: string;
  readonly memories: readonly MemoryImport[];
  readonly imports: readonly FunctionImport[];
  readonly functions: readonly FunctionDefinition[];
  readonly globals: readonly GlobalDefinition[];
  readonly data: readonly DataSegment[];
}
