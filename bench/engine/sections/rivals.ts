/**
 * Each query by hand in JavaScript, in Velostream and in DuckDB; ratios on one core beside what the design
 * asks for.
 */
import { byHand } from '../contestants/by-hand.ts';
import { openDuckdb } from '../contestants/duckdb.ts';
import { partitioned, velostream } from '../contestants/velostream.ts';
import { openYardstick } from '../contestants/yardstick.ts';
import { percent, printSpread, type Section, significant, table } from '../report.ts';
import {
  fastestRatioOf,
  leastProcessorRatioOf,
  type Measured,
  measure,
  ratioOf,
  runningRatioOf,
  type Spread,
  speedOf,
  spreadOf,
  startMillisOf,
} from '../rounds.ts';
import type { ScenarioLibrary } from '../scenario-library.ts';
import type { Scenario, Targets } from '../scenarios/scenario.ts';

export interface RivalsOptions {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly partitions: number;
  /** Whether to say what is met; a tiny run measures nothing but the start. */
  readonly judges: boolean;
}

export async function measureRivals(library: ScenarioLibrary, options: RivalsOptions): Promise<Section> {
  const { partitions, rounds } = options;
  const duckdbs = [await openDuckdb(1)];
  if (partitions > 1) duckdbs.push(await openDuckdb(partitions));
  const yardsticks = partitions > 1 ? openYardsticks(partitions) : [];
  const many = partitions > 1 ? [velostream(partitioned(partitions)), duckdbs[1]!, ...yardsticks] : [];
  const contestants = [byHand, velostream(partitioned(1)), duckdbs[0]!, ...many];
  const tiny = library.makeTiny();
  const parts: string[] = [];
  const data: unknown[] = [];
  const verdicts: string[][] = [];
  for (const name of options.names) {
    const scenario = library.get(name);
    const measured = await measure(contestants, scenario, { rounds, tiny });
    parts.push(printScenario(scenario, measured.slice(0, contestants.length - yardsticks.length)));
    const ratios = ratiosOf(measured, options.judges ? scenario.targets : {});
    verdicts.push(...ratios.map(({ cells }) => [name, ...cells]));
    data.push({
      ...describe(scenario),
      measured,
      ratios: ratios.map(({ cells, spread }) => ({ cells, spread })),
    });
  }
  for (const duckdb of duckdbs) duckdb.close();
  for (const yardstick of yardsticks) await yardstick.close();
  const head = [
    'query',
    'ratio',
    'asked for',
    'wall time',
    'without start',
    'fastest rounds',
    'processor time',
    '',
  ];
  parts.unshift(table(head, verdicts));
  return {
    name: 'rivals',
    title: 'The same queries by hand and in DuckDB',
    markdown: parts.join('\n\n'),
    data,
  };
}

/** Of each kind one thread, then many. */
function openYardsticks(partitions: number): readonly ReturnType<typeof openYardstick>[] {
  return (['arithmetic', 'reading'] as const).flatMap((kind) =>
    [1, partitions].map((threads) => openYardstick(kind, threads)),
  );
}

function printScenario(scenario: Scenario, measured: readonly Measured[]): string {
  const { title, recordCount, byteCount } = scenario;
  const head = [
    'contestant',
    'M records/s',
    'MB/s',
    'start, ms',
    'processor ns/record, least',
    'cores busy',
    'machine used by others',
  ];
  const rows = measured.map((each) => {
    const speed = speedOf(each, recordCount);
    const { samples } = each;
    const cpuMillis = Math.min(...samples.map((sample) => sample.cpuMillis));
    return [
      each.contestant,
      printSpread(speed),
      significant((speed.median * byteCount) / recordCount),
      startMillisOf(each).toFixed(0),
      significant((cpuMillis * 1e6) / recordCount),
      significant(spreadOf(samples.map((sample) => sample.cpuMillis / sample.millis)).median),
      percent(spreadOf(samples.map((sample) => sample.othersShare)).median),
    ];
  });
  const size = `${recordCount.toLocaleString('en')} records, ${Math.round(byteCount / 1e6)} MB`;
  return `### ${title} (${size})\n\n${table(head, rows)}`;
}

interface Ratio {
  readonly cells: readonly string[];
  readonly spread: Spread;
}

function ratiosOf(measured: readonly Measured[], targets: Targets): readonly Ratio[] {
  const [hand, one, duckdb, many, manyDuckdb, ...yardsticks] = measured;
  const ratio = (what: string, a: Measured, b: Measured, asked: number | undefined): Ratio => {
    const spread = ratioOf(a, b);
    const cells = [
      what,
      asked === undefined ? '–' : String(asked),
      printSpread(spread),
      significant(runningRatioOf(a, b).median),
      significant(fastestRatioOf(a, b)),
      significant(leastProcessorRatioOf(a, b)),
      asked === undefined ? '' : verdict(spread.median >= asked, [a, b]),
    ];
    return { cells, spread };
  };
  const ratios = [
    ratio('over JavaScript by hand, one core', one!, hand!, targets.overByHand),
    ratio('over DuckDB, one core', one!, duckdb!, targets.overDuckdb),
  ];
  if (many === undefined || manyDuckdb === undefined) return ratios;
  const scaling = many.threads === 2 ? targets.twoOverOne : undefined;
  return [
    ...ratios,
    ratio(`over DuckDB, ${many.threads} cores`, many, manyDuckdb, undefined),
    ratio(`${many.threads} partitions over one`, many, one!, scaling),
    ratio(`(what ${many.threads} threads of arithmetic gain)`, yardsticks[1]!, yardsticks[0]!, undefined),
    ratio(`(what ${many.threads} threads gain that only read it)`, yardsticks[3]!, yardsticks[2]!, undefined),
  ];
}

/** Says so where others used more than a tenth of the machine while this was measured. */
function verdict(isMet: boolean, of: readonly Measured[]): string {
  const shares = of.flatMap(({ samples }) => samples.map((sample) => sample.othersShare));
  const disturbed = spreadOf(shares).median > 0.1 ? ', disturbed' : '';
  return `${isMet ? 'met' : 'missed'}${disturbed}`;
}

function describe({ name, title, recordCount, byteCount, groupCount }: Scenario): object {
  return { name, title, recordCount, byteCount, groupCount };
}
