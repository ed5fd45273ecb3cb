/** The fields of a text between delimiters: where the n-th starts, and where one ends. */
import { call, i32, select } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { findBytes } from './find-bytes.ts';

/**
 * `nth_field(at, end, delimiter, delimiterBytes, position) -> address` of the field, from 1; 0 where there is
 * none.
 */
export function nthField(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', end: 'i32', delimiter: 'i32', delimiterBytes: 'i32', position: 'i32' } as const;
  return module.routine('nth_field', () => {
    const find = findBytes(module);
    return module.function(
      'nth_field',
      params,
      'i32',
      (f, { at, end, delimiter, delimiterBytes, position }) => {
        f.if(i32.le_s(position, 0), () => f.return(i32.const(0)));
        const place = f.local('i32', 'place');
        f.while(
          'fields',
          () => i32.gt_s(position, 1),
          () => {
            f.set(place, call(find, at, end, delimiter, delimiterBytes) as Expr<'i32'>);
            f.if(i32.eqz(place), () => f.return(i32.const(0)));
            f.set(at, i32.add(place, delimiterBytes));
            f.set(position, i32.sub(position, 1));
          },
        );
        f.return(at);
      },
    );
  });
}

/** `field_end(at, end, delimiter, delimiterBytes) -> address` of the next delimiter, or the end. */
export function fieldEnd(module: ModuleBuilder): FunctionSlot {
  const params = { at: 'i32', end: 'i32', delimiter: 'i32', delimiterBytes: 'i32' } as const;
  return module.routine('field_end', () => {
    const find = findBytes(module);
    return module.function('field_end', params, 'i32', (f, { at, end, delimiter, delimiterBytes }) => {
      const found = f.let('i32', 'found', call(find, at, end, delimiter, delimiterBytes) as Expr<'i32'>);
      f.return(select('i32', found, found, end));
    });
  });
}
