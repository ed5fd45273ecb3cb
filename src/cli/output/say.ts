/** Text for a person on standard error: written at once, and never a reason to fail. */
import { writeSync } from 'node:fs';

const standardError = 2;

/** Whoever does not listen any more, or not now, misses it. */
export function sayError(text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(standardError, bytes, at);
  } catch {
    // There is nobody left to tell.
  }
}
