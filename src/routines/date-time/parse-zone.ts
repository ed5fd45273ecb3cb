/** The text of a time zone by its offset: `Z`, `UTC`, `GMT`, `+02`, `-7`, `+05:30`, `-0330`, `+01:00:30`. */
import type { FunctionBuilder, Global, Local } from '../../wasm/function-builder.ts';
import { i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { parseStatus } from '../parse-result.ts';
import { ifNext, ifNextWord, refuseIf, type TextReader, takeNumber } from './text-reader.ts';

/** A routine `(at, end) -> status`, and what it leaves: seconds east of UTC and where it stopped reading. */
export interface ZoneParser {
  readonly routine: FunctionSlot;
  readonly seconds: Global<'i32'>;
  readonly next: Global<'i32'>;
}

const parserOf = new WeakMap<ModuleBuilder, ZoneParser>();
/** PostgreSQL's limit. */
const hoursMax = 15;

export function parseZone(module: ModuleBuilder): ZoneParser {
  const known = parserOf.get(module);
  if (known) return known;
  const seconds = module.global('i32', 'zone_seconds', 0);
  const next = module.global('i32', 'zone_next', 0);
  const params = { at: 'i32', end: 'i32' } as const;
  const routine = module.function('parse_zone', params, 'i32', (f, { at, end }) => {
    const reader: TextReader = { f, at, end };
    f.setGlobal(seconds, 0);
    const done = (): void => {
      f.setGlobal(next, at);
      f.return(i32.const(parseStatus.ok));
    };
    for (const name of ['utc', 'gmt', 'z']) ifNextWord(reader, name, done);
    const value = f.local('i32', 'value');
    ifNext(reader, '+', () => {
      readOffset(reader, value);
      f.setGlobal(seconds, value);
      done();
    });
    ifNext(reader, '-', () => {
      readOffset(reader, value);
      f.setGlobal(seconds, i32.sub(0, value));
      done();
    });
    // `BC` and `AD` may follow where a zone could stand.
    for (const era of ['bc', 'ad']) {
      ifNextWord(reader, era, () => {
        f.setGlobal(next, i32.sub(at, era.length));
        f.return(i32.const(parseStatus.ok));
      });
    }
    f.return(i32.const(parseStatus.invalid));
  });
  const parser = { routine, seconds, next };
  parserOf.set(module, parser);
  return parser;
}

/** Emits: reads hours, minutes and seconds into `value`, in seconds. */
function readOffset(reader: TextReader, value: Local<'i32'>): void {
  const { f } = reader;
  const hour = takeNumber(reader);
  const hours = f.let('i32', 'hours', hour.value);
  const minutes = f.let('i32', 'minutes', 0);
  const seconds = f.let('i32', 'seconds', 0);
  refuseIf(f, i32.gt_u(i32.sub(hour.digits, 1), 3), parseStatus.invalid);
  f.if(
    i32.gt_u(hour.digits, 2),
    () => {
      f.set(minutes, i32.rem_u(hour.value, 100));
      f.set(hours, i32.div_u(hour.value, 100));
    },
    () => {
      ifNext(reader, ':', () => {
        readTwoDigits(f, reader, minutes);
        ifNext(reader, ':', () => readTwoDigits(f, reader, seconds));
      });
    },
  );
  refuseIf(f, i32.gt_u(hours, hoursMax), parseStatus.outOfRange);
  refuseIf(f, i32.gt_u(minutes, 59), parseStatus.outOfRange);
  refuseIf(f, i32.gt_u(seconds, 59), parseStatus.outOfRange);
  f.set(value, i32.add(i32.mul(hours, 3600), i32.add(i32.mul(minutes, 60), seconds)));
}

function readTwoDigits(f: FunctionBuilder, reader: TextReader, into: Local<'i32'>): void {
  const { value, digits } = takeNumber(reader);
  refuseIf(f, i32.gt_u(i32.sub(digits, 1), 1), parseStatus.invalid);
  f.set(into, value);
}
