/** What the package gives: every public name, and nothing else. */

export { type ErrorCode, type ErrorDomain, errorCodes, VelostreamError } from './base/error.ts';
export type { EngineLimits } from './engine/engine-limits.ts';
export type {
  CancelSignal,
  QueryOptions,
  RunOptions,
  VelostreamOptions,
} from './engine/library/options.ts';
export type { PartitionSummary, StatementSummary } from './engine/library/summaries.ts';
export { Velostream } from './engine/library/velostream.ts';
export type { Row, RowValue } from './engine/result-rows.ts';
export { ScriptErrors } from './engine/script-errors.ts';
export {
  type Architecture,
  type ArchitectureOptions,
  architectures,
  type PartitioningStrategy,
} from './plan/architecture.ts';
export type { BackpressureState } from './runtime/coordinator/backpressure.ts';
export type { BadRecord } from './runtime/coordinator/bad-record.ts';
export { IncompleteError, RecordError } from './runtime/coordinator/job-errors.ts';
