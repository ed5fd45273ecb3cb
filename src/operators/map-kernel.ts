/** The map kernel of a stage as operators call it (kernels/map-contract.ts). */
import type { Kernel } from '../wasm/instantiate.ts';

export interface MapKernel {
  reset(): void;
  start(rows: number, positionBase: bigint, offsetBase: bigint): void;
  /** Answers as `putStatus` says. */
  step(): number;
  /** Rows that passed the filter since the job started. */
  rowsOut(): bigint;
  errorCount(): number;
}

export function bindMapKernel(kernel: Kernel): MapKernel {
  const rowsOut = kernel.exports.map_rows_out as WebAssembly.Global;
  const errorCount = kernel.exports.map_error_count as WebAssembly.Global;
  return {
    reset: kernel.exports.map_reset as MapKernel['reset'],
    start: kernel.exports.map_start as MapKernel['start'],
    step: kernel.exports.map_step as MapKernel['step'],
    rowsOut: () => rowsOut.value as bigint,
    errorCount: () => errorCount.value as number,
  };
}
