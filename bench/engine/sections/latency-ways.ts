/**
 * What a probe can go through, from a named pipe: a job in this process, whose sink notes when it is told to
 * write; the command `velo run`, whose standard output is read; and a filter in C, to compare with.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../../src/base/clock.ts';
import { compileScript } from '../../../src/engine/application.ts';

/** By the number of the probe: when its answer was there, by the clock of `process.hrtime`. */
export type Answers = Map<number, bigint>;

export interface OpenWay {
  readonly answers: Answers;
  /** Settles after the pipe's writer has closed it and every answer is there. */
  readonly ended: Promise<unknown>;
  readonly abandon: () => void;
}

/** Opens what reads the named pipe. */
export type Way = (pipe: string) => Promise<OpenWay>;

const command: string = new URL('../../../src/cli/main.ts', import.meta.url).pathname;

function queryOf(pipe: string): string {
  return `CREATE STREAM ticks (id BIGINT, price DOUBLE, symbol VARCHAR)
      WITH (connector = 'file', path = '${pipe}', format = 'jsonl');
    SELECT id, price * 2 AS twice FROM ticks WHERE price > 0;`;
}

export function throughJob(architecture: 'v1' | 'partitioned', partitions: number): Way {
  return async (pipe) => {
    const answers: Answers = new Map();
    const nothing = async (): Promise<void> => {};
    const write = async (bytes: Uint8Array): Promise<void> => noteLines(answers, Buffer.from(bytes));
    const { jobs } = await compileScript(queryOf(pipe), {
      architecture: { architecture, numPartitions: partitions },
      cores: partitions,
      client: {
        rowFormat: 'csv',
        create: async () => ({ open: nothing, write, commit: nothing, abort: nothing }),
      },
      clock: systemClock,
      onNotice: () => {},
    });
    const job = await jobs[0]!.start();
    return { answers, ended: job.done, abandon: () => job.cancel() };
  };
}

export function throughCommand(architecture: 'v1' | 'partitioned', partitions: number): Way {
  const flags = ['--quiet', '--format', 'csv', '-a', architecture, '-p', String(partitions)];
  return (pipe) => throughProgram([process.execPath, command, 'run', ...flags, '-e', queryOf(pipe)]);
}

export const throughGrep: Way = (pipe) => throughProgram(['grep', '--line-buffered', '-v', '"id":0,', pipe]);

async function throughProgram([program = '', ...args]: readonly string[]): Promise<OpenWay> {
  const answers: Answers = new Map();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let tail = Buffer.alloc(0);
  child.stdout.on('data', (block: Buffer) => {
    const bytes = Buffer.concat([tail, block]);
    const end = bytes.lastIndexOf(10) + 1;
    noteLines(answers, bytes.subarray(0, end));
    tail = bytes.subarray(end);
  });
  return { answers, ended: once(child, 'close'), abandon: () => child.kill() };
}

/** A probe's number is the first one in its line; a header has none. */
const firstNumber = /\d+/;

function noteLines(answers: Answers, lines: Buffer): void {
  const now = process.hrtime.bigint();
  for (const line of lines.toString('latin1').trimEnd().split('\n')) {
    const [number] = firstNumber.exec(line) ?? [];
    if (number !== undefined) answers.set(Number(number), now);
  }
}
