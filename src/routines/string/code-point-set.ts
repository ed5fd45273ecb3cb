/** A string taken as a set or list of code points: whether one is in it, where, and ends trimmed of them. */
import { call, i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { codePointBytes, decodeCodePoint, startsCodePoint } from './code-points.ts';

/** `index_of_code_point(codePoint, set, setEnd) -> index` of its first place in code points, or -1. */
export function indexOfCodePoint(module: ModuleBuilder): FunctionSlot {
  const params = { codePoint: 'i32', set: 'i32', setEnd: 'i32' } as const;
  return module.routine('index_of_code_point', () => {
    const read = decodeCodePoint(module);
    return module.function('index_of_code_point', params, 'i32', (f, { codePoint, set, setEnd }) => {
      const index = f.local('i32', 'index');
      const lead = f.local('i32', 'lead');
      f.while(
        'members',
        () => i32.lt_u(set, setEnd),
        () => {
          f.if(i32.eq(call(read, set) as Expr<'i32'>, codePoint), () => f.return(index));
          f.set(lead, i32.load8_u(set));
          f.set(set, i32.add(set, codePointBytes(lead)));
          f.set(index, i32.add(index, 1));
        },
      );
      f.return(i32.const(-1));
    });
  });
}

const trimParams = { at: 'i32', end: 'i32', set: 'i32', setEnd: 'i32' } as const;

/**
 * `trim_start(at, end, set, setEnd) -> address` of the first code point that is not in the set, or the end.
 */
export function trimStart(module: ModuleBuilder): FunctionSlot {
  return module.routine('trim_start', () => {
    const [read, indexOf] = [decodeCodePoint(module), indexOfCodePoint(module)];
    return module.function('trim_start', trimParams, 'i32', (f, { at, end, set, setEnd }) => {
      const lead = f.local('i32', 'lead');
      f.while(
        'code_points',
        () => i32.lt_u(at, end),
        (leave) => {
          const index = call(indexOf, call(read, at), set, setEnd) as Expr<'i32'>;
          f.branchIf(leave, i32.lt_s(index, 0));
          f.set(lead, i32.load8_u(at));
          f.set(at, i32.add(at, codePointBytes(lead)));
        },
      );
      f.return(at);
    });
  });
}

/** `trim_end(at, end, set, setEnd) -> address` behind the last code point that is not in the set. */
export function trimEnd(module: ModuleBuilder): FunctionSlot {
  return module.routine('trim_end', () => {
    const [read, indexOf] = [decodeCodePoint(module), indexOfCodePoint(module)];
    return module.function('trim_end', trimParams, 'i32', (f, { at, end, set, setEnd }) => {
      const last = f.local('i32', 'last');
      f.while(
        'code_points',
        () => i32.lt_u(at, end),
        (leave) => {
          f.set(last, i32.sub(end, 1));
          f.while(
            'continuation',
            () => i32.eqz(startsCodePoint(last)),
            () => f.set(last, i32.sub(last, 1)),
          );
          const index = call(indexOf, call(read, last), set, setEnd) as Expr<'i32'>;
          f.branchIf(leave, i32.lt_s(index, 0));
          f.set(end, last);
        },
      );
      f.return(end);
    });
  });
}
