/**
 * The rings of an exchange, one from each sender to each receiver, side by side in the shared memory. Where
 * each lies is computed, because at N partitions there are N x N of them, and every thread has to know.
 */
import { type RingLayout, ringBytes } from './ring.ts';

export interface RingGrid extends RingLayout {
  /** Partitions 0 to `senders - 1` send. */
  readonly senders: number;
  /** Of each sender: its rings, in the order of those they lead to. */
  readonly receivers: number;
}

export function ringGridBytes({ senders, receivers, slotCount, slotPayloadBytes }: RingGrid): number {
  return senders * receivers * ringBytes(slotCount, slotPayloadBytes);
}

export function ringAt(grid: RingGrid, sender: number, receiver: number): RingLayout {
  const { receivers, slotCount, slotPayloadBytes } = grid;
  const index = sender * receivers + receiver;
  const address = grid.address + index * ringBytes(slotCount, slotPayloadBytes);
  return { address, slotCount, slotPayloadBytes };
}
