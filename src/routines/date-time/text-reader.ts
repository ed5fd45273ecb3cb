/**
 * Reading text piece by piece inside a routine: the position moves, and what does not fit returns a status
 * from the routine. Every piece checks the end itself.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32, select } from '../../wasm/instructions.ts';
import type { Expr } from '../../wasm/types.ts';
import { isDigit, isSpace } from '../digits.ts';

export interface TextReader {
  readonly f: FunctionBuilder;
  readonly at: Local<'i32'>;
  readonly end: Expr<'i32'>;
}

export interface NumberRead {
  readonly value: Local<'i32'>;
  /** How many digits there were; 0 when there was no number. */
  readonly digits: Local<'i32'>;
}

/** The next byte, or 0 at the end. */
export function peekByte({ f, at, end }: TextReader): Local<'i32'> {
  const byte = f.local('i32', 'next_byte');
  f.set(byte, 0);
  f.if(i32.lt_u(at, end), () => f.set(byte, i32.load8_u(at)));
  return byte;
}

/** Emits: takes a run of digits; the value stays at 99,999,999 once it is past it. */
export function takeNumber(reader: TextReader): NumberRead {
  const { f, at, end } = reader;
  const value = f.let('i32', 'number', 0);
  const start = f.let('i32', 'number_start', at);
  const byte = f.local('i32', 'digit');
  f.while(
    'number_digits',
    () => i32.lt_u(at, end),
    (leave) => {
      f.set(byte, i32.load8_u(at));
      f.branchIf(leave, i32.eqz(isDigit(byte)));
      f.set(value, i32.add(i32.mul(value, 10), i32.sub(byte, 0x30)));
      // Saturates before the next step can overflow.
      f.set(value, select('i32', i32.gt_u(value, 99_999_999), 99_999_999, value));
      f.set(at, i32.add(at, 1));
    },
  );
  return { value, digits: f.let('i32', 'number_digit_count', i32.sub(at, start)) };
}

/** Emits: passes blanks; yields how many there were. */
export function skipBlanks({ f, at, end }: TextReader): Local<'i32'> {
  const start = f.let('i32', 'blanks_start', at);
  f.while(
    'blanks',
    () => i32.lt_u(at, end),
    (leave) => {
      f.branchIf(leave, i32.eqz(isSpace(i32.load8_u(at))));
      f.set(at, i32.add(at, 1));
    },
  );
  return f.let('i32', 'blank_count', i32.sub(at, start));
}

/** Emits: passes the character where it stands next, and then runs `body`. */
export function ifNext(reader: TextReader, character: string, body: () => void): void {
  const { f, at } = reader;
  f.if(i32.eq(peekByte(reader), character.charCodeAt(0)), () => {
    f.set(at, i32.add(at, 1));
    body();
  });
}

/**
 * Emits: passes the word (letters in small print, any case in the text) where it stands next, then runs
 * `body`.
 */
export function ifNextWord(reader: TextReader, word: string, body: () => void): void {
  const { f, at, end } = reader;
  const matches = f.let('i32', 'matches', i32.ge_s(i32.sub(end, at), word.length));
  f.if(matches, () => {
    for (const [i, letter] of [...word].entries()) {
      const same = i32.eq(i32.or(i32.load8_u(at, i), 0x20), letter.charCodeAt(0));
      f.set(matches, i32.and(matches, same));
    }
  });
  f.if(matches, () => {
    f.set(at, i32.add(at, word.length));
    body();
  });
}

/** Emits: returns `status` from the routine when the condition holds. */
export function refuseIf(f: FunctionBuilder, condition: Expr<'i32'>, status: number): void {
  f.if(condition, () => f.return(i32.const(status)));
}
