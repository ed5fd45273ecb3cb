/**
 * Values and steps as options write them, in the units of the column's storage: scaled integers, days,
 * microseconds. A value outside its type, or of more bits than are drawn exactly, is none.
 */
import { dateDays, printType, type SqlType } from '../../columns/sql-type.ts';
import { type DateTimeText, readDateTime } from '../../formats/date-time-text.ts';

/** Both included. */
export interface ValueRange {
  readonly lowest: number;
  readonly highest: number;
}

/** Up to here every whole number is drawn exactly. */
export const wholeMax: number = Number.MAX_SAFE_INTEGER;
const microsPerDay = 86_400_000_000;

/** What is generated of a type; of a VARCHAR, the number in its template. */
export function rangeOf(type: SqlType): ValueRange {
  switch (type.kind) {
    case 'boolean':
      return { lowest: 0, highest: 1 };
    case 'int':
      return { lowest: -(2 ** 31), highest: 2 ** 31 - 1 };
    case 'date':
      return { lowest: dateDays.first, highest: dateDays.last };
    case 'double':
      return { lowest: -Number.MAX_VALUE, highest: Number.MAX_VALUE };
    case 'decimal': {
      const highest = Math.min(10 ** type.precision - 1, wholeMax);
      return { lowest: -highest, highest };
    }
    default:
      return { lowest: -wholeMax, highest: wholeMax };
  }
}

/** What `parseValue` reads, for a message. */
export function describeValues(type: SqlType): string {
  switch (type.kind) {
    case 'boolean':
      return 'true or false';
    case 'varchar':
      return `a whole number ${fromTo(-wholeMax, wholeMax)}`;
    case 'bigint':
      return `a value of type BIGINT ${fromTo(-wholeMax, wholeMax)}`;
    case 'decimal': {
      const bound = wholeMax / 10 ** type.scale;
      const limits = 10 ** type.precision > wholeMax ? ` ${fromTo(-bound, bound)}` : '';
      return `a value of type ${printType(type)}${limits}`;
    }
    case 'timestamp':
    case 'timestamptz':
      return `a value of type ${printType(type)} ${fromTo('1684-07-29', '2255-06-05')}`;
    default:
      return `a value of type ${printType(type)}`;
  }
}

function fromTo(lowest: number | string, highest: number | string): string {
  return `from ${lowest} to ${highest}`;
}

export function parseValue(text: string, type: SqlType): number | undefined {
  const value = readValue(text.trim(), type);
  const { lowest, highest } = rangeOf(type);
  return value !== undefined && value >= lowest && value <= highest ? value : undefined;
}

function readValue(text: string, type: SqlType): number | undefined {
  switch (type.kind) {
    case 'boolean':
      return booleans.get(text.toLowerCase());
    case 'decimal': {
      const units = parseNumber(text, type.scale);
      return units === undefined ? undefined : Math.round(units);
    }
    case 'double':
      return parseNumber(text);
    case 'date':
      return readDateTime(text)?.days;
    case 'timestamp':
    case 'timestamptz':
      return microsOf(readDateTime(text), type);
    default:
      return wholeOf(parseNumber(text));
  }
}

const booleans: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['1', 1],
  ['0', 0],
]);

/** A TIMESTAMP is the wall clock that the text shows; a TIMESTAMPTZ without a zone is one of UTC. */
function microsOf(time: DateTimeText | undefined, type: SqlType): number | undefined {
  if (time === undefined) return undefined;
  const { days, microsOfDay = 0, zoneSeconds = 0 } = time;
  const offset = type.kind === 'timestamptz' ? zoneSeconds * 1_000_000 : 0;
  return days * microsPerDay + microsOfDay - offset;
}

/** The number, times a power of ten; underscores may part its digits. */
export function parseNumber(text: string, power = 0): number | undefined {
  const [, digits, exponent = '0'] =
    /^\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:e([+-]?\d+))?\s*$/i.exec(text.replaceAll('_', '')) ?? [];
  const value = digits === undefined ? Number.NaN : Number(`${digits}e${Number(exponent) + power}`);
  return Number.isFinite(value) ? value : undefined;
}

function wholeOf(value: number | undefined): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

const microsPerUnit: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['ms', 1000],
  ['s', 1_000_000],
  ['m', 60_000_000],
  ['h', 3_600_000_000],
  ['d', microsPerDay],
]);

/** What `parseStep` reads, for a message. */
export function describeSteps(type: SqlType): string {
  if (type.kind === 'date') return 'a duration of whole days (such as 7d)';
  if (type.kind === 'decimal') return `a number of up to ${type.scale} decimal places`;
  return type.kind === 'double' || isTime(type) ? describeSpans(type) : 'a whole number';
}

/** What `parseSpan` reads, for a message. */
export function describeSpans(type: SqlType): string {
  return isTime(type) ? 'a duration (such as 1s)' : 'a number';
}

/** A difference of values that leads from one value of the type to another. */
export function parseStep(text: string, type: SqlType): number | undefined {
  const step = parseSpan(text, type);
  return type.kind === 'double' ? step : wholeOf(step);
}

/** A difference of values: a number, or for times a duration such as `250ms`; any part of a unit. */
export function parseSpan(text: string, type: SqlType): number | undefined {
  if (!isTime(type)) return parseNumber(text, type.kind === 'decimal' ? type.scale : 0);
  const [, whole, fraction = '', unit = ''] =
    /^\s*([+-]?\d+)(?:\.(\d+))?\s*(us|ms|s|m|h|d)\s*$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const micros =
    (Number(whole + fraction) * (microsPerUnit.get(unit.toLowerCase()) ?? 0)) / 10 ** fraction.length;
  return type.kind === 'date' ? micros / microsPerDay : micros;
}

function isTime({ kind }: SqlType): boolean {
  return kind === 'timestamp' || kind === 'timestamptz' || kind === 'date';
}
