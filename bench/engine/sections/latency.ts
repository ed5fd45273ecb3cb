/**
 * How long a record takes through the command: written into the pipe that `velo run` reads, until its row is
 * read from the pipe that it writes; a stateless query. Records go at times that were fixed beforehand,
 * whether or not answers came (an open loop), into an idle job and into one that is kept at half of what it
 * can take.
 */

import { type Section, significant, table } from '../report.ts';
import { percentile } from '../rounds.ts';
import { type LatencyProbe, openProbe } from './latency-probe.ts';

export interface LatencyOptions {
  readonly partitions: number;
  readonly probeCount: number;
  /** Records that the measurement of the capacity sends. */
  readonly capacityRecords: number;
}

export interface Latencies {
  readonly count: number;
  readonly p50Micros: number;
  readonly p95Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
  /** How much later than planned records were written, by the benchmark's own fault. */
  readonly lateP95Micros: number;
}

export interface LatencyCase {
  readonly architecture: 'v1' | 'partitioned';
  readonly partitions: number;
  readonly capacityPerSecond: number;
  readonly idle: Latencies;
  readonly halfLoaded: Latencies;
}

export type LatencyData = readonly LatencyCase[];

export async function measureLatency(
  options: LatencyOptions,
): Promise<Section & { readonly data: LatencyData }> {
  const data: LatencyCase[] = [await measureCase('v1', 1, options)];
  if (options.partitions > 1) data.push(await measureCase('partitioned', options.partitions, options));
  const rows = data.flatMap((each) => [printCase(each, 'idle'), printCase(each, 'halfLoaded')]);
  const head = ['job', 'load', 'records', 'p50 µs', 'p95 µs', 'p99 µs', 'max µs', 'written late, p95 µs'];
  const note =
    'From writing a record to the pipe of `velo run` to reading its row from the other pipe; asked for is, ' +
    'inside the job, p50 150 µs and p95 under 1 ms, idle and half loaded.';
  return {
    name: 'latency',
    title: 'The way of one record through a running job',
    markdown: `${table(head, rows)}\n\n${note}`,
    data,
  };
}

async function measureCase(
  architecture: LatencyCase['architecture'],
  partitions: number,
  options: LatencyOptions,
): Promise<LatencyCase> {
  const open = (): Promise<LatencyProbe> => openProbe(['-a', architecture, '-p', String(partitions)]);
  const capacityPerSecond = await capacityOf(await open(), options.capacityRecords);
  const idle = latenciesOf(await (await open()).run(options.probeCount, 0));
  const halfLoaded = latenciesOf(await (await open()).run(options.probeCount, capacityPerSecond / 2));
  return { architecture, partitions, capacityPerSecond, idle, halfLoaded };
}

async function capacityOf(probe: LatencyProbe, records: number): Promise<number> {
  const millis = await probe.flood(records);
  return (records * 1000) / millis;
}

interface Timed {
  readonly latencyMicros: readonly number[];
  readonly lateMicros: readonly number[];
}

function latenciesOf({ latencyMicros, lateMicros }: Timed): Latencies {
  const sorted = latencyMicros.toSorted((a, b) => a - b);
  const late = lateMicros.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    p50Micros: percentile(sorted, 0.5),
    p95Micros: percentile(sorted, 0.95),
    p99Micros: percentile(sorted, 0.99),
    maxMicros: sorted.at(-1) ?? Number.NaN,
    lateP95Micros: percentile(late, 0.95),
  };
}

function printCase(each: LatencyCase, load: 'idle' | 'halfLoaded'): readonly string[] {
  const { count, p50Micros, p95Micros, p99Micros, maxMicros, lateP95Micros } = each[load];
  const half = `half: ${significant(each.capacityPerSecond / 2e6)} M records/s`;
  const figures = [p50Micros, p95Micros, p99Micros, maxMicros, lateP95Micros].map((micros) =>
    micros.toFixed(0),
  );
  const job = `${each.architecture}, ${each.partitions}`;
  return [job, load === 'idle' ? 'idle' : half, String(count), ...figures];
}
