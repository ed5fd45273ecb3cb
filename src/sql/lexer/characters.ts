/**
 * Classes of characters, by UTF-16 code unit. Letters beyond ASCII are parts of identifiers, as in
 * PostgreSQL, except the blanks and quotation marks that word processors put in.
 */

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export const isIdentifierStart = (code: number): boolean =>
  code < 128 ? asciiStart[code] === 1 : !isBlank(code) && !isTypographicQuote(code);

export const isIdentifierPart = (code: number): boolean =>
  code < 128 ? asciiPart[code] === 1 : !isBlank(code) && !isTypographicQuote(code);

/** Blank, tab, line ends, and the invisible characters of Unicode that separate nothing else. */
export function isBlank(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  if (code === 0xa0 || code === 0x85 || code === 0x1680 || code === 0x3000 || code === 0xfeff) return true;
  if (code >= 0x2000 && code <= 0x200b) return true;
  return code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x2060;
}

export const isLineEnd = (code: number): boolean => code === 10 || code === 13;

/** The curly quotes and the guillemets. */
export const isTypographicQuote = (code: number): boolean =>
  (code >= 0x2018 && code <= 0x201f) || code === 0xab || code === 0xbb || code === 0xb4;

const asciiStart = new Uint8Array(128);
const asciiPart = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const letter = /[A-Za-z_]/.test(String.fromCharCode(code));
  asciiStart[code] = letter ? 1 : 0;
  asciiPart[code] = letter || isDigit(code) || code === 36 ? 1 : 0;
}
