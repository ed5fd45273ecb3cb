/** Text for a person on standard error: written at once, and never a reason to fail. */
import { writeSync } from 'node:fs';

export function sayError(text: string): void {
  writeAll(2, text);
}

/** Whoever does not listen any more, or not now, misses it. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } catch {
    // There is nobody left to tell.
  }
}
