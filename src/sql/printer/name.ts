/** Names and types as SQL text; quotes only where reading the bare word would give something else. */
import type { BuiltinTypeName, DataType, Identifier, QualifiedName } from '../ast/name.ts';
import { isTypeName, needsQuotes } from '../keywords.ts';
import { typeSpellings } from '../type-spellings.ts';

export function printIdentifier({ name, quoted }: Identifier): string {
  return quoted ? quoteName(name) : name;
}

/** Quotes a name where it has to be. */
export function printName(name: string): string {
  return needsQuotes(name) ? quoteName(name) : name;
}

export function printQualifiedName({ parts }: QualifiedName): string {
  return parts.map(printIdentifier).join('.');
}

export function printDataType({ name, parameters }: DataType): string {
  const digits = parameters.length === 0 ? '' : `(${parameters.join(', ')})`;
  const spelling = builtinSpellings.get(name);
  if (spelling !== undefined) return spelling + digits;
  return (typeSpellings.has(name) || !isTypeName(name) ? quoteName(name) : printName(name)) + digits;
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const builtinSpellings: ReadonlyMap<string, string> = new Map<BuiltinTypeName, string>([
  ['boolean', 'BOOLEAN'],
  ['smallint', 'SMALLINT'],
  ['integer', 'INTEGER'],
  ['bigint', 'BIGINT'],
  ['real', 'REAL'],
  ['double', 'DOUBLE PRECISION'],
  ['decimal', 'DECIMAL'],
  ['char', 'CHAR'],
  ['varchar', 'VARCHAR'],
  ['bytes', 'BYTES'],
  ['date', 'DATE'],
  ['time', 'TIME'],
  ['timetz', 'TIMETZ'],
  ['timestamp', 'TIMESTAMP'],
  ['timestamptz', 'TIMESTAMPTZ'],
  ['interval', 'INTERVAL'],
]);
