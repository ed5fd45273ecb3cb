/**
 * The escapes of `E'..'` strings, as in PostgreSQL: \b \f \n \r \t, \o \oo \ooo and \xh \xhh (bytes of
 * UTF-8), \uXXXX and \UXXXXXXXX (code points or surrogate halves); any other escaped character is itself.
 */
import { decodeUtf8Strict } from '../../base/bytes.ts';

export interface DecodedText {
  readonly value: string;
  /** The first escape that means nothing; offsets are those of the raw text. */
  readonly problem?: { readonly message: string; readonly start: number; readonly end: number };
}

/** `raw` is what stands between the quotes. */
export function decodeEscapes(raw: string): DecodedText {
  let value = '';
  let from = 0;
  for (const match of raw.matchAll(escapes)) {
    value += raw.slice(from, match.index);
    from = match.index + match[0].length;
    const decoded = decodeOne(match[0]);
    if (decoded === undefined) {
      return { value, problem: { message: problemOf(match[0]), start: match.index, end: from } };
    }
    value += decoded;
  }
  return { value: value + raw.slice(from) };
}

/** A run of byte escapes is one match, because several bytes make one character. */
const escapes = /''|(?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3})+|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[\s\S]/g;

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function decodeOne(sequence: string): string | undefined {
  if (sequence === "''") return "'";
  const letter = sequence.charAt(1);
  if (letter === 'u' || letter === 'U') {
    const codePoint = Number.parseInt(sequence.slice(2), 16);
    return sequence.length > 2 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
  }
  if (/^[0-7]|^x[0-9a-fA-F]/.test(sequence.slice(1))) return decodeBytes(sequence);
  return simpleEscapes.get(letter) ?? sequence.slice(1);
}

function decodeBytes(run: string): string | undefined {
  const bytes = Array.from(run.matchAll(/\\(?:x([0-9a-fA-F]+)|([0-7]+))/g), ([, hex, octal]) =>
    hex === undefined ? Number.parseInt(octal ?? '', 8) & 0xff : Number.parseInt(hex, 16),
  );
  return decodeUtf8Strict(Uint8Array.from(bytes));
}

function problemOf(sequence: string): string {
  const unicode = /^\\[uU]/.test(sequence);
  if (!unicode) return `the bytes ${sequence} are not UTF-8`;
  return `invalid Unicode escape: it is written \\uXXXX or \\UXXXXXXXX, up to \\U0010FFFF`;
}
