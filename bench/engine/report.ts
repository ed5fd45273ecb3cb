/** Sections of figures as Markdown and as data, and what they were measured on. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Spread } from './rounds.ts';

export interface Section {
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
  readonly data: unknown;
}

export interface Circumstances {
  readonly date: string;
  readonly commit: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly platform: string;
  /** Of the minute before: what the machine did besides. */
  readonly loadAverage: number;
  readonly node: string;
  readonly command: string;
}

export function describeCircumstances(args: readonly string[]): Circumstances {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commit(),
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    loadAverage: Math.round(10 * (loadavg()[0] ?? 0)) / 10,
    node: process.version,
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}

/** With a mark where what ran is not what the commit holds. */
function commit(): string {
  try {
    const run = (args: readonly string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = run(['status', '--porcelain', '--untracked-files=no', '--', 'src', 'bench/engine']);
    return run(['rev-parse', '--short', 'HEAD']) + (changed === '' ? '' : ' and changes');
  } catch {
    return 'unknown';
  }
}

export function printCircumstances(all: Circumstances): string {
  const { processor, cores, memoryGib, platform, loadAverage, node, commit: at, date, command } = all;
  return [
    `${processor}, ${cores} cores, ${memoryGib} GiB, ${platform}; Node ${node}; commit ${at}; ${date} UTC.`,
    `Load average before it began: ${loadAverage}.`,
    `\`${command}\``,
  ].join('\n\n');
}

export function writeReport(
  folder: string,
  circumstances: Circumstances,
  sections: readonly Section[],
): string {
  mkdirSync(folder, { recursive: true });
  const name = `${circumstances.date.slice(0, 10)}-${circumstances.commit.split(' ')[0]}`;
  const parts = ['# Benchmark results', printCircumstances(circumstances), ...sections.map(printSection)];
  writeFileSync(join(folder, `${name}.md`), `${parts.join('\n\n')}\n`);
  const data = Object.fromEntries(sections.map((section) => [section.name, section.data]));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ circumstances, ...data }, null, 1)}\n`);
  return name;
}

export function printSection({ title, markdown }: Section): string {
  return `## ${title}\n\n${markdown}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** `12.3 (10.1–13.0)` */
export function printSpread({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return '–';
  return min === max
    ? significant(median)
    : `${significant(median)} (${significant(min)}–${significant(max)})`;
}

/** Three digits that count. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : '–';
}
