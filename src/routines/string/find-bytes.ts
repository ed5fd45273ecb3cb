/**
 * Where a run of bytes stands in another. In UTF-8 a code point's bytes never occur inside another's, so this
 * finds strings too. 16 places at a time are tried by their first and last byte. Source of the idea: Wojciech
 * Muła, "SIMD-friendly algorithms for substring searching".
 */
import { call, i8x16, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { equalBytes } from '../bytes.ts';

/**
 * `find_bytes(at, end, part, partBytes) -> address` of the first place, or 0; a part has at least one byte.
 */
export function findBytes(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', end: 'i32', part: 'i32', partBytes: 'i32' } as const;
  return module.routine('find_bytes', () => {
    const equal = equalBytes(module);
    return module.function('find_bytes', params, 'i32', (f, { at, end, part, partBytes }) => {
      f.if(i32.lt_u(i32.sub(end, at), partBytes), () => f.return(i32.const(0)));
      const lastPlace = f.let('i32', 'last_place', i32.sub(end, partBytes));
      const first = f.let('i32', 'first', i32.load8_u(part));
      const span = f.let('i32', 'span', i32.sub(partBytes, 1));
      const last = f.let('i32', 'last', i32.load8_u(i32.add(part, span)));
      const isHere = (place: Expr<'i32'>): Expr<'i32'> => call(equal, place, part, partBytes) as Expr<'i32'>;
      const mask = f.local('i32', 'mask');
      const place = f.local('i32', 'place');
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
              f.set(place, i32.add(at, i32.ctz(mask)));
              f.if(isHere(place), () => f.return(place));
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
          f.if(i32.eq(i32.load8_u(at), first), () => f.if(isHere(at), () => f.return(at)));
          f.set(at, i32.add(at, 1));
        },
      );
      f.return(i32.const(0));
    });
  });
}

/** `count_occurrences(at, end, part, partBytes) -> count` of places that do not overlap. */
export function countOccurrences(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', end: 'i32', part: 'i32', partBytes: 'i32' } as const;
  return module.routine('count_occurrences', () => {
    const find = findBytes(module);
    return module.function('count_occurrences', params, 'i32', (f, { at, end, part, partBytes }) => {
      const count = f.local('i32', 'count');
      const place = f.local('i32', 'place');
      f.while(
        'places',
        () => f.tee(place, call(find, at, end, part, partBytes) as Expr<'i32'>),
        () => {
          f.set(count, i32.add(count, 1));
          f.set(at, i32.add(place, partBytes));
        },
      );
      f.return(count);
    });
  });
}
