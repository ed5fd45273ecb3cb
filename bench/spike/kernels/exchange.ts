/**
 * The one module that sees both memories: copies a page's bytes out to a ring's slot and in from one, nothing
 * else.
 */

import { memory0 } from '../../../src/wasm/instructions.ts';
import { ModuleBuilder } from '../../../src/wasm/module-builder.ts';

export function buildExchangeModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder('spike_exchange');
  const rings = module.importSharedMemory('rings');
  const params = { to: 'i32', from: 'i32', byteCount: 'i32' } as const;
  module.export('send', params, undefined, (f, { to, from, byteCount }) =>
    f.memoryCopy(to, from, byteCount, rings, memory0),
  );
  module.export('receive', params, undefined, (f, { to, from, byteCount }) =>
    f.memoryCopy(to, from, byteCount, memory0, rings),
  );
  return module.encode();
}
