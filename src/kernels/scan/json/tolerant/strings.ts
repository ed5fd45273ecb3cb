/**
 * JSON strings, whatever they hold (RFC 8259 section 7; UTF-8 per RFC 3629):
 *
 *   string = '"' *( any byte from 0x20 but '"' and '\' | '\' one of "\/bfnrt | '\u' 4 hex digits ) '"'
 *
 * Sixteen bytes at a time between escapes. An escaped surrogate without its partner stands for U+FFFD.
 */
import { arenaAllocate } from '../../../../routines/arena.ts';
import { validateUtf8 } from '../../../../routines/utf8.ts';
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i8x16, i32, select, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Arg, Expr, FunctionSlot } from '../../../../wasm/types.ts';
import { failWith, type ScanGlobals } from './scan-globals.ts';

export const quote = 0x22;
export const backslash = 0x5c;
const letterU = 0x75;

/** `json_string_end(start) -> address` of the closing quote, or 0; `start` is past the opening one. */
export function stringEnd(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.routine('json_string_end', () => {
    const pastEscape = escapeEnd(module, globals);
    return module.function('json_string_end', { start: 'i32' }, 'i32', (f, { start }) => {
      const at = f.let('i32', 'at', start);
      const block = f.local('v128', 'block');
      const high = f.local('i32', 'high');
      const mask = f.local('i32', 'mask');
      f.setGlobal(globals.isEscaped, 0);
      f.loop('next', (next) => {
        f.set(block, v128.load(at));
        f.set(high, i32.or(high, i8x16.bitmask(block)));
        f.set(mask, i8x16.bitmask(v128.or(endsRun(module, block), i8x16.lt_u(block, module.vector(0x20)))));
        f.if(i32.eqz(mask), () => {
          f.set(at, i32.add(at, 16));
          f.branch(next);
        });
        f.set(at, i32.add(at, i32.ctz(mask)));
        f.if(i32.eq(i32.load8_u(at), backslash), () => {
          f.setGlobal(globals.isEscaped, 1);
          f.set(at, call(pastEscape, at) as Expr<'i32'>);
          f.if(i32.eqz(at), () => f.return(i32.const(0)));
          f.branch(next);
        });
      });
      f.if(i32.ne(i32.load8_u(at), quote), () => failWith(f, globals, 'syntax'));
      f.if(high, () => {
        const valid = call(validateUtf8(module), start, i32.sub(at, start)) as Expr<'i32'>;
        f.if(i32.eqz(valid), () => failWith(f, globals, 'invalid_utf8'));
      });
      f.return(at);
    });
  });
}

function endsRun(module: ModuleBuilder, block: Expr<'v128'>): Expr<'v128'> {
  return v128.or(i8x16.eq(block, module.vector(quote)), i8x16.eq(block, module.vector(backslash)));
}

/** `json_escape_end(at) -> address` past the escape whose backslash is at `at`, or 0. */
function escapeEnd(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.function('json_escape_end', { at: 'i32' }, 'i32', (f, { at }) => {
    f.if(i32.eq(i32.load8_u(at, 1), letterU), () => {
      f.if(i32.lt_s(fourHexDigits(module, i32.add(at, 2)), 0), () => failWith(f, globals, 'syntax'));
      f.return(i32.add(at, 6));
    });
    f.if(i32.eqz(escapedByte(module, i32.load8_u(at, 1))), () => failWith(f, globals, 'syntax'));
    f.return(i32.add(at, 2));
  });
}

/** What `\` and the byte stand for, or 0. */
export function escapedByte(module: ModuleBuilder, byte: Expr<'i32'>): Expr<'i32'> {
  const table = module.table('json_escapes', () => {
    const bytes = new Uint8Array(256);
    for (const [from, to] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'] as const) {
      bytes[from!.charCodeAt(0)] = to!.charCodeAt(0);
    }
    return bytes;
  });
  return i32.load8_u(byte, table);
}

/** The number that four hex digits stand for; negative where one of them is none. */
function fourHexDigits(module: ModuleBuilder, at: Expr<'i32'>): Expr<'i32'> {
  const table = module.table('hex_digits', () => {
    const bytes = new Uint8Array(256).fill(0xff);
    for (let value = 0; value < 16; value++) {
      bytes[value.toString(16).charCodeAt(0)] = value;
      bytes[value.toString(16).toUpperCase().charCodeAt(0)] = value;
    }
    return bytes;
  });
  const digit = (i: number): Expr<'i32'> => i32.shl(i32.load8_s(i32.load8_u(at, i), table), 4 * (3 - i));
  return i32.or(i32.or(digit(0), digit(1)), i32.or(digit(2), digit(3)));
}

