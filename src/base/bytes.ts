/** Text to UTF-8 bytes and back. Knows nothing of where bytes lie. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** As much of the text's beginning as takes no more bytes. */
export function clipUtf8(text: string, byteCountMax: number): string {
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(byteCountMax)).read);
}

/** What is not UTF-8 becomes U+FFFD; for text that a person will read. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(unshared(bytes));
}

/** The text, or undefined where the bytes are not UTF-8. */
export function decodeUtf8Strict(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(unshared(bytes));
  } catch {
    return undefined;
  }
}

/** A decoder refuses shared memory, which might change under it; such bytes are copied first. */
function unshared(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? bytes.slice() : bytes;
}
