/**
 * One JSON value of any kind, checked to its last byte and skipped (RFC 8259). Nesting is kept as one bit a
 * level in a 64-bit word, 1 for an object, so its depth is bounded by `nestingDepthMax`, the record itself
 * being the first level.
 */
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i32, i64 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot, Label } from '../../../../wasm/types.ts';
import { numberEnd } from './numbers.ts';
import { failWith, isBlank, type ScanGlobals } from './scan-globals.ts';
import { quote, stringEnd } from './strings.ts';

export const nestingDepthMax = 64;

export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const closeBracket = 0x5d;
export const comma = 0x2c;
export const colon = 0x3a;

/** `json_skip_value(at) -> address` past the value that starts at `at`, or 0. */
export function skipValue(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.routine('json_skip_value', () => {
    const pastScalar = skipScalar(module, globals);
    const skipNested = emitSkipNested(module, globals, pastScalar);
    return module.function('json_skip_value', { at: 'i32' }, 'i32', (f, { at }) => {
      f.if(isOpening(i32.load8_u(at)), () => f.return(call(skipNested, at) as Expr<'i32'>));
      f.return(call(pastScalar, at) as Expr<'i32'>);
    });
  });
}

/** `{` or `[`, which differ in one bit. */
export function isOpening(byte: Expr<'i32'>): Expr<'i32'> {
  return i32.eq(i32.or(byte, 0x20), openBrace);
}

/** Emits: moves `at` past blanks. */
export function skipBlanks(f: FunctionBuilder, at: Local<'i32'>): void {
  const byte = f.let('i32', 'blank', i32.load8_u(at));
  f.while(
    'blanks',
    () => isBlank(byte),
    () => {
      f.set(at, i32.add(at, 1));
      f.set(byte, i32.load8_u(at));
    },
  );
}

/** `json_skip_scalar(at) -> address` past the string, number or word that starts at `at`, or 0. */
export function skipScalar(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  const pastString = stringEnd(module, globals);
  const pastNumber = numberEnd(module, globals);
  return module.routine('json_skip_scalar', () =>
    module.function('json_skip_scalar', { at: 'i32' }, 'i32', (f, { at }) => {
      const byte = f.let('i32', 'byte', i32.load8_u(at));
      f.if(i32.eq(byte, quote), () => {
        const end = f.let('i32', 'end', call(pastString, i32.add(at, 1)) as Expr<'i32'>);
        f.return(i32.add(end, i32.ne(end, 0)));
      });
      for (const [word, address] of [
        ['true', at],
        ['null', at],
        ['alse', i32.add(at, 1)],
      ] as const) {
        const isWord = i32.eq(i32.load(address), fourBytes(word));
        const isFalse = word === 'alse';
        const condition = isFalse ? i32.and(isWord, i32.eq(byte, 0x66)) : isWord;
        f.if(condition, () => f.return(i32.add(at, isFalse ? 5 : 4)));
      }
      f.return(call(pastNumber, at) as Expr<'i32'>);
    }),
  );
}

/** Four ASCII characters as a little-endian load gives them. */
export function fourBytes(text: string): number {
  return [...text].reduce((word, character, i) => word | (character.charCodeAt(0) << (8 * i)), 0);
}

interface Nesting {
  readonly at: Local<'i32'>;
  readonly byte: Local<'i32'>;
  readonly depth: Local<'i32'>;
  /** The lowest bit is the innermost level's. */
  readonly levels: Local<'i64'>;
  readonly skipScalar: FunctionSlot;
  readonly pastKey: FunctionSlot;
}

function emitSkipNested(module: ModuleBuilder, globals: ScanGlobals, skipScalar: FunctionSlot): FunctionSlot {
  const pastKey = emitKeyEnd(module, globals);
  return module.function('json_skip_nested', { at: 'i32' }, 'i32', (f, params) => {
    const nesting: Nesting = {
      at: params.at,
      byte: f.local('i32', 'byte'),
      depth: f.let('i32', 'depth', 1),
      levels: f.local('i64', 'levels'),
      skipScalar,
      pastKey,
    };
    f.loop('value', (value) => {
      f.block('closed', (closed) => openOrSkip(f, globals, { ...nesting, value, closed }));
      f.loop('after', (after) => afterValue(f, globals, { ...nesting, value, after }));
    });
  });
}

