/**
 * The lexer's working state: the text, the position in it, and what has been found so far. The functions
 * that read one kind of token each live beside it; they move `position` and never move it back.
 */
import { type ErrorCode, type SourceSpan, VelostreamError } from '../../base/error.ts';
import type { Annotation } from '../ast/statement.ts';
import type { Token } from '../token.ts';

export interface Scanner {
  readonly source: string;
  position: number;
  readonly tokens: Token[];
  readonly annotations: Annotation[];
  readonly errors: VelostreamError[];
  unterminated: boolean;
}

export interface LexicalError {
  readonly message: string;
  readonly span: SourceSpan;
  readonly hint?: string;
  readonly code?: ErrorCode;
}

export function reportLexicalError(scanner: Scanner, { message, span, hint, code }: LexicalError): void {
  if (scanner.errors.length >= errorsMax) return;
  scanner.errors.push(new VelostreamError(message, { code: code ?? 'sql_syntax', position: span, hint }));
}

/** Where the line that holds `offset` ends: errors about what began there are shown up to it. */
export function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  return end === -1 ? source.length : end;
}

/** More errors than this in one text help nobody. */
const errorsMax = 50;
