/**
 * The shape that records are speculated to have: their keys in order, with the exact text between the values,
 * and a hint of what each value is. Plain data, learnt from some records of the input. A wrong shape costs
 * time, never an answer, so nothing here has to be certain.
 */
import { type RecordWalk, type ValueKind, walkRecord } from './walk-record.ts';

export interface ShapeKey {
  readonly name: string;
  /** The exact text from the end of the value before (or the record's start) to this value. */
  readonly before: string;
  /** What most likely comes; `null` where nothing else was seen. */
  readonly kind: ValueKind;
  readonly hasNulls: boolean;
  readonly hasNegatives: boolean;
}

export interface RecordShape {
  readonly keys: readonly ShapeKey[];
  /** The exact text from the end of the last value through the line feed. */
  readonly after: string;
}

const sampleRecordsMax = 64;
/** Keys beyond this many are read by look-up, so that no input makes the generated code huge. */
const shapeKeysMax = 256;

/**
 * Learns a shape from the first records in `bytes`, which begin at a record's start. The order is that of the
 * record with the most keys; the hints come from all that were looked at. Undefined where no record can be
 * read.
 */
export function learnShape(bytes: Uint8Array): RecordShape | undefined {
  let base: RecordWalk | undefined;
  const hints = new Map<string, KeyHints>();
  for (const line of firstLines(bytes)) {
    const walk = walkRecord(line);
    if (walk === undefined) continue;
    if (base === undefined || walk.keys.length > base.keys.length) base = walk;
    for (const key of walk.keys) addHint(hints, key.name, key.kind, key.text);
  }
  if (base === undefined || base.keys.length === 0) return undefined;
  return shapeOf(base, hints);
}

interface KeyHints {
  kind: ValueKind;
  hasNulls: boolean;
  hasNegatives: boolean;
}

function addHint(hints: Map<string, KeyHints>, name: string, kind: ValueKind, text: string): void {
  let hint = hints.get(name);
  if (hint === undefined) {
    hint = { kind, hasNulls: false, hasNegatives: false };
    hints.set(name, hint);
  }
  if (hint.kind === 'null') hint.kind = kind;
  if (kind === 'null') hint.hasNulls = true;
  if (kind === 'number' && text.startsWith('-')) hint.hasNegatives = true;
}

function shapeOf(base: RecordWalk, hints: ReadonlyMap<string, KeyHints>): RecordShape {
  const keys: ShapeKey[] = [];
  const names = new Set<string>();
  for (const { name, before } of base.keys) {
    // What follows a repeated key is predicted as if the key were absent, and looked up.
    if (names.has(name) || keys.length === shapeKeysMax) continue;
    names.add(name);
    keys.push({ name, before, ...hints.get(name)! });
  }
  return { keys, after: `${base.after}\n` };
}

/** The complete lines at the start of `bytes`; its last line also where no line feed ends it. */
function firstLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length && lines.length < sampleRecordsMax) {
    const lineFeed = bytes.indexOf(0x0a, start);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
