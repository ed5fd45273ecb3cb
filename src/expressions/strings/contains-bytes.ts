/**
 * Whether a run of bytes occurs in another: 16 places at a time are tried by their first and last byte, and
 * those that pass are compared. Source of the idea: Wojciech Muła, "SIMD-friendly algorithms for substring
 * searching".
 */
import { equalBytes } from '../../routines/bytes.ts';
import { call, i8x16, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

const params = { text: 'i32', textBytes: 'i32', part: 'i32', partBytes: 'i32' } as const;

/** `contains_bytes(text, textBytes, part, partBytes) -> 1 or 0`, for a part of at least one byte. */
export function containsBytes(module: ModuleBuilder): FunctionSlot {
  return module.routine('contains_bytes', () => {
    const equal = equalBytes(module);
    return module.function('contains_bytes', params, 'i32', (f, { text, textBytes, part, partBytes }) => {
      f.if(i32.lt_u(textBytes, partBytes), () => f.return(i32.const(0)));
      const at = f.let('i32', 'at', text);
      const lastPlace = f.let('i32', 'last_place', i32.sub(i32.add(text, textBytes), partBytes));
      const first = f.let('i32', 'first', i32.load8_u(part));
      const span = f.let('i32', 'span', i32.sub(partBytes, 1));
      const last = f.let('i32', 'last', i32.load8_u(i32.add(part, span)));
      const isHere = (place: Expr<'i32'>): Expr<'i32'> => call(equal, place, part, partBytes) as Expr<'i32'>;
      const mask = f.local('i32', 'mask');
      f.while(
        'blocks',
        () => i32.le_u(i32.add(at, 15), lastPlace),
        () => {
          const firsts = i8x16.eq(v128.load(at), i8x16.splat(first));
          const lasts = i8x16.eq(v128.load(i32.add(at, span)), i8x16.splat(last));
          f.set(mask, i8x16.bitmask(v128.and(firsts, lasts)));
          f.while(
            'places',
            () => mask,
            () => {
              f.if(isHere(i32.add(at, i32.ctz(mask))), () => f.return(i32.const(1)));
              f.set(mask, i32.and(mask, i32.sub(mask, 1)));
            },
          );
          f.set(at, i32.add(at, 16));
        },
      );
      f.while(
        'rest',
        () => i32.le_u(at, lastPlace),
        () => {
          f.if(i32.eq(i32.load8_u(at), first), () => f.if(isHere(at), () => f.return(i32.const(1))));
          f.set(at, i32.add(at, 1));
        },
      );
      f.return(i32.const(0));
    });
  });
}
