/**
 * A time zone's history as a table: from which instant on which offset holds. Taken from the host's own zone
 * data (Intl), once for each zone, by sampling every two weeks and halving down to the second. After the
 * table's end the last offset is kept.
 */
import { VelostreamError } from '../../base/error.ts';

export interface Transition {
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly utcSeconds: number;
  /** What the wall clock shows beyond UTC from then on. */
  readonly offsetSeconds: number;
}

const firstSeconds = Date.UTC(1800, 0, 1) / 1000;
const endSeconds = Date.UTC(2110, 0, 1) / 1000;
const stepSeconds = 14 * 86_400;

const known = new Map<string, readonly Transition[]>();

/**
 * The zone's transitions, at least one, the first standing for all time before it; an error for an unknown
 * zone.
 */
export function transitionsOf(timeZone: string): readonly Transition[] {
  let transitions = known.get(timeZone);
  if (!transitions) {
    transitions = findTransitions(offsetReader(timeZone));
    known.set(timeZone, transitions);
  }
  return transitions;
}

/** The name as it is; an error for an unknown zone. */
export function checkTimeZone(timeZone: string): string {
  if (!isUtc(timeZone)) formatFor(timeZone);
  return timeZone;
}

/** Whether the zone is UTC under any of its names. */
export function isUtc(timeZone: string): boolean {
  return /^(utc|etc\/utc|gmt|etc\/gmt|zulu|etc\/zulu|z)$/i.test(timeZone);
}

function findTransitions(offsetAt: (seconds: number) => number): readonly Transition[] {
  let offset = offsetAt(firstSeconds);
  const found: Transition[] = [{ utcSeconds: firstSeconds, offsetSeconds: offset }];
  for (let at = firstSeconds; at < endSeconds; at += stepSeconds) {
    const next = offsetAt(at + stepSeconds);
    if (next === offset) continue;
    const utcSeconds = findChange(offsetAt, at, at + stepSeconds);
    found.push({ utcSeconds, offsetSeconds: next });
    offset = next;
  }
  return found;
}

/** The first second in (low, high] with the offset that holds at `high`. */
function findChange(offsetAt: (seconds: number) => number, low: number, high: number): number {
  const target = offsetAt(high);
  let [before, after] = [low, high];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === target) after = middle;
    else before = middle;
  }
  return after;
}

function offsetReader(timeZone: string): (seconds: number) => number {
  const format = formatFor(timeZone);
  return (seconds) => {
    const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const time = [part('hour'), part('minute'), part('second')] as const;
    return Date.UTC(part('year'), part('month') - 1, part('day'), ...time) / 1000 - seconds;
  };
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new VelostreamError(`time zone "${timeZone}" not recognized`, { code: 'config_invalid' });
  }
}
