/** Text with its code points in reverse order. */
import { i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { codePointBytes } from './code-points.ts';

/** `reverse_text(at, end, out)`: as many bytes to `out`. */
export function reverseText(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', end: 'i32', out: 'i32' } as const;
  return module.routine('reverse_text', () =>
    module.function('reverse_text', params, undefined, (f, { at, end, out }) => {
      const to = f.let('i32', 'to', i32.add(out, i32.sub(end, at)));
      const size = f.local('i32', 'size');
      const lead = f.local('i32', 'lead');
      f.while(
        'code_points',
        () => i32.lt_u(at, end),
        () => {
          f.set(lead, i32.load8_u(at));
          f.set(size, codePointBytes(lead));
          f.set(to, i32.sub(to, size));
          f.memoryCopy(to, at, size);
          f.set(at, i32.add(at, size));
        },
      );
    }),
  );
}
