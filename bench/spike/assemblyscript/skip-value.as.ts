// One fixed piece in AssemblyScript, to compare with the same piece in the builder
// (../kernels/skip-value.ts): skips one JSON value in [p, end), checks structure, escapes, numbers and UTF-8,
// and yields the address behind it, or -1. At least 16 readable bytes follow `end`. Nesting is limited to 64
// levels. Grammar: RFC 8259; UTF-8: RFC 3629.
//
//   npx --yes -p assemblyscript@0.28.20 asc skip-value.as.ts -O3 --runtime stub --noAssert --enable simd \
//     --importMemory --outFile skip-value.wasm

const VALUE: i32 = 0;
const AFTER: i32 = 1;
const KEY: i32 = 2;

export function skip_value(p: i32, end: i32): i32 {
  let depth: i32 = 0;
  // One bit a level: 1 in an object, 0 in an array.
  let nesting: u64 = 0;
  let state = VALUE;
  while (true) {
    if (state === AFTER && depth === 0) return p <= end ? p : -1;
    p = skip_blanks(p);
    if (p >= end) return -1;
    const c: i32 = load<u8>(p);
    if (state === VALUE) {
      if (c === 0x22) {
        p = skip_string(p + 1, end);
        state = AFTER;
      } else if (c === 0x7b || c === 0x5b) {
        if (depth === 64) return -1;
        depth++;
        nesting = (nesting << 1) | u64(c === 0x7b);
        p = skip_blanks(p + 1);
        if (load<u8>(p) === c + 2) {
          p++;
          depth--;
          nesting >>= 1;
          state = AFTER;
        } else if (c === 0x7b) {
          state = KEY;
        }
      } else {
        p = c === 0x2d || <u32>(c - 0x30) < <u32>10 ? skip_number(p) : skip_word(p);
        state = AFTER;
      }
    } else if (state === AFTER) {
      const inObject = i32(nesting & 1);
      if (c === 0x2c) {
        state = inObject ? KEY : VALUE;
      } else if (c === (inObject ? 0x7d : 0x5d)) {
        depth--;
        nesting >>= 1;
      } else {
        return -1;
      }
      p++;
    } else {
      if (c !== 0x22) return -1;
      p = skip_string(p + 1, end);
      if (p < 0) return -1;
      p = skip_blanks(p);
      if (load<u8>(p) !== 0x3a) return -1;
      p++;
      state = VALUE;
    }
    if (p < 0) return -1;
  }
}

function skip_blanks(p: i32): i32 {
  while (true) {
    const c: i32 = load<u8>(p);
    if (c > 0x20 || (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09)) return p;
    p++;
  }
}

function skip_string(p: i32, end: i32): i32 {
  while (p < end) {
    const text = v128.load(p);
    const special = v128.or(
      v128.or(i8x16.eq(text, i8x16.splat(0x22)), i8x16.eq(text, i8x16.splat(0x5c))),
      i8x16.lt_s(text, i8x16.splat(0x20)),
    );
    const stops = i8x16.bitmask(special);
    if (stops === 0) {
      p += 16;
      continue;
    }
    p += ctz(stops);
    const c: i32 = load<u8>(p);
    if (c === 0x22) return p + 1;
    if (c < 0x20) return -1;
    p = c === 0x5c ? skip_escape(p) : skip_multibyte(p);
    if (p < 0) return -1;
  }
  return -1;
}

function skip_escape(p: i32): i32 {
  const c: i32 = load<u8>(p, 1);
  if (c === 0x75) {
    for (let i = 2; i < 6; i++) {
      const digit: i32 = load<u8>(p + i);
      if (<u32>(digit - 0x30) >= <u32>10 && <u32>((digit | 0x20) - 0x61) >= <u32>6) return -1;
    }
    return p + 6;
  }
  if (c === 0x22 || c === 0x5c || c === 0x2f || c === 0x62) return p + 2;
  if (c === 0x66 || c === 0x6e || c === 0x72 || c === 0x74) return p + 2;
  return -1;
}

function skip_multibyte(p: i32): i32 {
  const c: i32 = load<u8>(p);
  const second: i32 = load<u8>(p, 1);
  if (c < 0xc2 || c > 0xf4) return -1;
  if (c < 0xe0) return is_continuation(second) ? p + 2 : -1;
  const third: i32 = load<u8>(p, 2);
  if (!is_continuation(second) || !is_continuation(third)) return -1;
  if (c < 0xf0) {
    if (c === 0xe0 && second < 0xa0) return -1;
    if (c === 0xed && second > 0x9f) return -1;
    return p + 3;
  }
  if (!is_continuation(load<u8>(p, 3))) return -1;
  if (c === 0xf0 && second < 0x90) return -1;
  if (c === 0xf4 && second > 0x8f) return -1;
  return p + 4;
}

function is_continuation(c: i32): bool {
  return (c & 0xc0) === 0x80;
}

function skip_digits(p: i32): i32 {
  while (<u32>(load<u8>(p) - 0x30) < <u32>10) p++;
  return p;
}

function skip_number(p: i32): i32 {
  if (load<u8>(p) === 0x2d) p++;
  let from = p;
  p = skip_digits(p);
  if (p === from || (load<u8>(from) === 0x30 && p > from + 1)) return -1;
  if (load<u8>(p) === 0x2e) {
    from = p + 1;
    p = skip_digits(from);
    if (p === from) return -1;
  }
  if ((load<u8>(p) | 0x20) === 0x65) {
    const sign: i32 = load<u8>(p, 1);
    from = p + 1 + i32(sign === 0x2b || sign === 0x2d);
    p = skip_digits(from);
    if (p === from) return -1;
  }
  return p;
}

/** true, false, null: compared as little-endian words. */
function skip_word(p: i32): i32 {
  const word: i32 = load<i32>(p);
  if (word === 0x65757274 || word === 0x6c6c756e) return p + 4;
  return word === 0x736c6166 && load<u8>(p, 4) === 0x65 ? p + 5 : -1;
}
