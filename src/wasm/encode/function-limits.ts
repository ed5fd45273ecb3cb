/**
 * The sizes of functions that every engine accepts (WebAssembly JavaScript API, "Implementation-defined
 * Limits"), checked here so that going beyond them is an error with a name and not an engine's text.
 */
import { VelostreamError } from '../../base/error.ts';

const localsMax = 50_000;
const bodyBytesMax = 7_654_321;

export function checkFunctionSize(name: string, localCount: number, bodyBytes: number): void {
  if (localCount > localsMax) throw tooLarge(name, localCount, localsMax, 'local variables');
  if (bodyBytes > bodyBytesMax) throw tooLarge(name, bodyBytes, bodyBytesMax, 'bytes of code');
}

function tooLarge(name: string, given: number, max: number, what: string): VelostreamError {
  return new VelostreamError('the statement is too large to be compiled', {
    code: 'resource_limit',
    detail: `Its function ${name} needs ${given} ${what}, and ${max} are possible.`,
    hint: 'Split it into smaller statements, or compute a part of it in another one.',
  });
}
