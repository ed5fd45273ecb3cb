/**
 * What a JSON-lines scan has to give, by other means: JSON.parse with the text of numbers, TextDecoder, and
 * BigInt. Shares no code with the scan.
 */
import type { Schema } from '../../src/columns/schema.ts';
import type { SqlType } from '../../src/columns/sql-type.ts';
import type { ScannedRecord, ScannedValue } from './json-scan-run.ts';

export interface ExpectedBad {
  readonly text: string;
  /** Where a record has several faults, any of them may be named. */
  readonly reasons: readonly string[];
  readonly field: number;
}

export interface ExpectedScan {
  readonly rows: readonly ScannedRecord[];
  readonly bad: readonly ExpectedBad[];
}

export function expectScan(schema: Schema, input: Uint8Array): ExpectedScan {
  const rows: ScannedRecord[] = [];
  const bad: ExpectedBad[] = [];
  for (const line of linesOf(input)) {
    const text = Buffer.from(line).toString('latin1');
    if (/^[ \t\r]*$/.test(text)) continue;
    const kept = text.endsWith('\r') ? text.slice(0, -1) : text;
    const outcome = expectRecord(schema, line);
    if ('values' in outcome) rows.push({ text: kept, values: outcome.values });
    else bad.push({ text: kept, ...outcome });
  }
  return { rows, bad };
}

function linesOf(input: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < input.length) {
    const lineFeed = input.indexOf(10, start);
    const end = lineFeed < 0 ? input.length : lineFeed;
    lines.push(input.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

type Outcome =
  | { readonly values: readonly ScannedValue[] }
  | { readonly reasons: string[]; readonly field: number };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function expectRecord(schema: Schema, line: Uint8Array): Outcome {
  let isUtf8 = true;
  let text: string;
  try {
    text = strict.decode(line);
  } catch {
    isUtf8 = false;
    text = lenient.decode(line);
  }
  const record = parseRecord(text);
  const isDeep = depthOf(text) > 64;
  if (!isUtf8) return { reasons: ['invalid_utf8', 'syntax', 'too_deep'], field: -1 };
  if (record === undefined) return { reasons: isDeep ? ['syntax', 'too_deep'] : ['syntax'], field: -1 };
  if (isDeep) return { reasons: ['too_deep'], field: -1 };
  if (record === 'other') return { reasons: ['not_an_object'], field: -1 };
  const values = schema.map(({ name, type, nullable }) => {
    const found = record.get(name);
    if (found === undefined) return nullable ? null : { reason: 'missing_field' };
    if (found.value === null) return nullable ? null : { reason: 'null_in_not_null_column' };
    return convert(type, found);
  });
  const field = values.findIndex((value) => typeof value === 'object' && value !== null);
  if (field >= 0) return { reasons: [(values[field] as Failure).reason], field };
  return { values: values as ScannedValue[] };
}

interface FoundValue {
  readonly value: unknown;
  /** The text of a number. */
  readonly source: string | undefined;
}

function parseRecord(text: string): Map<string, FoundValue> | 'other' | undefined {
  const sources = new Map<string, string | undefined>();
  let value: unknown;
  const reviver = function (
    this: unknown,
    _key: string,
    item: unknown,
    context?: { source?: string },
  ): unknown {
    if (typeof item === 'number') return new NumberText(item, context?.source ?? '');
    return item;
  };
  try {
    value = (JSON.parse as (text: string, reviver: unknown) => unknown)(text, reviver);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NumberText) {
    return 'other';
  }
  return new Map(
    Object.entries(value).map(([name, item]) => {
      if (item instanceof NumberText) return [name, { value: item.value, source: item.source }];
      return [name, { value: item as unknown, source: sources.get(name) }];
    }),
  );
}

class NumberText {
  readonly value: number;
  readonly source: string;

  constructor(value: number, source: string) {
    this.value = value;
    this.source = source;
  }
}

/** The deepest nesting of brackets outside of strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.replaceAll(/"(?:[^"\\]|\\.)*"?/gs, '').replaceAll(/[^[\]{}]/g, '')) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

interface Failure {
  readonly reason: string;
}

const wrongType: Failure = { reason: 'wrong_type' };
const outOfRange: Failure = { reason: 'out_of_range' };

function convert(type: SqlType, found: FoundValue): ScannedValue | Failure {
  switch (type.kind) {
    case 'boolean':
      return typeof found.value === 'boolean' ? found.value : wrongType;
    case 'int':
      return exactInteger(found, 31n);
    case 'bigint':
      return exactInteger(found, 63n);
    case 'double':
      return nearestDouble(found);
    case 'decimal':
      return roundedDecimal(found, type.precision, type.scale);
    case 'timestamp':
    case 'timestamptz':
      return found.source === undefined ? wrongType : roundedDecimal(found, 60, 3, 63n);
    case 'varchar':
      return asText(found);
    default:
      return wrongType;
  }
}

/**
 * Strings by value; anything else by its text, which only the scan's own reading back can check (see
 * `sameText`).
 */
function asText({ value, source }: FoundValue): ScannedValue {
  if (typeof value === 'string') return Buffer.from(new TextEncoder().encode(value)).toString('latin1');
  if (source !== undefined) return source;
  if (typeof value === 'boolean') return String(value);
  return `nested:${JSON.stringify(withoutSources(value))}`;
}

function withoutSources(value: unknown): unknown {
  if (value instanceof NumberText) return value.source;
  if (Array.isArray(value)) return value.map(withoutSources);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, item]) => [key, withoutSources(item)]);
}

