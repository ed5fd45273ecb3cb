/**
 * The value of `_topic` while a unit is read: the name of its split, as a view in the worker's memory. A
 * query that does not read `_topic` has no place for it.
 */
import { encodeUtf8 } from '../../base/bytes.ts';
import { inlineBytesMax, writeView } from '../../columns/string-view.ts';
import { topicViewExport } from '../../job/job-graph.ts';
import type { TakenUnit } from '../../operators/input/unit-queue.ts';
import type { PrivateMemory } from '../../operators/operator.ts';
import { bindAddressGlobal, type Kernel } from '../../wasm/instantiate.ts';

/** Called when a unit begins, when no row of the unit before is in the batch any more. */
export function createTopicWriter(memory: PrivateMemory, kernel: Kernel): (taken: TakenUnit) => void {
  if (kernel.exports[topicViewExport] === undefined) return () => {};
  const place = bindAddressGlobal(kernel, topicViewExport);
  let written: string | undefined;
  let long: { readonly address: number; readonly byteCount: number } | undefined;
  return ({ unit }) => {
    if (unit.name === written) return;
    written = unit.name;
    if (long !== undefined) memory.free(long.address, long.byteCount);
    const bytes = encodeUtf8(unit.name);
    const byteCount = bytes.length;
    long = byteCount > inlineBytesMax ? { address: memory.allocate(byteCount), byteCount } : undefined;
    if (long !== undefined) memory.bytes().set(bytes, long.address);
    writeView(memory.bytes(), place(), bytes, long?.address);
  };
}
