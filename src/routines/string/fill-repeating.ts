/** A run of bytes written again and again, the last time perhaps in part. */
import { i32, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';

/** `fill_repeating(out, byteCount, part, partBytes)`; what is written is doubled until it fills the room. */
export function fillRepeating(module: ModuleBuilder): FunctionSlot {
  const params = { out: 'i32', byteCount: 'i32', part: 'i32', partBytes: 'i32' } as const;
  return module.routine('fill_repeating', () =>
    module.function('fill_repeating', params, undefined, (f, { out, byteCount, part, partBytes }) => {
      f.if(i32.eqz(partBytes), () => f.return());
      const done = f.let('i32', 'done', select('i32', i32.lt_u(byteCount, partBytes), byteCount, partBytes));
      f.memoryCopy(out, part, done);
      const left = f.local('i32', 'left');
      f.while(
        'double',
        () => i32.lt_u(done, byteCount),
        () => {
          f.set(left, i32.sub(byteCount, done));
          f.set(left, select('i32', i32.lt_u(left, done), left, done));
          f.memoryCopy(i32.add(out, done), out, left);
          f.set(done, i32.add(done, left));
        },
      );
    }),
  );
}
