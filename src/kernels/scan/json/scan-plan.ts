/**
 * What the generated scan does at each key of the predicted shape: the states that it goes through, in order,
 * each with the literal text before its value and the fast way to read that value; and how it reads each
 * column of a record that is not of the shape.
 */
import { assert } from '../../../base/assert.ts';
import { encodeUtf8 } from '../../../base/bytes.ts';
import type { BatchColumn } from '../../../columns/batch-layout.ts';
import type { SqlType } from '../../../columns/sql-type.ts';
import type { ScanLayout } from '../scan-contract.ts';
import type { RecordShape } from './record-shape.ts';
import type { ValueKind } from './walk-record.ts';

/** Where a column's value comes from: a key at the record's top level. */
export interface JsonField {
  readonly name: string;
}

export interface JsonScanSpec {
  readonly layout: ScanLayout;
  /** One for each column of the layout's schema; the names differ. */
  readonly fields: readonly JsonField[];
  /** Undefined: nothing is known of the records yet. */
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

/** How the bytes of a value become a column's, or are passed over where no column is read from them. */
export interface ValueForm {
  readonly column: BatchColumn | undefined;
  readonly action: FastAction;
  /** Reading starts after the value's opening quote, and the text behind the value has the closing one. */
  readonly isQuoted: boolean;
  readonly hasNulls: boolean;
  readonly hasNegatives: boolean;
}

export interface ScanState extends ValueForm {
  /** The index of the column read, or -1. */
  readonly field: number;
  /** The text before the value, without quotes of values. */
  readonly literal: Uint8Array;
}

export interface ScanPlan {
  readonly spec: JsonScanSpec;
  /** None where no record of the shape would be good, because it lacks a column that cannot be NULL. */
  readonly states: readonly ScanState[];
  /** The text after the last value. */
  readonly after: Uint8Array;
  /** For each column, how its values are read wherever they stand. */
  readonly forms: readonly ValueForm[];
  /** The columns that the states lack: NULL unless a record leaves the shape. */
  readonly absentFields: readonly number[];
}

export function planScan(spec: JsonScanSpec): ScanPlan {
  const { columns } = spec.layout.batch;
  assert(spec.fields.length === columns.length, 'each column has a field');
  const fieldByName = new Map(spec.fields.map((field, index) => [field.name, index]));
  assert(fieldByName.size === spec.fields.length, 'the names of fields differ');
  const keys = spec.shape?.keys ?? [];
  const names = new Set(keys.map(({ name }) => name));
  const isGood = columns.every(({ column }, field) => column.nullable || names.has(spec.fields[field]!.name));
  const states = (isGood ? keys : []).map((key): ScanState => {
    const field = fieldByName.get(key.name) ?? -1;
    const column = columns[field];
    const action = chooseAction(key.kind, column?.column.type);
    const hasNulls = key.hasNulls || key.kind === 'null';
    const isQuoted = quotedActions.has(action) && !hasNulls;
    const { hasNegatives } = key;
    return { field, column, action, isQuoted, hasNulls, hasNegatives, literal: encodeUtf8(key.before) };
  });
  const present = new Set(states.map((state) => state.field));
  return {
    spec,
    states,
    after: encodeUtf8(spec.shape?.after ?? ''),
    forms: columns.map((column, field) => {
      const kind = keys.find(({ name }) => name === spec.fields[field]!.name)?.kind;
      return formAnywhere(column, kind);
    }),
    absentFields: columns.map((_, index) => index).filter((index) => !present.has(index)),
  };
}

/** Of a column's values: what most likely comes, by the values of the shape's key and the column's type. */
function formAnywhere(column: BatchColumn, kind: ValueKind | undefined): ValueForm {
  const { type } = column.column;
  const usual = kind === undefined || kind === 'null' ? usualKind(type) : kind;
  const action = chooseAction(usual, type);
  return { column, action, isQuoted: false, hasNulls: true, hasNegatives: true };
}

function usualKind({ kind }: SqlType): ValueKind {
  switch (kind) {
    case 'boolean':
      return 'boolean';
    case 'int':
    case 'bigint':
    case 'double':
    case 'decimal':
      return 'number';
    default:
      return 'string';
  }
}

const quotedActions: ReadonlySet<FastAction> = new Set(['skip_string', 'varchar', 'temporal']);

function chooseAction(kind: ValueKind, type: SqlType | undefined): FastAction {
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
