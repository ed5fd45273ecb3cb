/**
 * Unicode's simple case mappings (one code point to one) and the letters and digits, as tables of ranges.
 * Taken from the host's Unicode data, once, when a module first needs them.
 */

export type CaseDirection = 'upper' | 'lower';

/** Every second (`step` 2) or every (`step` 1) code point from `first` to `last` maps to itself + `delta`. */
interface CaseRange {
  readonly first: number;
  last: number;
  readonly delta: number;
  step: number;
}

export const caseEntryBytes = 16;
export const wordEntryBytes = 8;

/** No letter above this has case. */
const casedEnd = 0x1_f000;
/** No letter or digit from here on. */
const wordEnd = 0x4_0000;
const sharpS = 0xdf;

const known = new Map<string, Uint8Array>();

/** Entries of four u32 (first, last, delta, step − 1), in order. */
export function caseTable(direction: CaseDirection): Uint8Array {
  return remember(direction, () => {
    const ranges = caseRanges(direction);
    return bytesOf(ranges.flatMap(({ first, last, delta, step }) => [first, last, delta, step - 1]));
  });
}

/** Entries of two u32 (first, last), in order: the code points that are part of a word. */
export function wordTable(): Uint8Array {
  return remember('word', () => {
    const ranges: number[] = [];
    let first = -1;
    for (let codePoint = 0; codePoint <= wordEnd; codePoint++) {
      const isPart = codePoint < wordEnd && /[\p{Alphabetic}\p{Nd}]/u.test(String.fromCodePoint(codePoint));
      if (isPart && first < 0) first = codePoint;
      if (!isPart && first >= 0) {
        ranges.push(first, codePoint - 1);
        first = -1;
      }
    }
    return bytesOf(ranges);
  });
}

function remember(name: string, build: () => Uint8Array): Uint8Array {
  const table = known.get(name) ?? build();
  known.set(name, table);
  return table;
}

function bytesOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words).buffer);
}

function caseRanges(direction: CaseDirection): readonly CaseRange[] {
  const mapping = direction === 'lower' ? lowerMapping() : upperMapping();
  const ranges: CaseRange[] = [];
  for (const [from, to] of [...mapping].sort(([a], [b]) => a - b)) {
    const current = ranges.at(-1);
    const gap = current && current.delta === to - from ? from - current.last : 0;
    const fits = current && (gap === current.step || (gap === 2 && current.first === current.last));
    if (current && fits) {
      current.step = gap;
      current.last = from;
    } else {
      ranges.push({ first: from, last: from, delta: to - from, step: 1 });
    }
  }
  return ranges;
}

/** The host lowers only U+0130 to several code points; its simple mapping is the first of them. */
function lowerMapping(): Map<number, number> {
  const mapping = new Map<number, number>();
  for (let codePoint = 0; codePoint < casedEnd; codePoint++) {
    const lower = String.fromCodePoint(codePoint).toLowerCase().codePointAt(0) ?? codePoint;
    if (lower !== codePoint) mapping.set(codePoint, lower);
  }
  return mapping;
}

/**
 * Where the host raises to several code points, the simple mapping is what lowers back to this one, if any.
 */
function upperMapping(): Map<number, number> {
  const raised = new Map([...lowerMapping()].reverse().map(([upper, lower]) => [lower, upper]));
  const mapping = new Map<number, number>();
  for (let codePoint = 0; codePoint < casedEnd; codePoint++) {
    const [upper = '', ...more] = String.fromCodePoint(codePoint).toUpperCase();
    const simple = more.length === 0 ? upper.codePointAt(0) : raised.get(codePoint);
    if (simple !== undefined && simple !== codePoint && codePoint !== sharpS) mapping.set(codePoint, simple);
  }
  return mapping;
}
