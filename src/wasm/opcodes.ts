/**
 * The instruction table: name, binary opcode, operand types, result type.
 * Source: WebAssembly Core Specification 3.0, section 5.4 (binary format of instructions).
 */
import type { ValueType } from './types.ts';

export interface Opcode {
  readonly bytes: readonly number[];
  readonly params: readonly ValueType[];
  readonly result: ValueType;
  /** How many lane immediates follow the opcode. */
  readonly laneCount: number;
}

export interface MemoryOpcode {
  readonly bytes: readonly number[];
  /** The value loaded or stored. */
  readonly type: ValueType;
  /** The widest alignment hint the instruction allows, as a power of two. */
  readonly alignLog2: number;
}

const table = new Map<string, Opcode>();

function define(type: ValueType, result: ValueType, arity: number, first: number, names: string): void {
  names.split(' ').forEach((name, i) => {
    table.set(`${type}.${name}`, {
      bytes: [first + i],
      params: Array<ValueType>(arity).fill(type),
      result,
      laneCount: 0,
    });
  });
}

const integerCompare = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const integerBinary = 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const floatCompare = 'eq ne lt gt le ge';

define('i32', 'i32', 1, 0x45, 'eqz');
define('i32', 'i32', 2, 0x46, integerCompare);
define('i64', 'i32', 1, 0x50, 'eqz');
define('i64', 'i32', 2, 0x51, integerCompare);
define('f32', 'i32', 2, 0x5b, floatCompare);
define('f64', 'i32', 2, 0x61, floatCompare);
define('i32', 'i32', 1, 0x67, 'clz ctz popcnt');
define('i32', 'i32', 2, 0x6a, integerBinary);
define('i64', 'i64', 1, 0x79, 'clz ctz popcnt');
define('i64', 'i64', 2, 0x7c, integerBinary);
define('f64', 'f64', 1, 0x99, 'abs neg ceil floor trunc nearest sqrt');
define('f64', 'f64', 2, 0xa0, 'add sub mul div min max copysign');

function convert(result: ValueType, from: ValueType, bytes: readonly number[], name: string): void {
  table.set(`${result}.${name}`, { bytes, params: [from], result, laneCount: 0 });
}

convert('i32', 'i64', [0xa7], 'wrap_i64');
convert('i64', 'i32', [0xac], 'extend_i32_s');
convert('i64', 'i32', [0xad], 'extend_i32_u');
convert('f32', 'f64', [0xb6], 'demote_f64');
convert('f64', 'i32', [0xb7], 'convert_i32_s');
convert('f64', 'i32', [0xb8], 'convert_i32_u');
convert('f64', 'i64', [0xb9], 'convert_i64_s');
convert('f64', 'i64', [0xba], 'convert_i64_u');
convert('f64', 'f32', [0xbb], 'promote_f32');
convert('i64', 'f64', [0xbd], 'reinterpret_f64');
convert('f64', 'i64', [0xbf], 'reinterpret_i64');
convert('i32', 'i32', [0xc0], 'extend8_s');
convert('i32', 'i32', [0xc1], 'extend16_s');
convert('i64', 'i64', [0xc4], 'extend32_s');
convert('i32', 'f64', [0xfc, 2], 'trunc_sat_f64_s');
convert('i64', 'f64', [0xfc, 6], 'trunc_sat_f64_s');
convert('i64', 'f64', [0xfc, 7], 'trunc_sat_f64_u');

/** A SIMD opcode is the prefix 0xfd and an unsigned LEB128 number. */
function simd(
  name: string,
  code: number,
  params: readonly ValueType[],
  result: ValueType,
  laneCount = 0,
): void {
  const bytes = code < 128 ? [0xfd, code] : [0xfd, (code & 127) | 128, code >> 7];
  table.set(name, { bytes, params, result, laneCount });
}

