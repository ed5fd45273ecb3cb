/** The header of a CSV result: the names of its columns, quoted where they have to be (RFC 4180). */
import type { Schema } from '../../columns/schema.ts';

export function csvHeader(schema: Schema): string {
  return `${schema.map(({ name }) => quoted(name)).join(',')}\n`;
}

function quoted(name: string): string {
  return /[",\r\n]|^$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
