/**
 * The one place where the library's options are checked: every name has to be known, every value of its kind
 * and in its range. What is absent or undefined was not said. Throws `config_invalid` errors that name the
 * option, what it has to be, and what was given.
 */
import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import { checkTimeZone } from '../../expressions/time-zone/transitions.ts';
import type { ArchitectureOptions } from '../../plan/architecture.ts';
import { overrideOptions, parseArchitecture } from '../../planner/physical/architecture-name.ts';
import { partitionsMax } from '../../planner/physical/choose-architecture.ts';
import { parseStrategy } from '../../planner/physical/partitioning-strategy.ts';
import { type EngineLimits, type LimitRange, limitRanges } from '../engine-limits.ts';
import type { RowValue } from '../result-rows.ts';
import type { CancelSignal, QueryOptions, RunOptions, VelostreamOptions } from './options.ts';

/** The value as the engine takes it; `name` is the option's, for errors. */
type Check = (name: string, value: unknown) => unknown;

export interface CheckedOptions {
  readonly architecture: ArchitectureOptions;
  readonly cores: number | undefined;
  readonly timeZone: string | undefined;
  readonly limits: EngineLimits;
  readonly onNotice: ((text: string) => void) | undefined;
}

const coresMax = 1024;

const checkLimits: Check = checkObject(
  new Map([...limitRanges].map(([name, range]) => [name, wholeNumber(range)])),
  'limits.',
);

const checkVelostreamOptions = checkObject(
  new Map<keyof VelostreamOptions, Check>([
    ['architecture', (name, value) => parseArchitecture(text(name, value))],
    ['numPartitions', wholeNumber({ lowest: 1, highest: partitionsMax })],
    ['enableCoreAffinity', flag],
    ['useHashPartitioned', flag],
    ['strategy', (name, value) => parseStrategy(text(name, value))],
    ['strictOrderRequired', flag],
    ['singleActorInput', choice(['raw', 'partial'])],
    ['cores', wholeNumber({ lowest: 1, highest: coresMax })],
    ['timeZone', (name, value) => checkTimeZone(text(name, value))],
    ['limits', checkLimits],
    ['onNotice', callback],
  ]),
);

export function checkOptions(options: VelostreamOptions): CheckedOptions {
  const checked = checkVelostreamOptions('options', options) as Omit<VelostreamOptions, 'architecture'> & {
    readonly architecture?: ArchitectureOptions;
  };
  const { architecture = {}, cores, timeZone, limits = {}, onNotice, ...own } = checked;
  return { architecture: overrideOptions(architecture, own), cores, timeZone, limits, onNotice };
}

const checkQuery = checkObject(new Map([['signal', abortSignal]]));

export function checkQueryOptions(options: QueryOptions): QueryOptions {
  return checkQuery('options', options) as QueryOptions;
}

const checkRun = checkObject(
  new Map<keyof RunOptions, Check>([
    ['signal', abortSignal],
    ['keysPerPartition', countOrAll],
  ]),
);

export function checkRunOptions(options: RunOptions): RunOptions {
  return checkRun('options', options) as RunOptions;
}

/** A text of statements. */
export function checkSql(sql: unknown): string {
  return text('sql', sql);
}

/** The values of a key. */
export function checkKey(key: readonly RowValue[]): readonly RowValue[] {
  if (Array.isArray(key)) return key;
  throw invalid('key', 'an array with a value for each column of the key', key);
}

/** `prefix`: goes before the names of the object's own options. */
function checkObject(checks: ReadonlyMap<string, Check>, prefix = ''): Check {
  return (name, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid(name, 'an object with options by name', value);
    }
    const said = Object.entries(value).filter(([, one]) => one !== undefined);
    return Object.fromEntries(
      said.map(([key, one]) => {
        const check = checks.get(key);
        if (check === undefined) throw unknownOption(prefix, key, [...checks.keys()]);
        return [key, check(prefix + key, one)];
      }),
    );
  };
}

function wholeNumber({ lowest, highest, isPowerOfTwo = false }: LimitRange): Check {
  const kind = isPowerOfTwo ? 'a power of two' : 'a whole number';
  return (name, value) => {
    const isWhole = typeof value === 'number' && Number.isInteger(value);
    const isInRange = isWhole && value >= lowest && value <= highest;
    if (isInRange && (!isPowerOfTwo || Number.isInteger(Math.log2(value)))) return value;
    throw invalid(name, `${kind} from ${lowest} to ${highest}`, value);
  };
}

function countOrAll(name: string, value: unknown): unknown {
  const isAll = value === Number.POSITIVE_INFINITY;
  if (isAll || (typeof value === 'number' && Number.isInteger(value) && value >= 0)) return value;
  throw invalid(name, 'a whole number from 0, or Infinity for all', value);
}

function flag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(name, 'true or false', value);
}

function choice(known: readonly string[]): Check {
  return (name, value) => {
    if (typeof value === 'string' && known.includes(value)) return value;
    throw invalid(name, known.map((one) => JSON.stringify(one)).join(' or '), value);
  };
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(name, 'a string', value);
}

function abortSignal(name: string, value: unknown): unknown {
  const { aborted, addEventListener } = (value ?? {}) as Partial<CancelSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return value;
  throw invalid(name, 'an AbortSignal', value);
}

function callback(name: string, value: unknown): unknown {
  if (typeof value === 'function') return value;
  throw invalid(name, 'a function', value);
}

function invalid(name: string, expected: string, value: unknown): VelostreamError {
  const message = `"${name}" has to be ${expected}, not ${describeValue(value)}`;
  return new VelostreamError(message, { code: 'config_invalid' });
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function unknownOption(prefix: string, name: string, known: readonly string[]): VelostreamError {
  const near = nearestName(name, known);
  return new VelostreamError(`there is no option "${prefix}${name}"`, {
    code: 'config_invalid',
    detail: `There are ${known.map((one) => prefix + one).join(', ')}.`,
    hint: near === undefined ? undefined : `Did you mean "${prefix}${near}"?`,
  });
}
