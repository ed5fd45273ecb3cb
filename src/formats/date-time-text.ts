/**
 * Dates and times as ISO 8601 writes them, of the years 1 to 9999. What is read here the scans read as well,
 * and as the same value; they take more forms.
 *
 *   date [("T" | " ") hh ":" mm [":" ss ["." digits]] ["Z" | ("+" | "-") hh [[":"] mm]]]
 */

export interface DateTimeText {
  /** Days since 1970-01-01. */
  readonly days: number;
  /** Undefined: the text is a date alone. */
  readonly microsOfDay: number | undefined;
  /** East of UTC; undefined: the text names no zone. */
  readonly zoneSeconds: number | undefined;
}

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;
const millisPerDay = 86_400_000;
/** PostgreSQL's limit. */
const zoneHoursMax = 15;

/** The date and time that the text names; undefined where it names none. */
export function readDateTime(text: string): DateTimeText | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '0', zone] = match;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === undefined) return undefined;
  if (hour === undefined) return { days, microsOfDay: undefined, zoneSeconds: undefined };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zoneSeconds = zone === undefined ? undefined : secondsOfZone(zone);
  if (zone !== undefined && zoneSeconds === undefined) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return { days, microsOfDay: seconds * 1_000_000 + microsOf(fraction), zoneSeconds };
}

function daysOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isSame = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isSame && year > 0 ? date.getTime() / millisPerDay : undefined;
}

/** Rounded half to even. */
function microsOf(fraction: string): number {
  const nanos = Number(fraction.padEnd(9, '0'));
  const micros = Math.floor(nanos / 1000);
  const rest = nanos % 1000;
  return rest > 500 || (rest === 500 && micros % 2 === 1) ? micros + 1 : micros;
}

function secondsOfZone(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > zoneHoursMax || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
