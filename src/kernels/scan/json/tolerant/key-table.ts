/**
 * Keys by which columns are found: those of the columns, as a hash table in static memory. Open addressing,
 * at most half full; a key is compared whole.
 *
 *   hash(key) = first 8 bytes * A ^ last 8 bytes * B ^ length * C
 *               (of a key shorter than that: its bytes, zero padded, and 0)
 *   entry     = u32 address of the key, u32 its length, u32 column
 */
import { encodeUtf8 } from '../../../../base/bytes.ts';
import { equalBytes } from '../../../../routines/bytes.ts';
import type { FunctionBuilder, Local } from '../../../../wasm/function-builder.ts';
import { call, i8x16, i32, i64, v128 } from '../../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../../wasm/types.ts';
import type { ScanPlan } from '../scan-plan.ts';
import type { ScanGlobals } from './scan-globals.ts';
import { backslash, quote, stringEnd, unescapeString } from './strings.ts';

const entryBytes = 12;
const entryKeyBytes = 4;
const entryField = 8;

const multipliers = [0x9e37_79b9_7f4a_7c15n, 0xc2b2_ae3d_27d4_eb4fn, 0xd6e8_feb8_6659_fd93n] as const;

interface KeyTable {
  readonly slots: number;
  readonly slotMask: number;
}

/**
 * `json_read_key(start) -> address` past the closing quote, or 0; `start` is past the opening one. What was
 * read is noted for `fieldOfKey`. Short plain ASCII does not need the string routine.
 */
export function readKey(module: ModuleBuilder, globals: ScanGlobals): FunctionSlot {
  return module.routine('json_read_key', () =>
    module.function('json_read_key', { start: 'i32' }, 'i32', (f, { start }) => {
      const block = f.let('v128', 'block', v128.load(start));
      const ends = v128.or(i8x16.eq(block, module.vector(quote)), i8x16.eq(block, module.vector(backslash)));
      const special = i8x16.bitmask(v128.or(ends, i8x16.lt_s(block, module.vector(0x20))));
      const end = f.let('i32', 'end', i32.add(start, i32.ctz(i32.or(special, 0x10000))));
      f.setGlobal(globals.isEscaped, 0);
      f.if(i32.ne(i32.load8_u(end), quote), () => {
        f.set(end, call(stringEnd(module, globals), start) as Expr<'i32'>);
        f.if(i32.eqz(end), () => f.return(i32.const(0)));
      });
      f.setGlobal(globals.keyStart, start);
      f.setGlobal(globals.keyEnd, end);
      f.return(i32.add(end, 1));
    }),
  );
}

/** `json_field_of_key() -> column` that the last key read names, or -1. */
export function fieldOfKey(module: ModuleBuilder, globals: ScanGlobals, plan: ScanPlan): FunctionSlot {
  return module.routine('json_field_of_key', () => {
    const table = placeKeyTable(module, plan);
    const equal = equalBytes(module);
    return module.function('json_field_of_key', {}, 'i32', (f) => {
      const address = f.let('i32', 'address', globals.keyStart);
      const length = f.let('i32', 'length', i32.sub(globals.keyEnd, address));
      f.if(globals.isEscaped, () => {
        f.set(address, call(unescapeString(module, globals), address, globals.keyEnd) as Expr<'i32'>);
        f.set(length, globals.unescapedBytes);
      });
      const slot = f.let('i32', 'slot', emitHash(f, { address, length }));
      const entry = f.local('i32', 'entry');
      f.loop('probe', (probe) => {
        f.set(slot, i32.and(slot, table.slotMask));
        f.set(entry, i32.load(i32.shl(slot, 2), table.slots));
        f.if(i32.eqz(entry), () => f.return(i32.const(-1)));
        f.if(i32.eq(i32.load(entry, entryKeyBytes), length), () => {
          const isEqual = call(equal, i32.load(entry), address, length) as Expr<'i32'>;
          f.if(isEqual, () => f.return(i32.load(entry, entryField)));
        });
        f.set(slot, i32.add(slot, 1));
        f.branch(probe);
      });
    });
  });
}

interface FoundKey {
  readonly address: Local<'i32'>;
  readonly length: Local<'i32'>;
}

function emitHash(f: FunctionBuilder, { address, length }: FoundKey): Expr<'i32'> {
  const first = f.let('i64', 'first', i64.load(address));
  const last = f.local('i64', 'last');
  const bits = i64.extend_i32_u(i32.shl(length, 3));
  f.if(
    i32.ge_u(length, 8),
    () => f.set(last, i64.load(i32.sub(i32.add(address, length), 8))),
    () => f.set(first, i64.and(first, i64.sub(i64.shl(1n, bits), 1))),
  );
  const size = i64.extend_i32_u(length);
  const hash = i64.xor(i64.mul(first, multipliers[0]), i64.mul(last, multipliers[1]));
  const folded = i64.shr_u(i64.xor(hash, i64.mul(size, multipliers[2])), 44);
  return i32.wrap_i64(folded);
}

function placeKeyTable(module: ModuleBuilder, { spec }: ScanPlan): KeyTable {
  const keys = spec.fields.map(({ name }) => encodeUtf8(name));
  const slotCount = 2 ** Math.ceil(Math.log2(2 * keys.length + 2));
  const slots = new Uint32Array(slotCount);
  const entries = new Uint32Array((keys.length * entryBytes) / 4);
  keys.forEach((bytes, field) => {
    entries.set([module.data(bytes), bytes.length, field], (field * entryBytes) / 4);
  });
  const entriesAddress = module.data(new Uint8Array(entries.buffer));
  keys.forEach((bytes, field) => {
    let slot = hashKey(bytes) % slotCount;
    while (slots[slot] !== 0) slot = (slot + 1) % slotCount;
    slots[slot] = entriesAddress + field * entryBytes;
  });
  return { slots: module.data(new Uint8Array(slots.buffer)), slotMask: slotCount - 1 };
}

/** The hash as the kernel computes it. */
function hashKey(key: Uint8Array): number {
  const word = (bytes: Uint8Array): bigint =>
    bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const first = word(key.subarray(0, 8)) * multipliers[0];
  const last = key.length >= 8 ? word(key.subarray(-8)) * multipliers[1] : 0n;
  return Number(BigInt.asUintN(64, first ^ last ^ (BigInt(key.length) * multipliers[2])) >> 44n);
}