/** Whether a text read back is the nested value expected. */
export function sameNested(expected: string, scanned: string): boolean {
  const text = strict.decode(Buffer.from(scanned, 'latin1'));
  if (text !== text.trim()) return false;
  const record = parseRecord(`{"x":${text}}`);
  return (
    record instanceof Map && expected === `nested:${JSON.stringify(withoutSources(record.get('x')?.value))}`
  );
}

interface Rational {
  readonly digits: bigint;
  readonly exponent: number;
}

function rationalOf(source: string): Rational {
  const [, sign, integer, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    source,
  )!;
  const digits = BigInt(integer! + fraction) * (sign === '-' ? -1n : 1n);
  return { digits, exponent: Number(exponent) - fraction.length };
}

function exactInteger({ source }: FoundValue, bits: bigint): bigint | Failure {
  if (source === undefined) return wrongType;
  const { digits, exponent } = rationalOf(source);
  if (digits === 0n) return 0n;
  // Far beyond what the digits can make up for.
  if (exponent > 100) return outOfRange;
  if (exponent < 0) {
    if (-exponent > source.length) return wrongType;
    const unit = 10n ** BigInt(-exponent);
    return digits % unit === 0n ? inRange(digits / unit, bits) : wrongType;
  }
  return inRange(digits * 10n ** BigInt(exponent), bits);
}

function inRange(value: bigint, bits: bigint): bigint | Failure {
  return value >= -(1n << bits) && value < 1n << bits ? value : outOfRange;
}

function nearestDouble({ value, source }: FoundValue): number | Failure {
  if (source === undefined) return wrongType;
  const number = value as number;
  if (!Number.isFinite(number)) return outOfRange;
  return number === 0 && rationalOf(source).digits !== 0n ? outOfRange : number;
}

function roundedDecimal(
  { source }: FoundValue,
  precision: number,
  scale: number,
  bits = 127n,
): bigint | Failure {
  if (source === undefined) return wrongType;
  const { digits, exponent } = rationalOf(source);
  const shift = exponent + scale;
  if (digits === 0n) return 0n;
  if (shift > 200) return outOfRange;
  let value = 0n;
  if (shift >= 0) value = digits * 10n ** BigInt(shift);
  else if (-shift <= source.length + 1) {
    const unit = 10n ** BigInt(-shift);
    const magnitude = digits < 0n ? -digits : digits;
    value = (magnitude + unit / 2n) / unit;
    if (digits < 0n) value = -value;
  }
  const limit = 10n ** BigInt(precision);
  return value > -limit && value < limit ? inRange(value, bits) : outOfRange;
}
