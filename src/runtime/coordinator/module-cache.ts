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
  const isSame = known !== undefined && Buffer.compare(known.bytes, bytes) === 0;
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

/** FNV-1a of four bytes at a time. Source: Fowler, Noll, Vo, http://www.isthe.com/chongo/tech/comp/fnv/. */
function hashBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash = 0x811c9dc5 ^ bytes.length;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
  }
  return hash;
}
