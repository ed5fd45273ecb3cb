/** What the package gives: every public name, and nothing else. */

export { type ErrorCode, type ErrorDomain, errorCodes, VelostreamError } from './base/error.ts';
export type { EngineLimits } from './engine/engine-options.ts';
export type { PartitionSummary } from './engine/inspect/partition-summary.ts';
export type { Row, RowValue } from './engine/result-rows.ts';
export { ScriptErrors } from './engine/script-errors.ts';
export {
  type RunOptions,
  type StatementSummary,
  Velostream,
  type VelostreamOptions,
} from './engine/velostream.ts';
export {
  type Architecture,
  type ArchitectureOptions,
  architectures,
  type PartitioningStrategy,
} from './plan/architecture.ts';
export type { BackpressureState } from './runtime/coordinator/job-progress.ts';
