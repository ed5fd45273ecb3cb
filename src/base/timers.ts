/**
 * What a thread asks of its event loop: to be called later, to be given a turn, and to be kept alive. Timers
 * are an argument like the clock; nothing outside `base/` calls the machine's own.
 */

export interface Timers {
  /** Calls `run` once, no sooner than `delayMillis` from now. The result cancels it, at any time. */
  after(delayMillis: number, run: () => void): () => void;
}

/** The longest delay that the machine's timers take. */
const delayMillisMax = 0x7fff_ffff;

export const systemTimers: Timers = {
  after: (delayMillis, run) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (restMillis: number): void => {
      const partMillis = Math.min(restMillis, delayMillisMax);
      timer = setTimeout(() => (restMillis > partMillis ? wait(restMillis - partMillis) : run()), partMillis);
    };
    wait(delayMillis);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMillis`. */
export function sleep(timers: Timers, delayMillis: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMillis, resolve);
  });
}

/** Gives the event loop one whole turn, so that input and output that are ready are served. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    // A browser has no setImmediate; its nested timers wait longer, and are as correct.
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/**
 * Keeps the thread from ending while it waits on shared memory, which the event loop does not count as work.
 */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, delayMillisMax);
  return () => clearInterval(timer);
}
