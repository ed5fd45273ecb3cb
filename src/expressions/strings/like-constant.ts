/** LIKE with a constant pattern whose only wildcards are `%` at its ends: what it compares, and how. */
import { encodeUtf8 } from '../../base/bytes.ts';
import { equalBytes } from '../../routines/bytes.ts';
import { findBytes } from '../../routines/string/find-bytes.ts';
import { equalViews } from '../../routines/views.ts';
import { call, i32 } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import type { EmitContext, Value } from '../emit-context.ts';
import { constantBytes, stringLanes } from './constant-text.ts';
import { bytesOf } from './string-lanes.ts';

export interface FixedPattern {
  /** Where the text must stand in the subject. */
  readonly place: 'whole' | 'start' | 'end' | 'anywhere';
  readonly text: string;
}

/** The pattern's fixed form; undefined where it has one that only the matcher knows. */
export function parsePattern(pattern: string, escaping: string): FixedPattern | undefined {
  let text = '';
  let opensFree = false;
  let closesFree = false;
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === escaping) {
      const literal = characters[++i];
      if (literal === undefined || closesFree) return undefined;
      text += literal;
    } else if (character === '_') {
      return undefined;
    } else if (character === '%') {
      if (text === '') opensFree = true;
      else closesFree = true;
    } else {
      if (closesFree) return undefined;
      text += character;
    }
  }
  if (text === '' && opensFree) return { place: 'start', text: '' };
  if (opensFree) return { place: closesFree ? 'anywhere' : 'end', text };
  return { place: closesFree ? 'start' : 'whole', text };
}

/** Emits: whether the subject, which is not NULL, matches. */
export function matchFixed(context: EmitContext, subject: Value, { place, text }: FixedPattern): Expr<'i32'> {
  const { module, f } = context;
  if (place === 'whole') {
    return call(equalViews(module), ...subject.lanes, ...stringLanes(module, text)) as Expr<'i32'>;
  }
  const length = encodeUtf8(text).length;
  if (length === 0) return i32.const(1);
  const fixed = constantBytes(module, text);
  const { address, byteCount } = bytesOf(context, subject);
  if (place === 'anywhere') {
    const end = i32.add(address, byteCount);
    return i32.ne(call(findBytes(module), address, end, fixed, length) as Expr<'i32'>, 0);
  }
  const start = place === 'start' ? address : i32.sub(i32.add(address, byteCount), length);
  return f.choose(
    'i32',
    i32.ge_u(byteCount, length),
    () => call(equalBytes(module), start, fixed, length) as Expr<'i32'>,
    () => 0,
  );
}
