/**
 * Garbage collected now: for memory that would else stay for as long as nothing is allocated. Memories of
 * WebAssembly are large and cost JavaScript's heap almost nothing, so that nothing else makes V8 look for
 * them.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | undefined;

/**
 * V8's collector, which blocks the thread for milliseconds; what its caller's frames hold stays. Undefined
 * where it could not be had.
 */
export function garbageCollector(): (() => void) | undefined {
  collector ??= exposeCollector();
  return collector;
}

/**
 * Contexts that are made while the flag is set have the function; others are not affected. The flag is the
 * process's: another thread may take it back in between.
 */
function exposeCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const found = runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  return found;
}
