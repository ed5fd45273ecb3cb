/**
 * Compiled modules of the last jobs. V8 compiles a kernel twice, quickly and then well, and the second time
 * takes tens of milliseconds of the cores that should run it; a statement that runs again finds its machine
 * code as the last run left it.
 */
import { compileModule } from '../../wasm/instantiate.ts';

interface CachedModule {
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
}

/** Bytes of all modules that are kept; their machine code takes some times that. */
const cachedBytesMax = 8 * 1024 * 1024;

/** By the hash of their bytes, the ones used last at the end. */
const cache = new Map<number, CachedModule>();
let cachedBytes = 0;

/** The module of these bytes; they must not change. */
export function compileCached(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const hash = hashBytes(bytes);
  const known = cache.get(hash);
  if (known !== undefined) forget(hash, known);
  const isSame = known !== undefined && sameBytes(known.bytes, bytes);
  const entry = isSame ? known : { bytes, module: compileModule(bytes) };
  cache.set(hash, entry);
  cachedBytes += entry.bytes.length;
  for (const [oldHash, oldest] of cache) {
    if (cachedBytes <= cachedBytesMax) break;
    forget(oldHash, oldest);
  }
  return entry.module;
}

function forget(hash: number, { bytes }: CachedModule): void {
  cache.delete(hash);
  cachedBytes -= bytes.length;
}

/** FNV-1a. Source: Fowler, Noll, Vo, http://www.isthe.com/chongo/tech/comp/fnv/. */
function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
