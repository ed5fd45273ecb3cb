/**
 * Values that are words or nested, on the fast path: `true`, `false`, and whatever is checked and skipped
 * whole.
 */
import { call, i32 } from '../../../wasm/instructions.ts';
import type { Expr } from '../../../wasm/types.ts';
import { leaveIf, readNullable, rowOffset, type StatePath } from './fast-path.ts';
import type { ValueForm } from './scan-plan.ts';
import { fourBytes, skipValue } from './tolerant/skip-value.ts';

const letterF = 0x66;

/** Emits: `true` or `false`, without a branch between them. */
export function readBoolean(path: StatePath, form: ValueForm): void {
  const { f, at, scratch } = path;
  const { column } = form;
  readNullable(path, form, () => {
    const isTrue = scratch.mask;
    f.set(isTrue, i32.eq(i32.load(at), fourBytes('true')));
    const endsAsFalse = i32.eq(i32.load(at, 1), fourBytes('alse'));
    const isFalse = i32.and(endsAsFalse, i32.eq(i32.load8_u(at), letterF));
    leaveIf(path, i32.eqz(i32.or(isTrue, isFalse)));
    if (column) f.do(i32.store8(rowOffset(path, column), isTrue, column.valuesAddress));
    f.set(at, i32.sub(i32.add(at, 5), isTrue));
  });
}

/** Emits: a value of any kind, checked and not read. */
export function skipNested(path: StatePath): void {
  const { module, f, globals, at, scratch } = path;
  f.set(scratch.size, call(skipValue(module, globals), at) as Expr<'i32'>);
  leaveIf(path, i32.eqz(scratch.size));
  f.set(at, scratch.size);
}

/** Emits: leaves every value to the tolerant path. */
export function readTolerantly(path: StatePath): void {
  leaveIf(path, i32.const(1));
}
