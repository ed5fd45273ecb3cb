/**
 * The 128 most significant bits of 10^q for q of -342 to 324, as the algorithms of Eisel and Lemire (text to
 * double) and of Schubfach (double to text) need them: 10^q = T * 2^e with 2^127 <= T < 2^128. Positive
 * powers are cut off (those up to 55 are exact); negative ones are cut off too, but rounded up from -27 on,
 * where the quotient by a power of five that fits a word must come out exact. Built once per process, with
 * BigInt.
 *
 * Source: Daniel Lemire, "Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51
 * (2021).
 */
import { i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';

export const powerMin = -342;
const powerMax = 324;
/** Powers from 0 to this one are exact in the table. */
export const exactPowerMax = 55;
/** Powers from this one to -1 are rounded up, lower ones cut off. */
export const roundedUpPowerMin = -27;

let table: Uint8Array | undefined;

/** Address of the table's entry for `power`: the high word at 0, the low word at 8. */
export function powerEntry(module: ModuleBuilder, power: Expr<'i32'>): Expr<'i32'> {
  const address = module.table('powers_of_five', () => (table ??= buildTable()));
  return i32.add(i32.shl(power, 4), address - 16 * powerMin);
}

function buildTable(): Uint8Array {
  const words = new BigUint64Array(2 * (powerMax - powerMin + 1));
  const put = (power: number, bits: bigint): void => {
    const at = 2 * (power - powerMin);
    words[at] = bits >> 64n;
    // Only the low 64 bits are kept.
    words[at + 1] = bits;
  };
  let five = 1n;
  for (let exponent = 0; exponent <= -powerMin; exponent++) {
    if (exponent <= powerMax) put(exponent, positiveBits(five, exponent));
    if (exponent > 0) put(-exponent, negativeBits(five, exponent));
    five *= 5n;
  }
  return new Uint8Array(words.buffer);
}

/** How many bits 5^exponent has: floor(exponent * log2(5)) + 1. */
function bitCount(exponent: number): bigint {
  return BigInt(((exponent * 1_217_359) >> 19) + 1);
}

/** The factor 2^exponent of a power of ten moves the point only, so the bits are those of 5^exponent. */
function positiveBits(five: bigint, exponent: number): bigint {
  const excess = bitCount(exponent) - 128n;
  return excess <= 0n ? five << -excess : five >> excess;
}

/** 2^(bits - 1) < 5^exponent < 2^bits, so the quotient has exactly 128 bits. */
function negativeBits(five: bigint, exponent: number): bigint {
  const quotient = (1n << (bitCount(exponent) + 127n)) / five;
  return -exponent >= roundedUpPowerMin ? quotient + 1n : quotient;
}
