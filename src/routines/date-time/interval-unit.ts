/** The units of an interval's text, as PostgreSQL spells them, and the routine that finds one. */
import type { FunctionBuilder, Global, Local } from '../../wasm/function-builder.ts';
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

/** Which part of an interval a unit counts in. */
export const intervalParts = { months: 0, days: 1, micros: 2 } as const;

interface IntervalUnit {
  readonly names: readonly string[];
  readonly part: keyof typeof intervalParts;
  readonly factor: bigint;
}

const units: readonly IntervalUnit[] = [
  unit('us usec usecs usecond useconds microsecond microseconds', 'micros', 1n),
  unit('ms msec msecs millisecond milliseconds', 'micros', 1000n),
  unit('s sec secs second seconds', 'micros', 1_000_000n),
  unit('m min mins minute minutes', 'micros', 60_000_000n),
  unit('h hr hrs hour hours', 'micros', 3_600_000_000n),
  unit('d day days', 'days', 1n),
  unit('w week weeks', 'days', 7n),
  unit('mon mons month months', 'months', 1n),
  unit('y yr yrs year years', 'months', 12n),
  unit('dec decs decade decades', 'months', 120n),
  unit('c cent century centuries', 'months', 1200n),
  unit('mil mils millennium millennia', 'months', 12_000n),
];

function unit(names: string, part: IntervalUnit['part'], factor: bigint): IntervalUnit {
  return { names: names.split(' '), part, factor };
}

/** A routine `(at, end, iso) -> 1 or 0`, and what it leaves. */
export interface UnitParser {
  readonly routine: FunctionSlot;
  readonly part: Global<'i32'>;
  readonly factor: Global<'i64'>;
  readonly next: Global<'i32'>;
}

const parserOf = new WeakMap<ModuleBuilder, UnitParser>();

/**
 * `iso` is 1 in the date part of an ISO 8601 interval, where `M` is a month, and 2 in its time part; units
 * are then single letters.
 */
export function parseIntervalUnit(module: ModuleBuilder): UnitParser {
  const known = parserOf.get(module);
  if (known) return known;
  const part = module.global('i32', 'unit_part', 0);
  const factor = module.global('i64', 'unit_factor', 0n);
  const next = module.global('i32', 'unit_next', 0);
  const params = { at: 'i32', end: 'i32', iso: 'i32' } as const;
  const routine = module.function('parse_interval_unit', params, 'i32', (f, { at, end, iso }) => {
    const found = (unitPart: number, unitFactor: bigint): void => {
      f.setGlobal(part, unitPart);
      f.setGlobal(factor, unitFactor);
      f.setGlobal(next, at);
      f.return(i32.const(1));
    };
    const { word, count } = takeLetters(f, { at, end, iso });
    f.if(i32.and(i32.eq(iso, 1), i64.eq(word, BigInt('m'.charCodeAt(0)))), () =>
      found(intervalParts.months, 1n),
    );
    for (const { names, part: unitPart, factor: unitFactor } of units) {
      for (const name of names) {
        f.if(i32.and(i64.eq(word, firstLetters(name)), i32.eq(count, name.length)), () => {
          found(intervalParts[unitPart], unitFactor);
        });
      }
    }
    f.return(i32.const(0));
  });
  const parser = { routine, part, factor, next };
  parserOf.set(module, parser);
  return parser;
}

interface LetterRun {
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
  readonly iso: Expr<'i32'>;
}

interface Letters {
  readonly word: Local<'i64'>;
  readonly count: Local<'i32'>;
}

/** Emits: passes the letters; yields the first eight in small print, and how many there were. */
function takeLetters(f: FunctionBuilder, { at, end, iso }: LetterRun): Letters {
  const word = f.local('i64', 'word');
  const count = f.local('i32', 'letter_count');
  const letter = f.local('i32', 'letter');
  f.while(
    'letters',
    () => i32.lt_u(at, end),
    (leave) => {
      f.set(letter, i32.or(i32.load8_u(at), 0x20));
      f.branchIf(leave, i32.gt_u(i32.sub(letter, 0x61), 25));
      f.if(i32.lt_u(count, 8), () => {
        const shifted = i64.shl(i64.extend_i32_u(letter), i64.extend_i32_u(i32.shl(count, 3)));
        f.set(word, i64.or(word, shifted));
      });
      f.set(count, i32.add(count, 1));
      f.set(at, i32.add(at, 1));
      f.branchIf(leave, iso);
    },
  );
  return { word, count };
}

function firstLetters(name: string): bigint {
  return [...name.slice(0, 8)].reduceRight((word, letter) => (word << 8n) | BigInt(letter.charCodeAt(0)), 0n);
}
