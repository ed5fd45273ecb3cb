/**
 * How busy was the machine with something else? On Linux, from /proc/stat and our own processor time;
 * elsewhere unknown and taken as nothing. Time stolen from a virtual machine counts as something else.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const tickMillis = 10;

export interface Usage {
  readonly machineMillis: number;
  readonly ownMillis: number;
  readonly wallMillis: number;
}

export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  const ownMillis = (user + system) / 1000;
  return { machineMillis: machineBusyMillis() ?? ownMillis, ownMillis, wallMillis: performance.now() };
}

/** The share of the machine that others used since `before`, 0 to 1. */
export function othersShare(before: Usage): number {
  const now = readUsage();
  const others = now.machineMillis - before.machineMillis - (now.ownMillis - before.ownMillis);
  const capacity = (now.wallMillis - before.wallMillis) * availableParallelism();
  return Math.max(0, others) / capacity;
}

function machineBusyMillis(): number | undefined {
  try {
    const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/\s+/).slice(1).map(Number);
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
    return (user + nice + system + irq + softirq + steal) * tickMillis;
  } catch {
    return undefined;
  }
}
