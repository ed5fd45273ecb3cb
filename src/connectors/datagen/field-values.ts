/**
 * Values and steps as options write them, in the units of the column's storage; undefined where they cannot
 * be read.
 */
import { printType, type SqlType } from '../../columns/sql-type.ts';

const microsPerMilli = 1000;
const millisPerDay = 86_400_000;

export function printTypeName(type: SqlType): string {
  return type.kind === 'varchar' ? 'INT' : printType(type);
}

/** Of a VARCHAR, the number in its template. */
export function parseValue(text: string, type: SqlType): number | undefined {
  switch (type.kind) {
    case 'boolean': {
      const flag = /^(true|false)$/i.exec(text)?.[1]?.toLowerCase();
      return flag === undefined ? parseNumber(text) : Number(flag === 'true');
    }
    case 'int':
    case 'bigint':
    case 'varchar':
      return integerOf(parseNumber(text));
    case 'decimal': {
      const value = parseNumber(text);
      return value === undefined ? undefined : integerOf(Math.round(value * 10 ** type.scale));
    }
    case 'date': {
      const millis = parseTime(text);
      return millis === undefined ? undefined : Math.floor(millis / millisPerDay);
    }
    case 'timestamp':
    case 'timestamptz': {
      const millis = parseTime(text);
      return millis === undefined ? undefined : millis * microsPerMilli;
    }
    default:
      return parseNumber(text);
  }
}

function parseNumber(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

function integerOf(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** Milliseconds since 1970; without a zone, UTC. */
function parseTime(text: string): number | undefined {
  const iso = text.trim().replace(' ', 'T');
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(iso) || !iso.includes('T');
  const millis = Date.parse(hasZone ? iso : `${iso}Z`);
  return Number.isFinite(millis) ? millis : undefined;
}

const microsPerUnit: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['ms', 1000],
  ['s', 1_000_000],
  ['m', 60_000_000],
  ['h', 3_600_000_000],
  ['d', 86_400_000_000],
]);

/** A difference of values: a number, or for times a duration such as `250ms`. */
export function parseStep(text: string, type: SqlType): number | undefined {
  const isTime = type.kind === 'timestamp' || type.kind === 'timestamptz' || type.kind === 'date';
  if (!isTime) return parseValue(text, type);
  const [, count, unit = ''] = /^\s*(-?\d+(?:\.\d+)?)\s*(us|ms|s|m|h|d)\s*$/i.exec(text) ?? [];
  if (count === undefined) return undefined;
  const micros = Math.round(Number(count) * (microsPerUnit.get(unit.toLowerCase()) ?? 0));
  return type.kind === 'date' ? Math.round(micros / (microsPerUnit.get('d') ?? 1)) : micros;
}
