/**
 * The schema of JSON lines from their first records: every field that appears, with the type that holds its
 * values.
 */
import { decodeUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import type { Schema } from '../../columns/schema.ts';
import { booleanType, type SqlType, varcharType } from '../../columns/sql-type.ts';
import { typeOfNumber, typeOfString, unionType } from '../inferred-type.ts';

/** Records that are looked at. */
const recordsMax = 2000;

/** A record that cannot be read says nothing about the schema; the job finds it again. */
export function inferJsonSchema(sample: Uint8Array, relation: string): Schema {
  const types = new Map<string, SqlType | undefined>();
  let records = 0;
  for (const line of decodeUtf8(sample)
    .replace(/^\ufeff/, '')
    .split('\n', recordsMax)) {
    const record = parseRecord(line);
    if (record === undefined) continue;
    records++;
    for (const [name, value] of Object.entries(record)) {
      types.set(name, unionType(types.get(name), typeOfValue(value)));
    }
  }
  if (types.size > 0) {
    return [...types].map(([name, type]) => ({ name, type: type ?? varcharType, nullable: true }));
  }
  throw notJsonLines(sample, relation, records);
}

/** A number as it was written, which tells integers from others. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

interface ReviverContext {
  readonly source?: string;
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*\{/.test(line)) return undefined;
  try {
    return JSON.parse(line, (_key, value: unknown, context?: ReviverContext) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value,
    ) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function typeOfValue(value: unknown): SqlType | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return booleanType;
  if (value instanceof NumberText) return typeOfNumber(value.text);
  return typeof value === 'string' ? typeOfString(value) : varcharType;
}

function notJsonLines(sample: Uint8Array, relation: string, records: number): VelostreamError {
  const start = decodeUtf8(sample.subarray(0, 200)).trimStart();
  const isArray = start.startsWith('[');
  const nothing = sample.length === 0 ? 'There is no record yet.' : 'No line of it is a JSON object.';
  return new VelostreamError(`the columns of "${relation}" cannot be found in its data`, {
    code: 'source_format',
    detail: isArray
      ? 'It is a JSON array; what can be read is JSON lines, one object a line.'
      : records > 0
        ? 'Its records have no fields.'
        : nothing,
    hint: "Declare them: CREATE STREAM name (column TYPE, ...), or name the format: format = 'csv'.",
  });
}
