/**
 * What the generated scan does at each key of the predicted shape: the states of its state machine, in order,
 * each with the literal text before its value and the fast way to read that value.
 *
 *   state 0: the record's start · state k: at the value of key k · then: finished, bad, blank line
 */
import { assert } from '../../../base/assert.ts';
import type { BatchColumn } from '../../../columns/batch-layout.ts';
import type { SqlType } from '../../../columns/sql-type.ts';
import type { ScanLayout } from '../scan-contract.ts';
import type { RecordShape, ShapeKey } from './record-shape.ts';

/** Where a column's value comes from: a key at the record's top level. */
export interface JsonField {
  readonly name: string;
}

export interface JsonScanSpec {
  readonly layout: ScanLayout;
  /** One for each column of the layout's schema; the names differ. */
  readonly fields: readonly JsonField[];
  /** Undefined: every record is read by look-up. */
  readonly shape: RecordShape | undefined;
}

/** How a state reads its value; `tolerant` leaves every value to the routine that takes anything. */
export type FastAction =
  | 'tolerant'
  | 'skip_string'
  | 'skip_number'
  | 'skip_boolean'
  | 'skip_nested'
  | 'varchar'
  | 'boolean'
  | 'integer'
  | 'double'
  | 'decimal'
  | 'epoch'
  | 'temporal';

export interface ScanState {
  /** 1 for the first key. */
  readonly index: number;
  readonly key: ShapeKey;
  /** The index of the column read, or -1. */
  readonly field: number;
  readonly column: BatchColumn | undefined;
  readonly action: FastAction;
  /** The state starts after the value's opening quote, which belongs to the literal before it. */
  readonly isQuoted: boolean;
  /** The text before the value, without quotes of values. */
  readonly literal: Uint8Array;
}

export interface ScanPlan {
  readonly spec: JsonScanSpec;
  readonly states: readonly ScanState[];
  /** The text after the last value. */
  readonly after: Uint8Array;
  /** The columns that the shape lacks: NULL unless a record drifts. */
  readonly absentFields: readonly number[];
  /** A column that cannot be NULL is absent, so that no record of the shape is good. */
  readonly alwaysDrifts: boolean;
}

/** The states after the last key's. */
export const finishedState = (plan: ScanPlan): number => plan.states.length + 1;
export const badState = (plan: ScanPlan): number => plan.states.length + 2;
export const blankState = (plan: ScanPlan): number => plan.states.length + 3;

const encoder = new TextEncoder();

export function planScan(spec: JsonScanSpec): ScanPlan {
  const { columns } = spec.layout.batch;
  assert(spec.fields.length === columns.length, 'each column has a field');
  const fieldByName = new Map(spec.fields.map((field, index) => [field.name, index]));
  assert(fieldByName.size === spec.fields.length, 'the names of fields differ');
  const states = (spec.shape?.keys ?? []).map((key, i): ScanState => {
    const field = fieldByName.get(key.name) ?? -1;
    const column = columns[field];
    const action = chooseAction(key, column?.column.type);
    const isQuoted = quotedActions.has(action) && !key.hasNulls && key.kind !== 'null';
    return { index: i + 1, key, field, column, action, isQuoted, literal: encoder.encode(key.before) };
  });
  const present = new Set(states.map((state) => state.field));
  const absentFields = columns.map((_, index) => index).filter((index) => !present.has(index));
  return {
    spec,
    states,
    after: encoder.encode(spec.shape?.after ?? ''),
    absentFields,
    alwaysDrifts: absentFields.some((index) => !columns[index]!.column.nullable),
  };
}

const quotedActions: ReadonlySet<FastAction> = new Set(['skip_string', 'varchar', 'temporal']);

function chooseAction({ kind }: ShapeKey, type: SqlType | undefined): FastAction {
  if (type === undefined) return kind === 'null' ? 'skip_nested' : `skip_${kind}`;
  switch (type.kind) {
    case 'varchar':
      return kind === 'string' || kind === 'null' ? 'varchar' : 'tolerant';
    case 'boolean':
      return kind === 'boolean' || kind === 'null' ? 'boolean' : 'tolerant';
    case 'int':
    case 'bigint':
      return kind === 'number' || kind === 'null' ? 'integer' : 'tolerant';
    case 'double':
      return kind === 'number' || kind === 'null' ? 'double' : 'tolerant';
    case 'decimal':
      return (kind === 'number' || kind === 'null') && type.scale <= 17 ? 'decimal' : 'tolerant';
    case 'timestamp':
    case 'timestamptz':
      if (kind === 'number') return 'epoch';
      return kind === 'string' || kind === 'null' ? 'temporal' : 'tolerant';
    case 'date':
    case 'interval':
      return kind === 'string' || kind === 'null' ? 'temporal' : 'tolerant';
    default:
      return 'tolerant';
  }
}
