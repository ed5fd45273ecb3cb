/**
 * Data types. Every spelling of a known type becomes its canonical name; an unknown identifier is kept, for
 * the binder to refuse with a proposal.
 *   type = name ['(' integer {',' integer} ')'] | DOUBLE PRECISION | CHARACTER VARYING ['(' n ')']
 *        | (TIME | TIMESTAMP) ['(' p ')'] [(WITH | WITHOUT) TIME ZONE]
 */
import type { BuiltinTypeName, DataType } from '../../ast/name.ts';
import { isTypeName } from '../../keywords.ts';
import { typeSpellings } from '../../type-spellings.ts';
import { type Parser, spanOf } from '../state/parser.ts';

export function parseDataType(parser: Parser): DataType {
  const token = parser.current;
  const named = token.kind === 'quoted' || (token.kind === 'word' && isTypeName(token.text));
  if (!named) return parser.fail('a type');
  parser.advance();
  const spelling = token.kind === 'word' ? token.text : '';
  let name: string = typeSpellings.get(spelling) ?? token.text;
  if (spelling === 'double') parser.takeWord('precision');
  if (name === 'char' && parser.takeWord('varying')) name = 'varchar';
  let parameters = parseTypeParameters(parser);
  if (name === 'time' || name === 'timestamp') name = withTimeZone(parser, name);
  if (spelling === 'float' && parameters.length > 0) {
    name = Number(parameters[0]) <= 24 ? 'real' : 'double';
    parameters = [];
  }
  refuseArray(parser);
  const span = { start: token.start, end: parser.previous.end };
  return Object.freeze({ kind: 'data_type', name, parameters: Object.freeze(parameters), span });
}

function parseTypeParameters(parser: Parser): readonly number[] {
  if (!parser.atSymbol('(')) return [];
  const opening = parser.openParenthesis();
  const parameters: number[] = [];
  do parameters.push(parseTypeParameter(parser));
  while (parser.takeSymbol(','));
  parser.closeParenthesis(opening, '"," or ")"');
  return parameters;
}

function parseTypeParameter(parser: Parser): number {
  const negative = parser.takeSymbol('-');
  const { kind, text } = parser.current;
  if (kind !== 'number' || !/^\d{1,9}$/.test(text)) return parser.fail('a whole number');
  parser.advance();
  return negative ? 0 - Number(text) : Number(text);
}

function withTimeZone(parser: Parser, name: 'time' | 'timestamp'): BuiltinTypeName {
  if (!parser.atWords('with', 'time') && !parser.atWords('without', 'time')) return name;
  const zoned = parser.advance().text === 'with';
  parser.advance();
  parser.expectWord('zone');
  return zoned ? `${name}tz` : name;
}

function refuseArray(parser: Parser): void {
  if (!parser.atSymbol('[') && !parser.atWord('array')) return;
  parser.complainUnsupported('array types are not supported', spanOf(parser.current));
  parser.advance();
  while (parser.takeSymbol('[') || parser.current.kind === 'number' || parser.atSymbol(']')) {
    if (parser.current.kind === 'number' || parser.atSymbol(']')) parser.advance();
  }
}
