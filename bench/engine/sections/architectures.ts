/**
 * The founding document's table: its query in the three architectures, by partitions, beside that document's
 * own figures. What the machine has no cores for is not measured.
 */
import { partitioned, type VelostreamOptions, velostream } from '../contestants/velostream.ts';
import { partitionCounts } from '../options.ts';
import { percent, printSpread, type Section, significant, table } from '../report.ts';
import {
  type Measured,
  measure,
  ratioOf,
  runningRatioOf,
  speedOf,
  spreadOf,
  startMillisOf,
} from '../rounds.ts';
import type { ScenarioLibrary } from '../scenario-library.ts';
import { foundingFigures, foundingLatency, foundingV1 } from './founding-figures.ts';
import type { LatencyData } from './latency.ts';

export interface ArchitecturesOptions {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly partitions: number;
  /** Of a stateless query, where the section on latency ran before. */
  readonly latency: LatencyData | undefined;
}

interface Row {
  readonly architecture: 'v1' | 'single_actor' | 'partitioned';
  readonly title: string;
  readonly cores: number;
  readonly isPinned: boolean;
  readonly measured: Measured;
}

export async function measureArchitectures(
  library: ScenarioLibrary,
  options: ArchitecturesOptions,
): Promise<Section> {
  const parts: string[] = [];
  const data: unknown[] = [];
  const { rounds } = options;
  const cases = casesOf(options.partitions);
  const contestants = cases.map(({ contestant }) => velostream(contestant));
  const tiny = library.makeTiny();
  for (const name of options.names) {
    const scenario = library.get(name);
    const measured = await measure(contestants, scenario, { rounds, tiny });
    const rows = cases.map((each, i): Row => ({ ...each, measured: measured[i]! }));
    parts.push(`### ${scenario.title} (${scenario.recordCount.toLocaleString('en')} records)`);
    parts.push(printRows(rows, scenario.recordCount, options.latency), printAffinity(rows));
    data.push({ name, recordCount: scenario.recordCount, rows });
  }
  return {
    name: 'architectures',
    title: 'v1, single_actor and partitioned',
    markdown: parts.filter((part) => part !== '').join('\n\n'),
    data,
  };
}

interface Case extends Omit<Row, 'measured'> {
  readonly contestant: VelostreamOptions;
}

function casesOf(partitions: number): readonly Case[] {
  const counts = partitionCounts(partitions);
  const v1: Case = {
    architecture: 'v1',
    title: 'v1',
    cores: 1,
    isPinned: false,
    contestant: { name: 'v1', threads: 1, architecture: { architecture: 'v1' } },
  };
  const actors = counts.flatMap((cores) => [singleActor(cores, 'raw'), singleActor(cores, 'partial')]);
  const wide = counts.flatMap((cores): Case[] => [
    { ...wideCase(cores, false), title: 'partitioned' },
    { ...wideCase(cores, true), title: 'partitioned, pinned' },
  ]);
  return [v1, ...actors, ...wide];
}

function wideCase(cores: number, isPinned: boolean): Omit<Case, 'title'> {
  return { architecture: 'partitioned', cores, isPinned, contestant: partitioned(cores, isPinned) };
}

function singleActor(cores: number, input: 'raw' | 'partial'): Case {
  const title = `single_actor, ${input} rows`;
  return {
    architecture: 'single_actor',
    title,
    cores,
    isPinned: false,
    contestant: {
      name: title,
      threads: cores,
      architecture: { architecture: 'single_actor', numPartitions: cores, singleActorInput: input },
    },
  };
}

const head = [
  'architecture',
  'partitions',
  'M records/s',
  'over v1',
  'efficiency',
  'start, ms',
  'efficiency without start',
  'cores busy',
  'p95 of a stateless record',
  'founding document: records/s',
  'over v1',
  'efficiency',
  'p95',
];

function printRows(rows: readonly Row[], recordCount: number, latency: LatencyData | undefined): string {
  const v1 = rows[0]!.measured;
  const cells = rows.map(({ architecture, title, cores, isPinned, measured }) => {
    const speed = speedOf(measured, recordCount);
    const one = rows.find((row) => row.title === title && row.cores === 1)?.measured ?? measured;
    const busy = spreadOf(measured.samples.map((sample) => sample.cpuMillis / sample.millis)).median;
    return [
      title,
      String(cores),
      printSpread(speed),
      `${significant(ratioOf(measured, v1).median)}x`,
      percent(ratioOf(measured, one).median / cores),
      startMillisOf(measured).toFixed(0),
      percent(runningRatioOf(measured, one).median / cores),
      significant(busy),
      isPinned ? '' : p95Of(latency, architecture, cores),
      ...(isPinned ? ['', '', '', ''] : foundingCells(architecture, cores)),
    ];
  });
  const measuredCounts = new Set(rows.map(({ cores }) => cores));
  const others = foundingFigures.filter(({ cores }) => !measuredCounts.has(cores));
  const notMeasured = others.map(({ cores }) => [
    'partitioned',
    String(cores),
    'not measured',
    '',
    '',
    '',
    '',
    '',
    '',
    ...foundingCells('partitioned', cores),
  ]);
  return table(head, [...cells, ...notMeasured]);
}

function p95Of(latency: LatencyData | undefined, architecture: string, cores: number): string {
  const found = latency?.find((each) => each.architecture === architecture && each.partitions === cores);
  return found === undefined ? 'not measured' : `${significant(found.idle.p95Micros / 1000)} ms`;
}

function foundingCells(architecture: Row['architecture'], cores: number): readonly string[] {
  if (architecture === 'v1') return [foundingV1, '1x', '', ''];
  const figures = foundingFigures.find((each) => each.cores === cores);
  if (figures === undefined) return ['', '', '', foundingLatency[architecture]];
  if (architecture === 'single_actor') return [figures.singleActor, '8.7x', '', foundingLatency.single_actor];
  return [figures.partitioned, figures.overV1, figures.efficiency, foundingLatency.partitioned];
}

function printAffinity(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) => {
    const free = rows.find((each) => each.title === 'partitioned' && each.cores === row.cores);
    if (!row.isPinned || free === undefined) return [];
    const notices = Math.max(...row.measured.samples.map((sample) => sample.notes.notices ?? 0));
    const failed = notices > 0 ? ' (not all workers could be pinned)' : '';
    return [
      `pinned over not pinned, ${row.cores}: ${printSpread(ratioOf(row.measured, free.measured))}x${failed}`,
    ];
  });
  return lines.length === 0 ? '' : `Core affinity: ${lines.join('; ')}.`;
}
