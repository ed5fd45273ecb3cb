/**
 * How long a record takes through a job that runs a stateless query: from when it is due in the named pipe
 * that the job reads, until the job's sink is told to write its row, or until the row is read from the output
 * of `velo run`. Records go at times that were fixed beforehand, whether or not answers came (an open loop),
 * into an idle job and into one that is kept at half of what it can take. A filter in C between the same two
 * pipes shows what the pipes and the machine take.
 */
import { type Section, significant, table } from '../report.ts';
import { percentile } from '../rounds.ts';
import { type ProbeTimes, probe } from './latency-probe.ts';
import { throughCommand, throughGrep, throughJob, type Way } from './latency-ways.ts';

export interface LatencyOptions {
  readonly partitions: number;
  /** How long each measurement takes. */
  readonly seconds: number;
}

export interface Latencies {
  readonly count: number;
  readonly p50Micros: number;
  readonly p95Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
  /** How much later than planned records were written, by the benchmark's own fault or a full pipe's. */
  readonly lateP95Micros: number;
}

export interface LatencyCase {
  readonly name: string;
  /** The founding table shows these. */
  readonly architecture: 'v1' | 'partitioned' | undefined;
  readonly partitions: number;
  readonly capacityPerSecond: number;
  readonly idle: Latencies;
  readonly halfLoaded: Latencies;
  /** What the half load was. */
  readonly halfPerSecond: number;
}

export type LatencyData = readonly LatencyCase[];

const probesPerSecond = 250;
/** More than anything takes. */
const flood = 1e9;

export async function measureLatency(
  options: LatencyOptions,
): Promise<Section & { readonly data: LatencyData }> {
  const { partitions } = options;
  const spreads = [{ architecture: 'v1', partitions: 1 } as const];
  const more = partitions > 1 ? [{ architecture: 'partitioned', partitions } as const] : [];
  const data: LatencyCase[] = [];
  for (const spread of [...spreads, ...more]) {
    const name = `${spread.architecture}, ${spread.partitions}`;
    const inJob = throughJob(spread.architecture, spread.partitions);
    data.push(await measureCase({ name, ...spread }, inJob, options));
    const outside = { name: `velo run, ${name}`, architecture: undefined, partitions: spread.partitions };
    data.push(await measureCase(outside, throughCommand(spread.architecture, spread.partitions), options));
  }
  const filter = { name: 'grep -v', architecture: undefined, partitions: 1 };
  data.push(await measureCase(filter, throughGrep, options, data[1]!.halfPerSecond));
  const rows = data.flatMap((each) => [printCase(each, 'idle'), printCase(each, 'halfLoaded')]);
  const head = ['job', 'load', 'probes', 'p50 µs', 'p95 µs', 'p99 µs', 'max µs', 'written late, p95 µs'];
  const note =
    'From when a record was due in the pipe that the job reads: to the call of its sink, and of `velo run` ' +
    'and `grep` to reading its row from another pipe. Asked for is, inside the job, p50 150 µs and p95 ' +
    'under 1 ms, idle and half loaded.';
  return {
    name: 'latency',
    title: 'The way of one record through a running job',
    markdown: `${table(head, rows)}\n\n${note}`,
    data,
  };
}

async function measureCase(
  about: Pick<LatencyCase, 'name' | 'architecture' | 'partitions'>,
  way: Way,
  { seconds }: LatencyOptions,
  halfPerSecond?: number,
): Promise<LatencyCase> {
  const run = (loadPerSecond: number): Promise<ProbeTimes> =>
    probe(way, { loadPerSecond, seconds, probesPerSecond });
  const capacityPerSecond = (await run(flood)).loadPerSecond;
  const half = halfPerSecond ?? capacityPerSecond / 2;
  const idle = latenciesOf(await run(0));
  const halfLoaded = latenciesOf(await run(half));
  return { ...about, capacityPerSecond, idle, halfLoaded, halfPerSecond: half };
}

function latenciesOf({ latencyMicros, lateMicros }: ProbeTimes): Latencies {
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
  const [loaded, all] = [each.halfPerSecond, each.capacityPerSecond].map((rate) => significant(rate / 1e6));
  const half = `${loaded} M records/s of ${all}`;
  const figures = [p50Micros, p95Micros, p99Micros, maxMicros, lateP95Micros].map((micros) =>
    micros.toFixed(0),
  );
  return [each.name, load === 'idle' ? 'idle' : half, String(count), ...figures];
}
