/**
 * Wall clock and instant in the session's time zone, inside a kernel. UTC costs nothing. A wall clock time
 * that a change to summer time skips is read with the offset before it, one that occurs twice with the offset
 * after the change, as in PostgreSQL: both mean that a local time belongs to the offset after a change from
 * change + offset on.
 */
import { lastAtOrBefore } from '../../routines/search.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { isUtc, transitionsOf } from './transitions.ts';

const entryBytes = 24;
const microsPerSecond = 1_000_000;

/** What a conversion needs of the expression's context. */
interface ZoneContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
}

/** Emits: the wall clock that `timeZone` shows at an instant, both in microseconds. */
export function instantToLocal(context: ZoneContext, timeZone: string, micros: Expr<'i64'>): Expr<'i64'> {
  if (isUtc(timeZone)) return micros;
  return i64.add(micros, offsetMicros(context, timeZone, micros, 'instant'));
}

/** Emits: the instant at which `timeZone` shows a wall clock time. */
export function localToInstant(context: ZoneContext, timeZone: string, micros: Expr<'i64'>): Expr<'i64'> {
  if (isUtc(timeZone)) return micros;
  return i64.sub(micros, offsetMicros(context, timeZone, micros, 'local'));
}

/** Emits: the offset that holds at an instant, in seconds. */
export function offsetSecondsAt(context: ZoneContext, timeZone: string, micros: Expr<'i64'>): Expr<'i32'> {
  if (isUtc(timeZone)) return i32.const(0);
  const offset = offsetMicros(context, timeZone, micros, 'instant');
  return i32.wrap_i64(i64.div_s(offset, BigInt(microsPerSecond)));
}

function offsetMicros(
  { module, f }: ZoneContext,
  timeZone: string,
  micros: Expr<'i64'>,
  clock: 'instant' | 'local',
): Expr<'i64'> {
  const transitions = transitionsOf(timeZone);
  const table = module.table(`time_zone_${timeZone}`, () => {
    const words = transitions.flatMap(({ utcSeconds, offsetSeconds }) =>
      [utcSeconds, utcSeconds + offsetSeconds, offsetSeconds].map((s) => BigInt(s) * BigInt(microsPerSecond)),
    );
    return new Uint8Array(BigInt64Array.from(words).buffer);
  });
  const key = clock === 'instant' ? 0 : 8;
  return f.let(
    'i64',
    'offset',
    call(findOffset(module), micros, table + key, transitions.length) as Expr<'i64'>,
  );
}

/**
 * `find_offset(micros, keys, count) -> offset` of the last entry whose key is at or before, or of the first
 * entry.
 */
function findOffset(module: ModuleBuilder): FunctionSlot {
  const params = { micros: 'i64', keys: 'i32', count: 'i32' } as const;
  return module.routine('find_offset', () =>
    module.function('find_offset', params, 'i64', (f, { micros, keys, count }) => {
      const found = lastAtOrBefore(f, count, (index) =>
        i64.le_s(i64.load(i32.add(keys, i32.mul(index, entryBytes))), micros),
      );
      // The offset is the entry's third word, from wherever its key lies.
      const entry = i32.mul(found, entryBytes);
      const start = i32.and(keys, -16);
      f.return(i64.load(i32.add(start, entry), 16));
    }),
  );
}
