/** Random JSON records as text: of one shape more or less, in any legal form, and then damaged. */
import type { Random } from '../../src/base/random.ts';

export type TemplateKind = 'integer' | 'number' | 'string' | 'boolean' | 'any';

export interface RecordTemplate {
  readonly keys: readonly { readonly name: string; readonly kind: TemplateKind }[];
  /** The blanks between tokens that records usually have. */
  readonly blanks: string;
  /** How often, of 100 times, a record does something unusual at a given place. */
  readonly oddness: number;
}

export const recordKeys: readonly string[] = [
  ...['a', 'b', 'id', 'price', 'trade_time', 'a_key_of_sixteen', 'a_key_of_more_than_sixteen_bytes'],
  ...['', 'ключ', 'quo"te', 'back\\slash', 'новый длинный ключ', 'tab\t', '8_bytes_'],
];

export function randomTemplate(random: Random): RecordTemplate {
  const names = shuffled(random, recordKeys).slice(0, random.int(1, 8));
  const kinds: TemplateKind[] = ['integer', 'number', 'string', 'boolean', 'any'];
  return {
    keys: names.map((name) => ({ name, kind: kinds[random.int(0, 4)]! })),
    blanks: random.int(0, 2) === 0 ? ' ' : '',
    oddness: [0, 2, 10, 40][random.int(0, 3)]!,
  };
}

export function randomRecord(random: Random, template: RecordTemplate): string {
  const isOdd = (): boolean => random.int(1, 100) <= template.oddness;
  const blank = (): string => (isOdd() ? randomBlanks(random) : '');
  let keys = template.keys.filter(() => !isOdd());
  if (isOdd()) keys = shuffled(random, keys);
  if (isOdd() && keys.length > 0) keys = [...keys, keys[random.int(0, keys.length - 1)]!];
  const members = keys.flatMap(({ name, kind }) => {
    const value = isOdd() ? randomValue(random, 3) : randomOfKind(random, kind);
    const key = isOdd() ? escapedString(random, name) : JSON.stringify(name);
    const member = `${blank()}${key}${blank()}:${template.blanks}${blank()}${value}${blank()}`;
    if (!isOdd()) return [member];
    const other = recordKeys[random.int(0, recordKeys.length - 1)]!;
    return [member, `${JSON.stringify(other)}:${randomValue(random, 3)}`];
  });
  return `${blank()}{${members.join(`,${template.blanks}`)}${blank()}}${blank()}`;
}

/** The bytes with one to three of them changed, lost, repeated or added. */
export function damage(random: Random, bytes: Uint8Array): Uint8Array {
  let damaged = [...bytes];
  for (let times = random.int(1, 3); times > 0; times--) {
    const at = random.int(0, damaged.length);
    const telling = [...'"\\{}[],:0123456789.-+eEtfnul \t\r\u0000'].map((c) => c.charCodeAt(0));
    const byte = random.int(0, 3) === 0 ? random.int(0, 255) : telling[random.int(0, telling.length - 1)]!;
    // A line feed would make two records of one.
    const safe = byte === 10 ? 13 : byte;
    switch (random.int(0, 5)) {
      case 0:
        damaged.splice(at, 1);
        break;
      case 1:
        damaged.splice(at, 0, safe);
        break;
      case 2:
        damaged = damaged.slice(0, at);
        break;
      case 3:
        damaged.splice(at, random.int(0, 20));
        break;
      case 4:
        damaged.splice(at, 0, ...damaged.slice(at, at + random.int(0, 20)));
        break;
      default:
        if (at < damaged.length) damaged[at] = safe;
    }
  }
  return Uint8Array.from(damaged);
}

export function randomOfKind(random: Random, kind: TemplateKind): string {
  switch (kind) {
    case 'integer':
      return random.int(0, 9) === 0 ? randomNumber(random) : String(random.int(0, 10 ** random.int(1, 9)));
    case 'number':
      return random.int(0, 3) === 0 ? randomNumber(random) : String(random.int(-99999, 999999) / 100);
    case 'string':
      return random.int(0, 4) === 0
        ? randomString(random)
        : JSON.stringify('abcdefghijklmnopqrst'.slice(random.int(0, 20)));
    case 'boolean':
      return random.int(0, 1) === 0 ? 'true' : 'false';
    default:
      return randomValue(random, 2);
  }
}

