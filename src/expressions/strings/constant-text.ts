/**
 * Constant strings of a module: their words, and the text behind such words for emitters that specialise on
 * it.
 */
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts';
import { inlineBytesMax, viewBytes, writeView } from '../../columns/string-view.ts';
import { i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr } from '../../wasm/types.ts';

/** The texts of a module's long constants by their addresses. */
const longTexts = new WeakMap<ModuleBuilder, Map<number, string>>();

/** A constant string's words; a long one's bytes become static data of the module. */
export function stringLanes(module: ModuleBuilder, text: string): readonly Expr[] {
  const bytes = encodeUtf8(text);
  const view = new Uint8Array(viewBytes);
  const address = bytes.length > inlineBytesMax ? constantBytes(module, text) : undefined;
  writeView(view, 0, bytes, address);
  const words = new DataView(view.buffer);
  return [i64.const(words.getBigInt64(0, true)), i64.const(words.getBigInt64(8, true))];
}

/** Where a constant text's bytes lie in static data. */
export function constantBytes(module: ModuleBuilder, text: string): number {
  const address = module.table(`string_${text}`, () => encodeUtf8(text), 1);
  let texts = longTexts.get(module);
  if (!texts) {
    texts = new Map();
    longTexts.set(module, texts);
  }
  texts.set(address, text);
  return address;
}

/** The string behind a view's lanes, or undefined where it is only known at run time. */
export function constantText(module: ModuleBuilder, [first, second]: readonly Expr[]): string | undefined {
  if (first?.kind !== 'const' || second?.kind !== 'const') return undefined;
  const view = new DataView(new ArrayBuffer(viewBytes));
  view.setBigUint64(0, BigInt.asUintN(64, first.value as bigint), true);
  view.setBigUint64(8, BigInt.asUintN(64, second.value as bigint), true);
  const length = view.getUint8(0);
  if (length <= inlineBytesMax) return decodeUtf8(new Uint8Array(view.buffer, 1, length));
  return longTexts.get(module)?.get(view.getUint32(8, true));
}
