/** Value types and constant instructions in the binary format. */
import { assert } from '../../base/assert.ts';
import type { ValueType } from '../types.ts';
import type { ByteWriter } from './byte-writer.ts';

export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

export function writeConstant(w: ByteWriter, type: ValueType, value: number | bigint | Uint8Array): void {
  if (type === 'i32') {
    w.byte(0x41);
    w.s32(Number(value));
  } else if (type === 'i64') {
    w.byte(0x42);
    w.s64(BigInt(value as number | bigint));
  } else if (type === 'f64') {
    w.byte(0x44);
    w.f64(Number(value));
  } else {
    assert(
      type === 'v128' && value instanceof Uint8Array && value.length === 16,
      'a v128 constant has 16 bytes',
    );
    w.bytes([0xfd, 12]);
    w.bytes(value);
  }
}