/**
 * Emits: at a value: enters it if it is nested (to `value`, or out of `closed` if empty), skips it otherwise.
 */
function openOrSkip(
  f: FunctionBuilder,
  globals: ScanGlobals,
  nesting: Nesting & { readonly value: Label; readonly closed: Label },
): void {
  const { at, byte, depth, levels, value, closed } = nesting;
  skipBlanks(f, at);
  f.set(byte, i32.load8_u(at));
  f.if(isOpening(byte), () => {
    f.set(depth, i32.add(depth, 1));
    f.if(i32.gt_u(depth, nestingDepthMax), () => failWith(f, globals, 'too_deep'));
    f.set(levels, i64.or(i64.shl(levels, 1), i64.extend_i32_u(i32.eq(byte, openBrace))));
    f.set(at, i32.add(at, 1));
    skipBlanks(f, at);
    // The closing bracket is two code points after the opening one.
    f.if(i32.eq(i32.load8_u(at), i32.add(byte, 2)), () => {
      leaveLevel(f, nesting);
      f.branch(closed);
    });
    f.if(i32.eq(byte, openBrace), () => skipKey(f, nesting));
    f.branch(value);
  });
  f.set(at, call(nesting.skipScalar, at) as Expr<'i32'>);
  f.if(i32.eqz(at), () => f.return(i32.const(0)));
}

/**
 * Emits: after a value: leaves levels that end here, returns after the last, goes on to the next `value`
 * otherwise.
 */
function afterValue(
  f: FunctionBuilder,
  globals: ScanGlobals,
  nesting: Nesting & { readonly value: Label; readonly after: Label },
): void {
  const { at, byte, depth, levels, value, after } = nesting;
  f.if(i32.eq(depth, 1), () => f.return(at));
  skipBlanks(f, at);
  f.set(byte, i32.load8_u(at));
  const isObject = i32.wrap_i64(i64.and(levels, 1));
  f.if(i32.eq(byte, comma), () => {
    f.set(at, i32.add(at, 1));
    f.if(isObject, () => {
      skipBlanks(f, at);
      skipKey(f, nesting);
    });
    f.branch(value);
  });
  f.if(i32.ne(byte, i32.add(closeBracket, i32.shl(isObject, 5))), () => failWith(f, globals, 'syntax'));
  leaveLevel(f, nesting);
  f.branch(after);
}

function leaveLevel(f: FunctionBuilder, { at, depth, levels }: Nesting): void {
  f.set(at, i32.add(at, 1));
  f.set(depth, i32.sub(depth, 1));
  f.set(levels, i64.shr_u(levels, 1));
}

function skipKey(f: FunctionBuilder, { at, pastKey }: Nesting): void {
  f.set(at, call(pastKey, at) as Expr<'i32'>);
  f.if(i32.eqz(at), () => f.return(i32.const(0)));
}

/** `json_key_end(at) -> address` past the key at `at` and its colon, or 0. */
function emitKeyEnd(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  const pastString = stringEnd(module, globals);
  return module.function('json_key_end', { at: 'i32' }, 'i32', (f, { at }) => {
    f.if(i32.ne(i32.load8_u(at), quote), () => failWith(f, globals, 'syntax'));
    const end = f.let('i32', 'end', call(pastString, i32.add(at, 1)) as Expr<'i32'>);
    f.if(i32.eqz(end), () => f.return(i32.const(0)));
    f.set(end, i32.add(end, 1));
    skipBlanks(f, end);
    f.if(i32.ne(i32.load8_u(end), colon), () => failWith(f, globals, 'syntax'));
    f.return(i32.add(end, 1));
  });
}
