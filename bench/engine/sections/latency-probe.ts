/**
 * `velo run` as a child with pipes on both sides. Records with price 0 are load and give no row; the others
 * are probes and give one row each, by which they are recognised.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Xorshift } from '../data/random.ts';

const sql = `
  CREATE STREAM ticks (id BIGINT, price DOUBLE, symbol VARCHAR) WITH (connector = 'stdin', format = 'jsonl');
  SELECT id, price * 2 AS twice FROM ticks WHERE price > 0;`;
const gapMillis = 4;
const loadBlockRecords = 64;
const loadBlock: Buffer = Buffer.from('{"id":0,"price":0.0,"symbol":"SYM12"}\n'.repeat(loadBlockRecords));
const command: string = new URL('../../../src/cli/main.ts', import.meta.url).pathname;

export interface ProbeTimes {
  readonly latencyMicros: readonly number[];
  readonly lateMicros: readonly number[];
}

export async function openProbe(args: readonly string[]): Promise<LatencyProbe> {
  const probe = new LatencyProbe(args);
  await probe.warmUp();
  return probe;
}

export class LatencyProbe {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #sentMillis = new Map<number, number>();
  readonly #latencyMicros: number[] = [];
  #onRow: () => void = () => {};
  #tail = '';
  #lastId = 0;

  constructor(args: readonly string[]) {
    const all = [command, 'run', '--quiet', '--format', 'csv', ...args, '-e', sql];
    this.#child = spawn(process.execPath, all, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (block: Buffer) => this.#onData(block));
  }

  /** Some records one by one, until the code behind them is compiled. */
  async warmUp(): Promise<void> {
    for (let i = 0; i < 200; i++) await this.#sendAndWait();
    this.#latencyMicros.length = 0;
  }

  /**
   * Sends so much load as fast as it is taken; the time until a probe behind it is answered. Ends the job.
   */
  async flood(records: number): Promise<number> {
    const { stdin } = this.#child;
    // What is cold at first is not counted: a tenth goes ahead.
    await this.#sendLoad(records / 10);
    await this.#sendAndWait();
    const started = performance.now();
    await this.#sendLoad(records);
    await this.#sendAndWait();
    const millis = performance.now() - started;
    stdin.end();
    await once(this.#child, 'exit');
    return millis;
  }

  /** Probes at times fixed beforehand, between load of a steady rate. Ends the job. */
  async run(probeCount: number, loadPerSecond: number): Promise<ProbeTimes> {
    const random = new Xorshift(77_777);
    const startMillis = performance.now() + 20;
    const dueMillis: number[] = [];
    let due = startMillis;
    for (let i = 0; i < probeCount; i++) {
      due += gapMillis * (0.5 + random.below(1000) / 1000);
      dueMillis.push(due);
    }
    const lateMicros: number[] = [];
    let loadSent = 0;
    for (let next = 0; next < probeCount; ) {
      await sleep(loadPerSecond > 0 ? 1 : Math.max(1, dueMillis[next]! - performance.now()));
      const now = performance.now();
      loadSent += this.#sendDueLoad(((now - startMillis) * loadPerSecond) / 1000 - loadSent);
      for (; next < probeCount && dueMillis[next]! <= now; next++) {
        lateMicros.push((performance.now() - dueMillis[next]!) * 1000);
        this.#send();
      }
    }
    while (this.#sentMillis.size > 0) await new Promise<void>((resolve) => (this.#onRow = resolve));
    this.#child.stdin.end();
    await once(this.#child, 'exit');
    return { latencyMicros: this.#latencyMicros, lateMicros };
  }

  /** Whole blocks of what is due; answers how many records went. */
  #sendDueLoad(records: number): number {
    const blocks = Math.floor(Math.max(0, records) / loadBlockRecords);
    if (blocks > 0)
      this.#child.stdin.write(blocks === 1 ? loadBlock : Buffer.concat(Array(blocks).fill(loadBlock)));
    return blocks * loadBlockRecords;
  }

  async #sendLoad(records: number): Promise<void> {
    const { stdin } = this.#child;
    const blocksTogether = 28;
    const block = Buffer.concat(Array(blocksTogether).fill(loadBlock));
    for (let sent = 0; sent < records; sent += blocksTogether * loadBlockRecords) {
      if (!stdin.write(block)) await once(stdin, 'drain');
    }
  }

  #send(): void {
    const id = ++this.#lastId;
    this.#sentMillis.set(id, performance.now());
    this.#child.stdin.write(`{"id":${id},"price":1.5,"symbol":"SYM12"}\n`);
  }

  #sendAndWait(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRow = resolve;
      this.#send();
    });
  }

  #onData(block: Buffer): void {
    const now = performance.now();
    const lines = (this.#tail + block.toString('latin1')).split('\n');
    this.#tail = lines.pop()!;
    for (const line of lines) {
      const [id = '', twice] = line.split(',');
      const sent = this.#sentMillis.get(Number(id));
      if (sent === undefined) continue;
      if (twice !== '3') throw new Error(`latency: wrong row ${line}`);
      this.#sentMillis.delete(Number(id));
      this.#latencyMicros.push((now - sent) * 1000);
      this.#onRow();
    }
  }
}
