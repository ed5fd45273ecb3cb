/**
 * What each generated column is like: `fields.<column>.<option>`, with defaults by the column's type. All
 * numbers are in the units of the column's storage: scaled integers, days, microseconds.
 */

import { encodeUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { Column, Schema } from '../../columns/schema.ts';
import { splitCsvRecord } from '../../formats/csv/csv-record.ts';
import { badOption, choiceOption, type OptionOwner } from '../options.ts';
import { parseStep, parseValue, printTypeName } from './field-values.ts';

const kinds = ['uniform', 'choice', 'sequence', 'normal'] as const;
type FieldKind = (typeof kinds)[number];

export interface FieldSpec {
  readonly column: Column;
  readonly kind: FieldKind;
  /** Uniform: both included. Normal: what is drawn outside is moved to the bound. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  /** Sequence. */
  readonly start: number;
  readonly step: number;
  /** Choice: the values, and for each the sum of the weights up to it. */
  readonly values: readonly string[];
  readonly cumulativeWeights: readonly number[];
  /** VARCHAR: text around the drawn number, `{i}`. */
  readonly template: string;
  readonly nullFraction: number;
}

const optionNames = [
  'kind',
  'min',
  'max',
  'mean',
  'stddev',
  'start',
  'step',
  'values',
  'weights',
  'template',
  'null_fraction',
] as const;
type FieldOption = (typeof optionNames)[number];

/** Refuses options of columns or by names that do not exist. */
export function checkFieldNames(owner: OptionOwner, schema: Schema): void {
  const columns = schema.map(({ name }) => name);
  for (const key of Object.keys(owner.options)) {
    const [, column = '', option = ''] = /^fields\.(.+)\.([^.]+)$/.exec(key) ?? [];
    if (column === '') continue;
    if (!columns.includes(column)) throw unknown(owner, `column "${column}"`, nearestName(column, columns));
    if (!(optionNames as readonly string[]).includes(option)) {
      throw unknown(owner, `option "${option}" of column "${column}"`, nearestName(option, optionNames));
    }
  }
}

function unknown(owner: OptionOwner, what: string, near: string | undefined): VelostreamError {
  return new VelostreamError(`"${owner.relation}": there is no ${what} to generate`, {
    code: 'sql_invalid_option',
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
  });
}

export function describeField(owner: OptionOwner, column: Column): FieldSpec {
  const name = (option: FieldOption): string => `fields.${column.name}.${option}`;
  const text = (option: FieldOption): string | undefined => owner.options[name(option)];
  const value = (option: FieldOption, otherwise: number): number => {
    const written = text(option);
    if (written === undefined) return otherwise;
    const parsed = parseValue(written, column.type);
    if (parsed !== undefined) return parsed;
    throw badOption(owner, name(option), `a value of type ${printTypeName(column.type)}`);
  };
  if (column.type.kind === 'interval') {
    throw new VelostreamError(`"${owner.relation}": values of type INTERVAL cannot be generated`, {
      code: 'sql_invalid_option',
    });
  }
  const defaults = defaultsOf(column);
  const kind = choiceOption(owner, name('kind'), kinds, impliedKind(text, defaults.kind));
  const limit = largestOf(column);
  const min = value('min', kind === 'normal' ? -limit : defaults.min);
  const max = value('max', kind === 'normal' ? limit : Math.max(defaults.max, min));
  if (Math.max(-min, max) > limit)
    throw badOption(owner, name('max'), `within ${printTypeName(column.type)}`);
  if (min > max) throw badOption(owner, name('min'), 'at most max');
  const step = text('step') === undefined ? defaults.step : parseStep(text('step') ?? '', column.type);
  if (step === undefined) throw badOption(owner, name('step'), 'a number, or a duration such as 1s');
  const { values, cumulativeWeights } = choicesOf(owner, column, kind);
  const mean = value('mean', defaults.mean);
  return {
    column,
    kind,
    min,
    max,
    mean,
    stddev:
      text('stddev') === undefined ? defaults.stddev : (parseStep(text('stddev') ?? '', column.type) ?? 1),
    start: value('start', defaults.start),
    step,
    values,
    cumulativeWeights,
    template: text('template') ?? `${column.name}_{i}`,
    nullFraction: fractionOf(owner, column, name('null_fraction')),
  };
}

function impliedKind(text: (option: FieldOption) => string | undefined, otherwise: FieldKind): FieldKind {
  if (text('values') !== undefined) return 'choice';
  if (text('start') !== undefined || text('step') !== undefined) return 'sequence';
  if (text('stddev') !== undefined) return 'normal';
  return text('min') !== undefined || text('max') !== undefined ? 'uniform' : otherwise;
}

/** The largest number that the column holds and that is drawn exactly. */
export function largestOf({ type }: Column): number {
  if (type.kind === 'int') return 2 ** 31 - 1;
  if (type.kind === 'decimal') return Math.min(10 ** type.precision - 1, Number.MAX_SAFE_INTEGER);
  return type.kind === 'double' ? Number.MAX_VALUE : Number.MAX_SAFE_INTEGER;
}

type Defaults = Pick<FieldSpec, 'kind' | 'min' | 'max' | 'mean' | 'stddev' | 'start' | 'step'>;

const microsPerSecond = 1_000_000;
/** 2024-01-01. */
const firstDay = 19_723;
const microsPerDay = 86_400 * microsPerSecond;

function defaultsOf({ type }: Column): Defaults {
  const numbers = { kind: 'uniform', min: 0, max: 999_999, mean: 0, stddev: 1, start: 0, step: 1 } as const;
  switch (type.kind) {
    case 'boolean':
      return { ...numbers, max: 1, mean: 0.5 };
    case 'double':
      return { ...numbers, max: 100 };
    case 'decimal': {
      const unit = 10 ** type.scale;
      const max = Math.min(100 * unit, 10 ** Math.min(type.precision, 15) - 1);
      return { ...numbers, max, stddev: unit, step: unit };
    }
    case 'varchar':
      return { ...numbers, max: 999 };
    case 'date':
      return { ...numbers, min: firstDay, max: firstDay + 365, start: firstDay, mean: firstDay };
    case 'timestamp':
    case 'timestamptz': {
      const start = firstDay * microsPerDay;
      const max = start + 366 * microsPerDay;
      const stddev = microsPerDay;
      return { kind: 'sequence', min: start, max, mean: start, stddev, start, step: microsPerSecond };
    }
    default:
      return numbers;
  }
}

function choicesOf(
  owner: OptionOwner,
  column: Column,
  kind: FieldKind,
): Pick<FieldSpec, 'values' | 'cumulativeWeights'> {
  if (kind !== 'choice') return { values: [], cumulativeWeights: [] };
  const name = `fields.${column.name}.values`;
  const values = splitList(owner.options[name] ?? '');
  const isValid = (text: string): boolean =>
    column.type.kind === 'varchar' || parseValue(text, column.type) !== undefined;
  if (values.length === 0 || !values.every(isValid)) {
    throw badOption(owner, name, `a list of ${printTypeName(column.type)} values, parted by commas`);
  }
  const weightsName = `fields.${column.name}.weights`;
  const written = owner.options[weightsName];
  const weights = written === undefined ? values.map(() => 1) : splitList(written).map(Number);
  const isWeight = (weight: number): boolean => weight >= 0 && Number.isFinite(weight);
  if (weights.length !== values.length || !weights.every(isWeight) || !weights.some((weight) => weight > 0)) {
    throw badOption(owner, weightsName, `${values.length} numbers, parted by commas`);
  }
  let sum = 0;
  const cumulativeWeights = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return { values, cumulativeWeights };
}

/** Parts between commas; one that holds a comma stands in double quotes, as in CSV. */
function splitList(text: string): string[] {
  return splitCsvRecord(encodeUtf8(text), { delimiter: comma, quote }).map((part) => part.trim());
}

const comma = 44;
const quote = 34;

function fractionOf(owner: OptionOwner, column: Column, name: string): number {
  const fraction = Number(owner.options[name] ?? 0);
  if (!(fraction >= 0 && fraction <= 1)) throw badOption(owner, name, 'a number from 0 to 1');
  if (fraction > 0 && !column.nullable) throw badOption(owner, name, '0: the column is NOT NULL');
  return fraction;
}
