/**
 * The frame of a map kernel's row loop as expressions see it: the current row, the columns of the batch, and
 * what to do with a row that cannot be evaluated. A column is loaded once, in front of the first expression
 * that may read it.
 */
import type { BatchLayout } from '../columns/batch-layout.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { EmitContext, Value } from '../expressions/emit-context.ts';
import type { EvaluationError, EvaluationErrorTexts } from '../expressions/evaluation-error.ts';
import { evaluationErrorCodeOffset, evaluationErrorLog2 } from '../kernels/map-contract.ts';
import { loadColumn } from '../kernels/page/row-access.ts';
import { collectColumns } from '../plan/expression-columns.ts';
import { arenaAllocate } from '../routines/arena.ts';
import type { FunctionBuilder, Global, Local } from '../wasm/function-builder.ts';
import { call, i32 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, Label } from '../wasm/types.ts';

/** A column that is not in the batch but computed from the row's place. */
export type VirtualColumn = (f: FunctionBuilder, row: Expr<'i32'>) => Value;

export interface RowLoopOptions {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly row: Local<'i32'>;
  /** Leaves the row. */
  readonly nextRow: Label;
  readonly columns: readonly InputColumn[];
  readonly errors: ErrorList;
  readonly timeZone: string;
}

export type InputColumn =
  | { readonly kind: 'batch'; readonly batch: BatchLayout; readonly index: number }
  | { readonly kind: 'virtual'; readonly value: VirtualColumn };

/** Where rows that could not be evaluated are noted (kernels/map-contract.ts). */
export interface ErrorList {
  readonly address: number;
  readonly count: Global<'i32'>;
  readonly texts: EvaluationErrorTexts;
}

export class RowLoop {
  readonly context: EmitContext;
  readonly #options: RowLoopOptions;
  readonly #loaded = new Map<number, Value>();

  constructor(options: RowLoopOptions) {
    this.#options = options;
    const { module, f } = options;
    this.context = {
      module,
      f,
      timeZone: options.timeZone,
      fail: (error, subject) => this.#fail(error, subject),
      allocate: (byteCount) =>
        f.let('i32', 'allocated', call(arenaAllocate(module), byteCount) as Expr<'i32'>),
    };
  }

  /** Loads the columns that the expressions read and that are not loaded yet. */
  load(expressions: readonly BoundExpression[]): void {
    const { f, row, columns } = this.#options;
    const read = new Set<number>();
    for (const expression of expressions) collectColumns(expression, read);
    for (const index of read) {
      if (this.#loaded.has(index)) continue;
      const column = columns[index]!;
      const value =
        column.kind === 'virtual'
          ? column.value(f, row)
          : loadColumn(f, column.batch.columns[column.index]!, row);
      this.#loaded.set(index, value);
    }
  }

  /** A loaded column's value. */
  readonly column = (index: number): Value => this.#loaded.get(index)!;

  #fail(error: EvaluationError, subject: string | undefined): void {
    const { f, row, nextRow, errors } = this.#options;
    const entry = f.let('i32', 'entry', i32.shl(errors.count, evaluationErrorLog2));
    f.do(
      i32.store(entry, row, errors.address),
      i32.store(entry, errors.texts.placeOf(error, subject), errors.address + evaluationErrorCodeOffset),
    );
    f.setGlobal(errors.count, i32.add(errors.count, 1));
    f.branch(nextRow);
  }
}
