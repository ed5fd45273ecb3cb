/**
 * The functions of the host that a module may import, by name. Pure arithmetic that WebAssembly has no
 * instruction for, and the way out for a kernel that cannot go on. Every instantiation gets all of them.
 */

/** Thrown through a kernel that gave up; `code` is the index of the reason in the emitter's own list. */
export class KernelFailure extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`a kernel gave up with code ${code}`);
    this.code = code;
  }
}

export const hostFunctions: Readonly<Record<string, (...args: number[]) => number | undefined>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  exp: Math.exp,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  cbrt: Math.cbrt,
  power: Math.pow,
  /** Ends the kernel: no answer can be given. */
  fail_kernel: (code) => {
    throw new KernelFailure(code ?? 0);
  },
};
