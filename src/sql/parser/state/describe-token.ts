/** How an error names the token it found: as the user wrote it, shortened where it is long. */
import type { Token } from '../../token.ts';

export function describeToken(token: Token, source: string): string {
  if (token.kind === 'end') return 'the end of the text';
  const written = clip(source.slice(token.start, token.end));
  if (token.kind === 'string') return `the string ${written}`;
  if (token.kind === 'number') return `the number ${written}`;
  if (token.kind === 'quoted') return `the name ${written}`;
  if (token.text === ';') return 'the end of the statement';
  return `"${written}"`;
}

function clip(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  if (line.length > lengthMax) return `${line.slice(0, lengthMax).replace(/[\ud800-\udbff]$/, '')}…`;
  return line.length < text.length ? `${line}…` : line;
}

const lengthMax = 40;
