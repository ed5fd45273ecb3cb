/** Every place of a run of bytes replaced by another, into room that the caller has made. */
import { call, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { findBytes } from './find-bytes.ts';

const params = {
  at: 'i32',
  end: 'i32',
  part: 'i32',
  partBytes: 'i32',
  other: 'i32',
  otherBytes: 'i32',
  out: 'i32',
} as const;

/**
 * `replace_bytes(at, end, part, partBytes, other, otherBytes, out)`: places from left to right, not
 * overlapping.
 */
export function replaceBytes(module: ModuleBuilder): FunctionSlot {
  return module.routine('replace_bytes', () => {
    const find = findBytes(module);
    return module.function(
      'replace_bytes',
      params,
      undefined,
      (f, { at, end, part, partBytes, other, otherBytes, out }) => {
        const place = f.local('i32', 'place');
        const before = f.local('i32', 'before');
        f.while(
          'places',
          () => f.tee(place, call(find, at, end, part, partBytes) as Expr<'i32'>),
          () => {
            f.set(before, i32.sub(place, at));
            f.memoryCopy(out, at, before);
            f.set(out, i32.add(out, before));
            f.memoryCopy(out, other, otherBytes);
            f.set(out, i32.add(out, otherBytes));
            f.set(at, i32.add(place, partBytes));
          },
        );
        f.memoryCopy(out, at, i32.sub(end, at));
      },
    );
  });
}
