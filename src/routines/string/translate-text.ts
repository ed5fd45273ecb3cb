/**
 * Code points exchanged one by one: one that stands in `from` becomes the one at the same place of `to`, or
 * nothing where `to` is shorter.
 */
import { call, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { indexOfCodePoint } from './code-point-set.ts';
import { advanceCodePoints, codePointBytes, decodeCodePoint } from './code-points.ts';

const params = {
  at: 'i32',
  end: 'i32',
  from: 'i32',
  fromEnd: 'i32',
  to: 'i32',
  toEnd: 'i32',
  out: 'i32',
} as const;

/** `translate_text(at, end, from, fromEnd, to, toEnd, out) -> bytes`; with `out` 0 nothing is written. */
export function translateText(module: ModuleBuilder): FunctionSlot {
  return module.routine('translate_text', () => {
    const [read, indexOf] = [decodeCodePoint(module), indexOfCodePoint(module)];
    const advance = advanceCodePoints(module);
    return module.function(
      'translate_text',
      params,
      'i32',
      (f, { at, end, from, fromEnd, to, toEnd, out }) => {
        const written = f.local('i32', 'written');
        const index = f.local('i32', 'index');
        const source = f.local('i32', 'source');
        const lead = f.local('i32', 'lead');
        const size = f.local('i32', 'size');
        f.while(
          'code_points',
          () => i32.lt_u(at, end),
          () => {
            f.set(index, call(indexOf, call(read, at), from, fromEnd) as Expr<'i32'>);
            f.set(source, at);
            f.set(lead, i32.load8_u(at));
            f.set(size, codePointBytes(lead));
            f.set(at, i32.add(at, size));
            f.if(i32.ge_s(index, 0), () => {
              f.set(source, call(advance, to, toEnd, index) as Expr<'i32'>);
              f.set(size, 0);
              f.if(i32.lt_u(source, toEnd), () => {
                f.set(lead, i32.load8_u(source));
                f.set(size, codePointBytes(lead));
              });
            });
            f.if(out, () => f.memoryCopy(i32.add(out, written), source, size));
            f.set(written, i32.add(written, size));
          },
        );
        f.return(written);
      },
    );
  });
}
