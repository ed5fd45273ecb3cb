/** Literal values in and out of the evaluator's cells: each lane in 8 bytes, long strings above them. */

import { assert } from '../../base/assert.ts';
import { encodeUtf8 } from '../../base/bytes.ts';
import type { SqlType } from '../../columns/sql-type.ts';
import { inlineBytesMax, viewToString, writeView } from '../../columns/string-view.ts';
import type { Interval, LiteralValue } from '../bound-expression.ts';
import { packMonthsAndDays } from '../value.ts';

/** Writes the value's lanes at `address` (NULL: zeros); a long string goes to `top`. Returns the new top. */
export function writeLiteral(
  memory: WebAssembly.Memory,
  address: number,
  type: SqlType,
  value: LiteralValue,
  top: number,
): number {
  const cells = new DataView(memory.buffer);
  cells.setBigUint64(address, 0n, true);
  cells.setBigUint64(address + 8, 0n, true);
  if (value === null) return top;
  switch (type.kind) {
    case 'boolean':
    case 'int':
    case 'date':
      cells.setInt32(address, Number(value), true);
      return top;
    case 'double':
      cells.setFloat64(address, Number(value), true);
      return top;
    case 'varchar':
      return writeString(memory, address, String(value), top);
    case 'interval': {
      const { months, days, micros } = value as Interval;
      cells.setBigInt64(address, micros, true);
      cells.setBigInt64(address + 8, packMonthsAndDays(months, days), true);
      return top;
    }
    default: {
      const integer = BigInt(value as bigint);
      cells.setBigInt64(address, BigInt.asIntN(64, integer), true);
      cells.setBigInt64(address + 8, BigInt.asIntN(64, integer >> 64n), true);
      return top;
    }
  }
}

function writeString(memory: WebAssembly.Memory, address: number, text: string, top: number): number {
  const bytes = encodeUtf8(text);
  if (bytes.length <= inlineBytesMax) {
    writeView(new Uint8Array(memory.buffer), address, bytes, undefined);
    return top;
  }
  const end = top + bytes.length;
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65_536));
  const space = new Uint8Array(memory.buffer);
  space.set(bytes, top);
  writeView(space, address, bytes, top);
  return end;
}

/** The value at `address`, which is not NULL. */
export function readLiteral(memory: WebAssembly.Memory, address: number, type: SqlType): LiteralValue {
  const cells = new DataView(memory.buffer);
  switch (type.kind) {
    case 'boolean':
      return cells.getInt32(address, true) !== 0;
    case 'int':
    case 'date':
      return cells.getInt32(address, true);
    case 'double':
      return cells.getFloat64(address, true);
    case 'varchar':
      return viewToString(new Uint8Array(memory.buffer), address);
    case 'interval':
      return {
        months: cells.getInt32(address + 8, true),
        days: cells.getInt32(address + 12, true),
        micros: cells.getBigInt64(address, true),
      };
    case 'decimal': {
      const low = cells.getBigInt64(address, true);
      if (type.precision <= 18) return low;
      return (cells.getBigInt64(address + 8, true) << 64n) | BigInt.asUintN(64, low);
    }
    default:
      assert(type.kind !== 'unknown', 'a value has a type');
      return cells.getBigInt64(address, true);
  }
}
