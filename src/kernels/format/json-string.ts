/** Strings in JSON: quotes, backslashes and control characters are escaped (RFC 8259, section 7). */

import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { i8x16, i32, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { type EscapedText, stringWriter } from './string-writer.ts';

const quote = 0x22;
const backslash = 0x5c;

/** A byte becomes six at most, `\u001f`; two quotes stand around. */
export const jsonStringFactor = 6;

/** `write_json_string(w0, w1, out) -> new out`. */
export function writeJsonString(module: ModuleBuilder): FunctionSlot {
  const escapes = escapeTable(module);
  return stringWriter(module, {
    name: 'write_json_string',
    around: quote,
    escapesEmpty: false,
    mustEscape: (bytes) =>
      v128.or(
        v128.or(i8x16.eq(bytes, bytesOf(quote)), i8x16.eq(bytes, bytesOf(backslash))),
        i8x16.lt_u(bytes, bytesOf(0x20)),
      ),
    writeEscaped: (f, text) => writeEscaped(f, text, escapes),
  });
}

function bytesOf(byte: number): Expr<'v128'> {
  return v128.const(new Uint8Array(16).fill(byte));
}

function writeEscaped(f: FunctionBuilder, { from, end, to }: EscapedText, escapes: number): void {
  const put = (...bytes: readonly (number | Expr<'i32'>)[]): void => {
    bytes.forEach((byte, i) => {
      f.do(i32.store8(to, byte, i));
    });
    f.set(to, i32.add(to, bytes.length));
  };
  const byte = f.local('i32', 'byte');
  const letter = f.local('i32', 'letter');
  put(quote);
  f.while(
    'bytes',
    () => i32.lt_u(from, end),
    () => {
      f.set(byte, i32.load8_u(from));
      f.set(from, i32.add(from, 1));
      f.set(letter, i32.load8_u(byte, escapes));
      f.if(
        i32.eqz(letter),
        () => put(byte),
        () => {
          put(backslash, letter);
          f.if(i32.eq(letter, 'u'.charCodeAt(0)), () => {
            const low = i32.and(byte, 15);
            const toLetter = i32.mul(i32.gt_u(low, 9), 'a'.charCodeAt(0) - 10 - 0x30);
            put(0x30, 0x30, i32.add(0x30, i32.shr_u(byte, 4)), i32.add(i32.add(0x30, low), toLetter));
          });
        },
      );
    },
  );
  put(quote);
}

/** For each byte: the letter behind the backslash, or 0 where none is needed. */
function escapeTable(module: ModuleBuilder): number {
  return module.table('json_escape_letters', () => {
    const letters = new Uint8Array(256).fill('u'.charCodeAt(0), 0, 32);
    for (const [character, letter] of ['\bb', '\ff', '\nn', '\rr', '\tt']) {
      letters[character!.charCodeAt(0)] = letter!.charCodeAt(0);
    }
    letters[quote] = quote;
    letters[backslash] = backslash;
    return letters;
  });
}
