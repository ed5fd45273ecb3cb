/**
 * Garbage collected now: for memory that would else stay for as long as nothing is allocated. Memories of
 * WebAssembly are large and cost JavaScript's heap almost nothing, so that nothing else makes V8 look for
 * them.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Blocks the thread for milliseconds. What the caller's own frames hold stays. */
export function collectGarbage(): void {
  collect ??= exposeCollector();
  collect();
}

/** Contexts that are made while the flag is set have the function; others are not affected. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const found = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return found;
}
