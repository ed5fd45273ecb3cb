/**
 * The 16 bytes that stand for a VARCHAR value (UTF-8), read as two 64-bit words:
 *
 *   up to 15 bytes   byte 0 = length, bytes 1..15 = the string, zero padded
 *   longer           byte 0 = 0xff, bytes 1..3 = the first three bytes, bytes 4..7 = length (u32),
 *                    bytes 8..11 = address (u32), bytes 12..15 = the next four bytes of the string
 *
 * A string has exactly one form, so two short ones are equal when both words are, a short and a long one
 * never are, and two long ones can only be when the first word is. A long view's address is absolute in a
 * private memory and relative to the page's start inside a page (page.ts).
 */
import { assert } from '../base/assert.ts';
import { decodeUtf8 } from '../base/bytes.ts';

export const inlineBytesMax = 15;
export const viewBytes = 16;
/** The value of byte 0 in a long view. */
export const longTag = 0xff;
export const longLengthOffset = 4;
export const longAddressOffset = 8;

/** The string's bytes. A long view's address counts from `base`. */
export function viewToBytes(memory: Uint8Array, view: number, base = 0): Uint8Array {
  const tag = memory[view]!;
  if (tag !== longTag) return memory.subarray(view + 1, view + 1 + tag);
  const length = readU32(memory, view + longLengthOffset);
  const address = base + readU32(memory, view + longAddressOffset);
  return memory.subarray(address, address + length);
}

/** The string itself. */
export function viewToString(memory: Uint8Array, view: number, base = 0): string {
  return decodeUtf8(viewToBytes(memory, view, base));
}

/** Writes a view of a string that is short enough to be inline, or whose bytes already lie at `address`. */
export function writeView(
  memory: Uint8Array,
  view: number,
  bytes: Uint8Array,
  address: number | undefined,
): void {
  memory.fill(0, view, view + viewBytes);
  if (bytes.length <= inlineBytesMax) {
    memory[view] = bytes.length;
    memory.set(bytes, view + 1);
    return;
  }
  assert(address !== undefined, 'a long string lies somewhere');
  memory[view] = longTag;
  memory.set(bytes.subarray(0, 3), view + 1);
  writeU32(memory, view + longLengthOffset, bytes.length);
  writeU32(memory, view + longAddressOffset, address);
  memory.set(bytes.subarray(3, 7), view + 12);
}

function readU32(memory: Uint8Array, at: number): number {
  return (memory[at]! | (memory[at + 1]! << 8) | (memory[at + 2]! << 16) | (memory[at + 3]! << 24)) >>> 0;
}

function writeU32(memory: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) memory[at + i] = (value >>> (8 * i)) & 0xff;
}
