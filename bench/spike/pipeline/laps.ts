/** Where a worker's time goes: each lap adds the time since the one before to its name. */
export type Phase = 'read' | 'scan' | 'map' | 'send' | 'receive' | 'update' | 'idle';

export type PhaseMillis = Readonly<Record<Phase, number>>;

export class Laps {
  readonly millis: Record<Phase, number> = {
    read: 0,
    scan: 0,
    map: 0,
    send: 0,
    receive: 0,
    update: 0,
    idle: 0,
  };
  #last: number = performance.now();

  lap(phase: Phase): void {
    const now = performance.now();
    this.millis[phase] += now - this.#last;
    this.#last = now;
  }

  restart(): void {
    this.#last = performance.now();
  }
}
