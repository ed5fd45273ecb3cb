/** How a file of lines is read by hand: chunks of 1 MiB, decoded, split, the rest of a line carried over. */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const chunkBytes = 1 << 20;

export function forEachLine(path: string, onLine: (line: string) => void): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const decoder = new StringDecoder('utf8');
  let carried = '';
  for (;;) {
    const byteCount = readSync(file, buffer, 0, chunkBytes, null);
    if (byteCount === 0) break;
    const lines = (carried + decoder.write(buffer.subarray(0, byteCount))).split('\n');
    carried = lines.pop()!;
    for (const line of lines) onLine(line);
  }
  closeSync(file);
  if (carried !== '') onLine(carried);
}
