/**
 * What the compile side must know of a relation to make its scan: where it is read from, and in which form it
 * comes.
 */
import type { SourceSpec } from '../job/job-graph.ts';
import type { RecordShape } from '../kernels/scan/json/record-shape.ts';

export type SourceForm =
  /** JSON lines; `shape`: of the first records, to speculate on. */
  | { readonly kind: 'jsonl'; readonly shape: RecordShape | undefined }
  | {
      readonly kind: 'csv';
      readonly delimiter: number;
      /** The quote byte; undefined: fields are never quoted. */
      readonly quote: number | undefined;
      /** What the first record of each split names; undefined: it is data. */
      readonly header: readonly string[] | undefined;
      /** How many fields a record has. */
      readonly fieldCount: number;
      /** For each column of the relation: the field's place in a record. */
      readonly fieldOf: readonly number[];
    }
  /** Columns written by the host. */
  | { readonly kind: 'columns' };

export interface CompileSource {
  readonly source: SourceSpec;
  readonly form: SourceForm;
}
