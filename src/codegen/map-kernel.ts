/**
 * The map kernel of a stage: one loop over the batch that filters, projects, and puts each row where the
 * output says. It can stop at any row and resume there (kernels/map-contract.ts has the contract of its
 * exports).
 *
 *   for (; row < count; row++) { if (!filter) continue; status = output(projection); if (full) return }
 */
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { EmitContext, Value } from '../expressions/emit-context.ts';
import { emitCondition } from '../expressions/emit-expression.ts';
import type { EvaluationErrorTexts } from '../expressions/evaluation-error.ts';
import { evaluationErrorBytes, putStatus } from '../kernels/map-contract.ts';
import { arenaReset } from '../routines/arena.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { i32, i64 } from '../wasm/instructions.ts';
import type { ModuleBuilder } from '../wasm/module-builder.ts';
import type { Expr, Label } from '../wasm/types.ts';
import { emitProjection, type OpenLoop } from './projection.ts';
import { type InputColumn, RowLoop } from './row-loop.ts';

/** Emits what the rows need in front of their loop, and gives the way to put one out. */
export type EmitOutput = (f: FunctionBuilder) => PutRow;

/** Emits: put a row out; yields the status. */
export type PutRow = (context: EmitContext, values: readonly Value[]) => Expr<'i32'>;

export interface MapSpec {
  readonly filter: BoundExpression | undefined;
  readonly projection: readonly BoundExpression[];
  readonly batchCapacityRows: number;
  /** Told the globals that say where the batch stands; yields the columns of the input. */
  readonly columns: (place: MapPlace) => readonly InputColumn[];
  readonly output: EmitOutput;
  readonly timeZone: string;
  /** Takes the texts of the failures that the map's rows can have. */
  readonly errorTexts: EvaluationErrorTexts;
}

/** Where the batch stands in the input; set by `map_start`. */
export interface MapPlace {
  readonly positionBase: Expr<'i64'>;
  readonly offsetBase: Expr<'i64'>;
}

export interface MapKernelInfo {
  /** Address of the evaluation-error list. */
  readonly evaluationErrors: number;
}

export function emitMapKernel(module: ModuleBuilder, spec: MapSpec): MapKernelInfo {
  const errorList = module.reserve(evaluationErrorBytes * spec.batchCapacityRows);
  const nextRowGlobal = module.global('i32', 'map_next_row', 0);
  const rowCount = module.global('i32', 'map_row_count', 0);
  const positionBase = module.global('i64', 'map_position_base', 0n);
  const offsetBase = module.global('i64', 'map_offset_base', 0n);
  const rowsOut = module.global('i64', 'map_rows_out', 0n, true);
  const errorCount = module.global('i32', 'map_error_count', 0, true);
  const columns = spec.columns({ positionBase, offsetBase });

  module.export('map_start', { rows: 'i32', position: 'i64', offset: 'i64' }, undefined, (f, p) => {
    f.setGlobal(nextRowGlobal, 0);
    f.setGlobal(rowCount, p.rows);
    f.setGlobal(positionBase, p.position);
    f.setGlobal(offsetBase, p.offset);
    f.setGlobal(errorCount, 0);
  });

  module.export('map_reset', {}, undefined, (f) => f.call(arenaReset(module)));

  const errors = { address: errorList, count: errorCount, texts: spec.errorTexts };
  const openLoop: OpenLoop = (f, row, nextRow) =>
    new RowLoop({ module, f, row, nextRow, columns, errors, timeZone: spec.timeZone });
  const projection = emitProjection(module, spec.projection, openLoop);

  module.export('map_step', {}, 'i32', (f) => {
    const row = f.let('i32', 'row', nextRowGlobal);
    const end = f.let('i32', 'end', rowCount);
    const sent = f.local('i64', 'sent');
    const putRow = spec.output(f);
    const leave = (status: Expr<'i32'>): void => {
      f.setGlobal(nextRowGlobal, row);
      f.setGlobal(rowsOut, i64.add(rowsOut, sent));
      f.return(status);
    };
    f.while(
      'each_row',
      () => i32.lt_u(row, end),
      () => {
        f.block('row_done', (nextRow) => {
          const loop = openLoop(f, row, nextRow);
          if (spec.filter) emitFilter(loop, spec.filter, nextRow);
          const values = projection(loop, row, nextRow);
          const status = f.let('i32', 'status', putRow(loop.context, values));
          f.if(i32.ne(status, putStatus.done), () => leave(status));
          f.set(sent, i64.add(sent, 1));
        });
        f.set(row, i32.add(row, 1));
      },
    );
    leave(i32.const(putStatus.done));
  });
  return { evaluationErrors: errorList };
}

/** Emits: goes on to the next row where the filter refuses this one. */
function emitFilter(loop: RowLoop, filter: BoundExpression, nextRow: Label): void {
  const { context } = loop;
  loop.load([filter]);
  context.f.branchIf(nextRow, i32.eqz(emitCondition(context, filter, loop.column)));
}
