/**
 * Takes one JSON record apart at its top level, on the host: its keys, and the exact text between the values.
 * Only used to learn shapes; whether the record is valid is left to JSON.parse.
 */
import { decodeUtf8Strict } from '../../../base/bytes.ts';

export type ValueKind = 'string' | 'number' | 'boolean' | 'null' | 'nested';

export interface WalkedKey {
  readonly name: string;
  /** The text from the end of the value before (or the record's start) to this value. */
  readonly before: string;
  readonly kind: ValueKind;
  /** The value as it stands. */
  readonly text: string;
}

export interface RecordWalk {
  readonly keys: readonly WalkedKey[];
  /** The text after the last value. */
  readonly after: string;
}

/**
 * The keys of a record in their order, repeated ones included; undefined where it is no valid JSON object.
 */
export function walkRecord(line: Uint8Array): RecordWalk | undefined {
  const text = objectText(line);
  if (text === undefined) return undefined;
  const keys: WalkedKey[] = [];
  let end = 0;
  let at = pastBlanks(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const keyEnd = pastString(text, at);
    const name = JSON.parse(text.slice(at, keyEnd)) as string;
    const valueStart = pastBlanks(text, pastBlanks(text, keyEnd) + 1);
    const valueEnd = pastValue(text, valueStart);
    keys.push({
      name,
      before: text.slice(end, valueStart),
      kind: kindOf(text[valueStart]!),
      text: text.slice(valueStart, valueEnd),
    });
    end = valueEnd;
    at = pastBlanks(text, valueEnd);
    if (text[at] === ',') at = pastBlanks(text, at + 1);
  }
  return { keys, after: text.slice(end) };
}

function objectText(line: Uint8Array): string | undefined {
  const text = decodeUtf8Strict(line);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : undefined;
  } catch {
    return undefined;
  }
}

function kindOf(first: string): ValueKind {
  switch (first) {
    case '"':
      return 'string';
    case '{':
    case '[':
      return 'nested';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}

function pastBlanks(text: string, at: number): number {
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r') at++;
  return at;
}

/** The end of the string whose opening quote is at `at`. */
function pastString(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function pastValue(text: string, at: number): number {
  let depth = 0;
  do {
    const c = text[at]!;
    if (c === '"') at = pastString(text, at);
    else if (c === '{' || c === '[') {
      depth++;
      at++;
    } else if (c === '}' || c === ']') {
      depth--;
      at++;
    } else if (depth > 0 && (c === ',' || c === ':')) at++;
    else {
      while (at < text.length && !',}] \t\r"'.includes(text[at]!)) at++;
      while (depth > 0 && (text[at] === ' ' || text[at] === '\t' || text[at] === '\r')) at++;
    }
  } while (depth > 0);
  return at;
}
