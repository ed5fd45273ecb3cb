/**
 * Literals that are more than one token:
 *   DATE '...'     type '...' for every type the grammar knows
 *   INTERVAL ['(' p ')'] '...' [unit [TO unit] ['(' p ')']]
 */
import {
  type IntervalUnit,
  intervalUnits,
  type NumberLiteral,
  type StringLiteral,
} from '../../ast/literal.ts';
import type { Expression } from '../../ast/query.ts';
import { numberForm } from '../../lexer/number.ts';
import { typeSpellings } from '../../type-spellings.ts';
import { type Parser, spanOf } from '../state/parser.ts';
import { parseDataType } from './types.ts';

export function takeNumber(parser: Parser): NumberLiteral {
  const token = parser.advance();
  const form = numberForm(token.text);
  return Object.freeze({ kind: 'number_literal', form, text: token.text, span: spanOf(token) });
}

export function takeString(parser: Parser): StringLiteral {
  const token = parser.advance();
  if (parser.current.kind === 'string') {
    parser.complain({
      message: 'one string follows another',
      span: spanOf(parser.current),
      hint: "Join strings with ||; write a quote within a string twice ('it''s').",
    });
    while (parser.current.kind === 'string') parser.advance();
  }
  return Object.freeze({ kind: 'string_literal', value: token.text, span: spanOf(token) });
}

/** At the name of a known type with a constant of it behind: `DATE '2024-01-31'`; otherwise moves nothing. */
export function takeTypedLiteral(parser: Parser): Expression | undefined {
  if (!typeSpellings.has(parser.wordAhead(0)) || !stringFollows(parser)) return undefined;
  if (parser.atWord('interval')) return parseInterval(parser);
  const type = parseDataType(parser);
  if (parser.current.kind !== 'string') return parser.fail(`a string behind ${type.name.toUpperCase()}`);
  const { text } = parser.advance();
  const span = { start: type.span.start, end: parser.previous.end };
  return Object.freeze({ kind: 'typed_literal', type, value: text, span });
}

/** Does a string stand behind the type's name, its parameters and its second words? */
function stringFollows(parser: Parser): boolean {
  let ahead = skipTails(parser, 1);
  if (parser.symbolAhead(ahead) === '(' && parser.peek(ahead + 1).kind === 'number') {
    ahead += 2;
    while (parser.symbolAhead(ahead) === ',' && parser.peek(ahead + 1).kind === 'number') ahead += 2;
    if (parser.symbolAhead(ahead) !== ')') return false;
    ahead = skipTails(parser, ahead + 1);
  }
  const { kind } = parser.peek(ahead);
  return kind === 'string' || (kind === 'number' && ahead === 1 && parser.atWord('interval'));
}

function skipTails(parser: Parser, from: number): number {
  let ahead = from;
  while (typeTails.has(parser.wordAhead(ahead))) ahead++;
  return ahead;
}

function parseInterval(parser: Parser): Expression {
  const { start } = parser.advance();
  const leadingPrecision = takePrecision(parser);
  const value = takeIntervalValue(parser);
  const unit = takeUnit(parser, value);
  const endUnit = unit === undefined ? undefined : takeEndUnit(parser, unit);
  const trailingPrecision = (endUnit ?? unit) === 'second' ? takePrecision(parser) : undefined;
  const precision = leadingPrecision ?? trailingPrecision;
  const span = { start, end: parser.previous.end };
  if (leadingPrecision !== undefined && unit !== undefined) {
    parser.complain({ message: 'an interval takes a precision or a unit, not both', span });
  }
  return Object.freeze({ kind: 'interval_literal', value, unit, endUnit, precision, span });
}

function takeIntervalValue(parser: Parser): string {
  const token = parser.advance();
  if (token.kind === 'number') {
    const hint = `Write INTERVAL '${token.text}'.`;
    parser.complain({ message: 'the value of an interval is a string', span: spanOf(token), hint });
  }
  return token.text;
}

/**
 * The unit behind the string. PostgreSQL knows the singular names from YEAR to SECOND and takes any other
 * word for an alias; here weeks, fractions of seconds and plurals are units too, behind a plain number.
 */
function takeUnit(parser: Parser, value: string): IntervalUnit | undefined {
  const { kind, text } = parser.current;
  if (kind !== 'word') return undefined;
  const singular = intervalUnits.find((unit) => text === unit || text === `${unit}s`);
  if (singular === undefined) return undefined;
  const standard = text === singular && rangeEnds.has(text);
  if (!standard && !/^\s*[-+]?(\d+(\.\d*)?|\.\d+)\s*$/.test(value)) return undefined;
  parser.advance();
  return singular;
}

function takeEndUnit(parser: Parser, unit: IntervalUnit): IntervalUnit | undefined {
  if (!parser.takeWord('to')) return undefined;
  const ends = rangeEnds.get(unit) ?? [];
  if (!ends.some((end) => parser.atWord(end))) {
    return parser.fail(ends.length > 0 ? ends.join(' or ').toUpperCase() : 'no TO behind this unit');
  }
  return parser.advance().text as IntervalUnit;
}

/** `(p)`, if it stands here. */
export function takePrecision(parser: Parser): number | undefined {
  if (!parser.atSymbol('(')) return undefined;
  const opening = parser.openParenthesis();
  const { kind, text } = parser.current;
  if (kind !== 'number' || !/^\d{1,9}$/.test(text)) return parser.fail('a whole number');
  parser.advance();
  parser.closeParenthesis(opening);
  return Number(text);
}

/** The units of the standard, and what may stand behind TO. */
const rangeEnds: ReadonlyMap<string, readonly IntervalUnit[]> = new Map([
  ['year', ['month']],
  ['month', []],
  ['day', ['hour', 'minute', 'second']],
  ['hour', ['minute', 'second']],
  ['minute', ['second']],
  ['second', []],
]);

const typeTails: ReadonlySet<string> = new Set('precision varying with without time zone'.split(' '));
