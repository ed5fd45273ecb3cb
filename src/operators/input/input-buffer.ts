/** The buffer that a source of bytes reads into. Kernels may read up to `slackBytes` past its content. */
import type { InputBuffer } from '../../io/source.ts';
import type { PrivateMemory } from '../operator.ts';

const slackBytes = 64;

export function openInputBuffer(memory: PrivateMemory, byteCount: number): InputBuffer {
  let capacityBytes = byteCount;
  let address = memory.allocate(capacityBytes + slackBytes);
  return {
    get address() {
      return address;
    },
    get capacityBytes() {
      return capacityBytes;
    },
    bytes: () => memory.bytes(),
    grow(wanted: number): void {
      if (wanted <= capacityBytes) return;
      let grownBytes = capacityBytes;
      while (grownBytes < wanted) grownBytes *= 2;
      const grown = memory.allocate(grownBytes + slackBytes);
      memory.bytes().copyWithin(grown, address, address + capacityBytes);
      memory.free(address, capacityBytes + slackBytes);
      address = grown;
      capacityBytes = grownBytes;
    },
  };
}