function randomValue(random: Random, depth: number): string {
  switch (random.int(0, depth > 0 ? 7 : 5)) {
    case 0:
      return 'null';
    case 1:
      return random.int(0, 1) === 0 ? 'true' : 'false';
    case 2:
    case 3:
      return randomNumber(random);
    case 4:
    case 5:
      return randomString(random);
    case 6: {
      const items = Array.from({ length: random.int(0, 4) }, () =>
        spaced(random, randomValue(random, depth - 1)),
      );
      return `[${items.length > 0 ? items.join(',') : randomBlanks(random)}]`;
    }
    default: {
      const items = Array.from({ length: random.int(0, 4) }, () => {
        return `${spaced(random, randomString(random))}:${spaced(random, randomValue(random, depth - 1))}`;
      });
      return `{${items.length > 0 ? items.join(',') : randomBlanks(random)}}`;
    }
  }
}

export function randomNumber(random: Random): string {
  const digits = (count: number): string => Array.from({ length: count }, () => random.int(0, 9)).join('');
  const sign = random.int(0, 2) === 0 ? '-' : '';
  const integer = random.int(0, 4) === 0 ? '0' : `${random.int(1, 9)}${digits(random.int(0, 20))}`;
  const fraction = random.int(0, 1) === 0 ? `.${digits(random.int(1, 20))}` : '';
  const exponent =
    random.int(0, 4) === 0 ? `${'eE'[random.int(0, 1)]}${['', '+', '-'][random.int(0, 2)]}` : '';
  const power = exponent === '' ? '' : digits(random.int(1, random.int(0, 9) === 0 ? 4 : 2));
  const zeros = random.int(0, 4) === 0 ? '0'.repeat(random.int(0, 6)) : '';
  const short = random.int(0, 2) === 0;
  return short
    ? `${sign}${integer.slice(0, 5)}${fraction.slice(0, 4).replace(/^\.$/, '')}`
    : `${sign}${integer}${fraction === '' ? '' : fraction + zeros}${exponent}${power}`;
}

export function randomString(random: Random): string {
  const alphabet = [
    'a',
    'Z',
    '0',
    ' ',
    '-',
    'é',
    '€',
    '漢',
    '😀',
    '"',
    '\\',
    '\n',
    '\u0001',
    '\u007f',
    '/',
    '\ud800',
    '\udc00',
  ];
  const plain = random.int(0, 2) > 0;
  const length = [0, 1, 14, 15, 16, 17, 31, 32, 33][random.int(0, 8)]! + random.int(0, 2);
  const text = Array.from({ length }, () => alphabet[random.int(0, plain ? 4 : alphabet.length - 1)]!).join(
    '',
  );
  return random.int(0, 3) === 0 ? escapedString(random, text) : JSON.stringify(text);
}

/** The string with some of its characters escaped that need not be. */
function escapedString(random: Random, text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/\\u[0-9a-f]{4}|\\.|[\ud800-\udbff][\udc00-\udfff]|./gs, (part) => {
      if (part.startsWith('\\') || random.int(0, 2) > 0) return part;
      return [...Array(part.length).keys()].map((i) => unicodeEscape(random, part.charCodeAt(i))).join('');
    });
  return `"${escaped}"`;
}

function unicodeEscape(random: Random, code: number): string {
  const hex = code.toString(16).padStart(4, '0');
  return `\\u${random.int(0, 1) === 0 ? hex : hex.toUpperCase()}`;
}

function spaced(random: Random, text: string): string {
  return random.int(0, 3) === 0 ? `${randomBlanks(random)}${text}${randomBlanks(random)}` : text;
}

function randomBlanks(random: Random): string {
  return Array.from({ length: random.int(0, 3) }, () => [' ', '\t', '\r'][random.int(0, 2)]!).join('');
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