/** `json_unescape(start, end) -> address` in the arena of a valid string's value; its size in a global. */
export function unescapeString(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.routine('json_unescape', () => {
    const allocate = arenaAllocate(module);
    const writeCodePoint = emitWriteCodePoint(module);
    return module.function('json_unescape', { start: 'i32', end: 'i32' }, 'i32', (f, { start, end }) => {
      const at = f.let('i32', 'at', start);
      // A value is never longer than its text; runs are copied in whole blocks.
      const room = i32.add(i32.sub(end, start), 32);
      const out = f.let('i32', 'out', call(allocate, room) as Expr<'i32'>);
      const to = f.let('i32', 'to', out);
      f.while(
        'next',
        () => i32.lt_u(at, end),
        () => {
          copyRun(module, f, { at, to, end });
          f.if(i32.lt_u(at, end), () => {
            f.if(i32.eq(i32.load8_u(at), backslash), () =>
              f.set(to, unescapeOne(module, f, { at, to, writeCodePoint })),
            );
          });
        },
      );
      f.setGlobal(globals.unescapedBytes, i32.sub(to, out));
      f.return(out);
    });
  });
}

interface Copying {
  readonly at: Local<'i32'>;
  readonly to: Local<'i32'>;
}

/** Emits: copies up to 16 bytes, to the next backslash or the end. */
function copyRun(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { at, to, end }: Copying & { readonly end: Expr<'i32'> },
): void {
  const block = f.let('v128', 'block', v128.load(at));
  const count = f.local('i32', 'count');
  const left = i32.sub(end, at);
  f.do(v128.store(to, block));
  f.set(count, i32.ctz(i32.or(i8x16.bitmask(i8x16.eq(block, module.vector(backslash))), 0x10000)));
  f.set(count, select('i32', i32.lt_u(count, left), count, left));
  f.set(at, i32.add(at, count));
  f.set(to, i32.add(to, count));
}

/** Emits: writes what the escape at `at` stands for and moves past it; yields where to write next. */
function unescapeOne(
  module: ModuleBuilder,
  f: FunctionBuilder,
  { at, to, writeCodePoint }: Copying & { readonly writeCodePoint: FunctionSlot },
): Arg<'i32'> {
  const codePoint = f.local('i32', 'code_point');
  const low = f.local('i32', 'low');
  const next = f.local('i32', 'written_to');
  const second = f.let('i32', 'second', i32.load8_u(at, 1));
  f.if(
    i32.ne(second, letterU),
    () => {
      f.do(i32.store8(to, escapedByte(module, second)));
      f.set(at, i32.add(at, 2));
      f.set(next, i32.add(to, 1));
    },
    () => {
      f.set(codePoint, fourHexDigits(module, i32.add(at, 2)));
      f.set(at, i32.add(at, 6));
      const isHigh = i32.eq(i32.and(codePoint, 0xfc00), 0xd800);
      f.if(i32.and(isHigh, i32.eq(i32.load16_u(at), 0x755c)), () => {
        f.set(low, fourHexDigits(module, i32.add(at, 2)));
        f.if(i32.eq(i32.and(low, 0xfc00), 0xdc00), () => {
          f.set(codePoint, i32.add(i32.shl(i32.and(codePoint, 0x3ff), 10), i32.and(low, 0x3ff)));
          f.set(codePoint, i32.add(codePoint, 0x10000));
          f.set(at, i32.add(at, 6));
        });
      });
      f.if(i32.eq(i32.and(codePoint, 0x1ff800), 0xd800), () => f.set(codePoint, 0xfffd));
      f.set(next, call(writeCodePoint, codePoint, to) as Expr<'i32'>);
    },
  );
  return next;
}

/** `write_code_point(codePoint, to) -> address` past its UTF-8 form. */
function emitWriteCodePoint(module: ModuleBuilder): FunctionSlot {
  return module.function('write_code_point', { point: 'i32', to: 'i32' }, 'i32', (f, { point, to }) => {
    const lead = (marker: number, shift: number): Expr<'i32'> => i32.or(marker, i32.shr_u(point, shift));
    const tail = (shift: number): Expr<'i32'> => i32.or(0x80, i32.and(i32.shr_u(point, shift), 0x3f));
    const write = (...bytes: readonly Expr<'i32'>[]): void => {
      f.do(...bytes.map((byte, i) => i32.store8(to, byte, i)));
      f.return(i32.add(to, bytes.length));
    };
    f.if(i32.lt_u(point, 0x80), () => write(point));
    f.if(i32.lt_u(point, 0x800), () => write(lead(0xc0, 6), tail(0)));
    f.if(i32.lt_u(point, 0x10000), () => write(lead(0xe0, 12), tail(6), tail(0)));
    write(lead(0xf0, 18), tail(12), tail(6), tail(0));
  });
}