simd('i8x16.shuffle', 13, ['v128', 'v128'], 'v128', 16);
simd('i8x16.swizzle', 14, ['v128', 'v128'], 'v128');
for (const [shape, code, lane] of [
  ['i8x16', 15, 'i32'],
  ['i16x8', 16, 'i32'],
  ['i32x4', 17, 'i32'],
  ['i64x2', 18, 'i64'],
  ['f64x2', 20, 'f64'],
] as const) {
  simd(`${shape}.splat`, code, [lane], 'v128');
}
simd('i8x16.extract_lane_u', 22, ['v128'], 'i32', 1);
simd('i8x16.replace_lane', 23, ['v128', 'i32'], 'v128', 1);
simd('i32x4.extract_lane', 27, ['v128'], 'i32', 1);
simd('i32x4.replace_lane', 28, ['v128', 'i32'], 'v128', 1);
simd('i64x2.extract_lane', 29, ['v128'], 'i64', 1);
simd('i64x2.replace_lane', 30, ['v128', 'i64'], 'v128', 1);
'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'.split(' ').forEach((name, i) => {
  simd(`i8x16.${name}`, 35 + i, ['v128', 'v128'], 'v128');
});
simd('v128.not', 77, ['v128'], 'v128');
simd('v128.and', 78, ['v128', 'v128'], 'v128');
simd('v128.andnot', 79, ['v128', 'v128'], 'v128');
simd('v128.or', 80, ['v128', 'v128'], 'v128');
simd('v128.xor', 81, ['v128', 'v128'], 'v128');
simd('v128.bitselect', 82, ['v128', 'v128', 'v128'], 'v128');
simd('v128.any_true', 83, ['v128'], 'i32');
simd('i8x16.all_true', 99, ['v128'], 'i32');
simd('i8x16.bitmask', 100, ['v128'], 'i32');
simd('i8x16.add', 110, ['v128', 'v128'], 'v128');
simd('i8x16.sub', 113, ['v128', 'v128'], 'v128');
simd('i8x16.min_u', 119, ['v128', 'v128'], 'v128');
simd('i8x16.max_u', 121, ['v128', 'v128'], 'v128');
simd('i8x16.shl', 107, ['v128', 'i32'], 'v128');
simd('i8x16.shr_u', 109, ['v128', 'i32'], 'v128');
simd('i8x16.sub_sat_u', 115, ['v128', 'v128'], 'v128');
simd('i16x8.narrow_i32x4_s', 133, ['v128', 'v128'], 'v128');
simd('i16x8.shr_u', 141, ['v128', 'i32'], 'v128');
simd('i16x8.mul', 149, ['v128', 'v128'], 'v128');
simd('i32x4.dot_i16x8_s', 186, ['v128', 'v128'], 'v128');
simd('i32x4.add', 174, ['v128', 'v128'], 'v128');
simd('i64x2.eq', 214, ['v128', 'v128'], 'v128');
simd('i64x2.add', 206, ['v128', 'v128'], 'v128');
simd('i64x2.shl', 203, ['v128', 'i32'], 'v128');
simd('i64x2.all_true', 195, ['v128'], 'i32');

table.set('memory.size', { bytes: [0x3f, 0], params: [], result: 'i32', laneCount: 0 });
table.set('memory.grow', { bytes: [0x40, 0], params: ['i32'], result: 'i32', laneCount: 0 });

export const opcodes: ReadonlyMap<string, Opcode> = table;

const memory = (bytes: readonly number[], type: ValueType, alignLog2: number): MemoryOpcode => ({
  bytes,
  type,
  alignLog2,
});

export const loads: ReadonlyMap<string, MemoryOpcode> = new Map([
  ['i32.load', memory([0x28], 'i32', 2)],
  ['i64.load', memory([0x29], 'i64', 3)],
  ['f64.load', memory([0x2b], 'f64', 3)],
  ['i32.load8_s', memory([0x2c], 'i32', 0)],
  ['i32.load8_u', memory([0x2d], 'i32', 0)],
  ['i32.load16_s', memory([0x2e], 'i32', 1)],
  ['i32.load16_u', memory([0x2f], 'i32', 1)],
  ['i64.load8_u', memory([0x31], 'i64', 0)],
  ['i64.load16_u', memory([0x33], 'i64', 1)],
  ['i64.load32_s', memory([0x34], 'i64', 2)],
  ['i64.load32_u', memory([0x35], 'i64', 2)],
  ['v128.load', memory([0xfd, 0], 'v128', 4)],
  ['i32.atomic.load', memory([0xfe, 0x10], 'i32', 2)],
]);

export const stores: ReadonlyMap<string, MemoryOpcode> = new Map([
  ['i32.store', memory([0x36], 'i32', 2)],
  ['i64.store', memory([0x37], 'i64', 3)],
  ['f64.store', memory([0x39], 'f64', 3)],
  ['i32.store8', memory([0x3a], 'i32', 0)],
  ['i32.store16', memory([0x3b], 'i32', 1)],
  ['i64.store8', memory([0x3c], 'i64', 0)],
  ['i64.store16', memory([0x3d], 'i64', 1)],
  ['i64.store32', memory([0x3e], 'i64', 2)],
  ['v128.store', memory([0xfd, 11], 'v128', 4)],
  ['i32.atomic.store', memory([0xfe, 0x17], 'i32', 2)],
]);
