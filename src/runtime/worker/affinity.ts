/**
 * Pins the calling thread to one core, and says so only when it really is. Linux alone can; koffi (an
 * optional dependency) makes the call into libc. Source: sched_setaffinity(2).
 */
import { readFileSync } from 'node:fs';
import type Koffi from 'koffi';

export interface Pinning {
  /** The core the thread now runs on alone; undefined when it could not be pinned. */
  readonly core: number | undefined;
  /** Why not. */
  readonly note: string | undefined;
  /** Gives the thread back the cores it had; whether it has them. */
  release(): boolean;
}

/** Sets the cores of the calling thread; whether it has just these. */
type SetCores = (cores: readonly number[]) => boolean;

const maskBytes = 128;

export async function pinThread(index: number): Promise<Pinning> {
  if (process.platform !== 'linux') return refused(`core affinity is not available on ${process.platform}`);
  const allowed = allowedCores();
  const core = allowed[index % allowed.length];
  if (core === undefined) return refused('the allowed cores cannot be read from /proc');
  if (index >= allowed.length)
    return refused(`there are ${allowed.length} cores for more partitions than that`);
  const setCores = await loadSetCores();
  if (typeof setCores === 'string') return refused(setCores);
  const release = (): boolean => setCores(allowed);
  if (setCores([core])) return { core, note: undefined, release };
  release();
  return refused('the kernel kept other cores');
}

/** Or why there is none. */
async function loadSetCores(): Promise<SetCores | string> {
  const koffi = await loadKoffi();
  if (koffi === undefined) return 'the optional package koffi is not installed';
  try {
    const libc = koffi.load('libc.so.6');
    const setAffinity = libc.func('int sched_setaffinity(int pid, size_t size, void *mask)');
    return (cores) => setAffinity(0, maskBytes, maskOf(cores)) === 0 && isSame(allowedCores(), cores);
  } catch (cause) {
    return `libc cannot be called: ${cause instanceof Error ? cause.message : cause}`;
  }
}

function maskOf(cores: readonly number[]): Buffer {
  const mask = Buffer.alloc(maskBytes);
  for (const core of cores) mask[core >> 3]! |= 1 << (core & 7);
  return mask;
}

async function loadKoffi(): Promise<typeof Koffi | undefined> {
  try {
    return (await import('koffi')).default;
  } catch {
    return undefined;
  }
}

function refused(note: string): Pinning {
  return { core: undefined, note, release: () => true };
}

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((core, i) => core === others[i]);
}

/** The cores this thread may run on, from the kernel itself. */
function allowedCores(): number[] {
  try {
    const status = readFileSync('/proc/thread-self/status', 'utf8');
    const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '';
    return list.split(',').flatMap((range) => {
      const [first, last] = range.split('-').map(Number);
      if (first === undefined || Number.isNaN(first)) return [];
      return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
    });
  } catch {
    return [];
  }
}
