/**
 * `INTERVAL '...' [unit [TO unit]]`, as PostgreSQL reads it: the last unit is that of a number without one,
 * and what is smaller than it is cut off.
 */
import { intervalType } from '../../../columns/sql-type.ts';
import { castTo } from '../../../expressions/binding/cast-to.ts';
import { castWithin } from '../../../expressions/binding/limits.ts';
import { literal, stringLiteral } from '../../../expressions/binding/literals.ts';
import type { BoundExpression, Interval } from '../../../expressions/bound-expression.ts';
import type { IntervalLiteral, IntervalUnit } from '../../../sql/ast/literal.ts';
import { secondsLimit } from './data-type.ts';

export function bindInterval(node: IntervalLiteral): BoundExpression {
  const { span } = node;
  const read = castTo(stringLiteral(withUnits(node), span), intervalType, span, true);
  const smallest = node.endUnit ?? node.unit;
  const isKnown = read.kind === 'literal' && smallest !== undefined;
  const cut = isKnown ? literal(intervalType, cutBelow(read.value as Interval, smallest), span) : read;
  return castWithin(cut, secondsLimit(node.precision, 'interval', span), span);
}

/** The text with the units that PostgreSQL takes its bare numbers to have. */
function withUnits({ value, unit, endUnit }: IntervalLiteral): string {
  const text = value.trim();
  const smallest = endUnit ?? unit;
  if (smallest === undefined) return value;
  if (unit === 'minute' && endUnit === 'second') {
    const clock = /^(.*?)([-+]?)(\d+:\d+(?:\.\d*)?)$/.exec(text);
    if (clock) return `${clock[1]}${clock[2]}0:${clock[3]}`;
  }
  const daysAndHours = smallest === 'hour' ? /^([-+]?\d+)\s+([-+]?\d+)$/.exec(text) : null;
  if (daysAndHours) return `${daysAndHours[1]} day ${daysAndHours[2]} hour`;
  return /(^|\s)[-+]?\s*(\d+(\.\d*)?|\.\d+)$/.test(text) ? `${text} ${smallest}` : value;
}

const microsPer: Readonly<Partial<Record<IntervalUnit, bigint>>> = {
  hour: 3_600_000_000n,
  minute: 60_000_000n,
};

/** The interval without what is smaller than a unit; months, days and the time are counted apart. */
function cutBelow({ months, days, micros }: Interval, unit: IntervalUnit): Interval {
  switch (unit) {
    case 'year':
      return { months: months - (months % 12), days: 0, micros: 0n };
    case 'month':
      return { months, days: 0, micros: 0n };
    case 'day':
      return { months, days, micros: 0n };
    default:
      return { months, days, micros: micros - (micros % (microsPer[unit] ?? 1n)) };
  }
}
