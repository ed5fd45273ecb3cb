/**
 * A string as a JSON string: bytes that need no escape are copied 16 at a time, the others become `\"`, `\\`, the short
 * escapes of control characters, or `\u00XX`. Source: RFC 8259, section 7.
 */
import { spillView, viewLength } from '../../routines/views.ts';
import { call, i8x16, i32, select, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

const quote = 0x22;
const backslash = 0x5c;
const firstPrintable = 0x20;

/** For each control character: the letter of its short escape, or 0. */
function shortEscapes(): Uint8Array {
  const letters = new Uint8Array(firstPrintable);
  for (const [code, letter] of [
    [8, 'b'],
    [9, 't'],
    [10, 'n'],
    [12, 'f'],
    [13, 'r'],
  ] as const) {
    letters[code] = letter.charCodeAt(0);
  }
  return letters;
}

/** `write_json_string(w0, w1, out) -> bytes`. Reads up to 15 bytes past the string, writes up to 16 past the result. */
export function writeJsonString(module: ModuleBuilder): FunctionSlot {
  return module.routine('write_json_string', () => {
    const escapes = module.table('json_short_escapes', shortEscapes);
    const params = { w0: 'i64', w1: 'i64', out: 'i32' } as const;
    return module.function('write_json_string', params, 'i32', (f, { w0, w1, out }) => {
      const from = f.let('i32', 'from', call(spillView(module), w0, w1) as Expr<'i32'>);
      const end = f.let('i32', 'end', i32.add(from, call(viewLength(module), w0, w1) as Expr<'i32'>));
      const at = f.let('i32', 'at', i32.add(out, 1));
      const block = f.local('v128', 'block');
      const stop = f.local('i32', 'stop');
      const byte = f.local('i32', 'byte');
      const letter = f.local('i32', 'letter');
      f.do(i32.store8(out, quote));
      f.while(
        'each_block',
        () => i32.lt_u(from, end),
        () => {
          f.set(block, v128.load(from));
          f.do(v128.store(at, block));
          const special = v128.or(
            i8x16.lt_u(block, i8x16.splat(firstPrintable)),
            v128.or(i8x16.eq(block, i8x16.splat(quote)), i8x16.eq(block, i8x16.splat(backslash))),
          );
          // How many of the 16 bytes are plain: up to the first special one, or to the string's end.
          f.set(stop, i32.ctz(i32.or(i8x16.bitmask(special), 0x10000)));
          const rest = f.let('i32', 'rest', i32.sub(end, from));
          f.set(stop, select('i32', i32.lt_u(stop, rest), stop, rest));
          f.set(from, i32.add(from, stop));
          f.set(at, i32.add(at, stop));
          f.if(i32.and(i32.lt_u(from, end), i32.lt_u(stop, 16)), () => {
            f.set(byte, i32.load8_u(from));
            f.set(letter, byte);
            f.if(i32.lt_u(byte, firstPrintable), () => f.set(letter, i32.load8_u(byte, escapes)));
            f.do(i32.store8(at, backslash));
            f.if(
              letter,
              () => {
                f.do(i32.store8(at, letter, 1));
                f.set(at, i32.add(at, 2));
              },
              () => {
                f.do(i32.store(at, 0x3030_7500 | backslash));
                f.do(i32.store8(at, 0x30, 3), i32.store8(at, i32.add(0x30, i32.shr_u(byte, 4)), 4));
                f.do(i32.store8(at, hexDigit(i32.and(byte, 15)), 5));
                f.set(at, i32.add(at, 6));
              },
            );
            f.set(from, i32.add(from, 1));
          });
        },
      );
      f.do(i32.store8(at, quote));
      f.return(i32.sub(i32.add(at, 1), out));
    });
  });
}

function hexDigit(nibble: Expr<'i32'>): Expr<'i32'> {
  return i32.add(nibble, select('i32', i32.gt_u(nibble, 9), 0x57, 0x30));
}
