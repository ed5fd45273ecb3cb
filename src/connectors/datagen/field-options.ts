/**
 * What each generated column is like: `fields.<column>.<option>`, with defaults by the column's type. All
 * numbers are in the units of the column's storage: scaled integers, days, microseconds.
 */

import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { Column, Schema } from '../../columns/schema.ts';
import type { SqlType } from '../../columns/sql-type.ts';
import { badOption, choiceOption, numberOption, type OptionOwner } from '../options.ts';
import { choicesOf, type FieldChoices, noChoices } from './field-choices.ts';
import {
  describeSpans,
  describeSteps,
  describeValues,
  parseSpan,
  parseStep,
  parseValue,
  rangeOf,
} from './field-values.ts';

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
  readonly choices: FieldChoices;
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
/** A BOOLEAN has no bounds, and is not spread around a mean. */
const booleanOptionNames = optionNames.filter((name) => !['min', 'max', 'stddev'].includes(name));

/** Refuses options of columns or by names that do not exist. */
export function checkFieldNames(owner: OptionOwner, schema: Schema): void {
  const columns = schema.map(({ name }) => name);
  for (const key of Object.keys(owner.options)) {
    const [, name = '', option = ''] = /^fields\.(.+)\.([^.]+)$/.exec(key) ?? [];
    if (name === '') continue;
    const column = schema.find((known) => known.name === name);
    if (column === undefined) throw unknown(owner, `column "${name}"`, nearestName(name, columns));
    const known: readonly string[] = column.type.kind === 'boolean' ? booleanOptionNames : optionNames;
    if (known.includes(option)) continue;
    throw unknown(owner, `option "${option}" of column "${name}"`, nearestName(option, known));
  }
}

function unknown(owner: OptionOwner, what: string, near: string | undefined): VelostreamError {
  return new VelostreamError(`"${owner.relation}": there is no ${what} to generate`, {
    code: 'sql_invalid_option',
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
  });
}

export function describeField(owner: OptionOwner, column: Column): FieldSpec {
  const { type } = column;
  if (type.kind === 'interval') {
    throw new VelostreamError(`"${owner.relation}": values of type INTERVAL cannot be generated`, {
      code: 'sql_invalid_option',
    });
  }
  const name = (option: FieldOption): string => `fields.${column.name}.${option}`;
  const text = (option: FieldOption): string | undefined => owner.options[name(option)];
  const read: Reader = (option, otherwise, parse, wanted) => {
    const written = text(option);
    if (written === undefined) return otherwise;
    const parsed = parse(written, type);
    if (parsed !== undefined) return parsed;
    throw badOption(owner, name(option), wanted(type));
  };
  const value = (option: FieldOption, otherwise: number): number =>
    read(option, otherwise, parseValue, describeValues);
  const defaults = defaultsOf(column);
  const kind = choiceOption(owner, name('kind'), kindsOf(type), impliedKind(text, defaults.kind));
  const range = rangeOf(type);
  const min = value('min', kind === 'normal' ? range.lowest : defaults.min);
  const max = value('max', kind === 'normal' ? range.highest : Math.max(defaults.max, min));
  if (min > max) throw badOption(owner, name('min'), 'at most max');
  if (kind === 'uniform' && max - min > Number.MAX_VALUE) {
    throw badOption(owner, name('max'), `at most ${Number.MAX_VALUE} above min`);
  }
  return {
    column,
    kind,
    min,
    max,
    mean:
      type.kind === 'boolean' ? fractionOf(owner, name('mean'), defaults.mean) : value('mean', defaults.mean),
    stddev: read('stddev', defaults.stddev, parseDeviation, describeDeviations),
    start: value('start', defaults.start),
    step: read('step', defaults.step, parseStep, describeSteps),
    choices: kind === 'choice' ? choicesOf(owner, column) : noChoices,
    template: text('template') ?? `${column.name}_{i}`,
    nullFraction: nullFractionOf(owner, column, name('null_fraction')),
  };
}

/** The value of an option, as `parse` reads it; `wanted` is what it has to be. */
type Reader = (
  option: FieldOption,
  otherwise: number,
  parse: (text: string, type: SqlType) => number | undefined,
  wanted: (type: SqlType) => string,
) => number;

/** A BOOLEAN is not spread around a mean. */
function kindsOf({ kind }: SqlType): readonly FieldKind[] {
  return kind === 'boolean' ? kinds.filter((known) => known !== 'normal') : kinds;
}

/** No wider than the type. */
function parseDeviation(text: string, type: SqlType): number | undefined {
  const span = parseSpan(text, type);
  const { lowest, highest } = rangeOf(type);
  return span !== undefined && span >= 0 && span <= highest - lowest ? span : undefined;
}

function describeDeviations(type: SqlType): string {
  return `${describeSpans(type)} from 0 to what the type holds`;
}

function impliedKind(text: (option: FieldOption) => string | undefined, otherwise: FieldKind): FieldKind {
  if (text('values') !== undefined) return 'choice';
  if (text('start') !== undefined || text('step') !== undefined) return 'sequence';
  if (text('stddev') !== undefined) return 'normal';
  return text('min') !== undefined || text('max') !== undefined ? 'uniform' : otherwise;
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

function nullFractionOf(owner: OptionOwner, column: Column, name: string): number {
  const fraction = fractionOf(owner, name, 0);
  if (fraction > 0 && !column.nullable) throw badOption(owner, name, '0: the column is NOT NULL');
  return fraction;
}

function fractionOf(owner: OptionOwner, name: string, otherwise: number): number {
  const fraction = numberOption(owner, name) ?? otherwise;
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw badOption(owner, name, 'a number from 0 to 1');
}
