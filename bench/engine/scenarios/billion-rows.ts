/**
 * The query of the one-billion-row challenge: least, average and greatest temperature by station, ordered by
 * station, over lines such as `Hamburg;-12.3`. About 410 stations, their temperatures normally distributed
 * around a mean.
 */
import { forEachLine } from '../contestants/read-lines.ts';
import { ByteWriter, pieceOf } from '../data/byte-writer.ts';
import { Xorshift } from '../data/random.ts';
import { makeStationNames } from '../data/stations.ts';
import { type AnswerCheck, type Cell, isClose, type Scenario, wrongRow } from './scenario.ts';

const stationCount = 410;
const tenthsMax = 999;

/** As which type the temperature is declared: the exact one that it has, or the one that many would write. */
export type TemperatureType = 'DECIMAL(4,1)' | 'DOUBLE';

export function makeBillionRows(path: string, recordCount: number): readonly Scenario[] {
  const stations = new Stations(makeStationNames(stationCount, new Xorshift(1_234_567)));
  const byteCount = writeMeasurements(path, stations, recordCount);
  const scenario = (type: TemperatureType, name: string, targets: Scenario['targets']): Scenario => ({
    name,
    title: `One-billion-row challenge's query; CSV, ${stationCount} stations, temperature ${type}`,
    path,
    recordCount,
    byteCount,
    groupCount: stations.groupCount,
    velostreamSql: `
      CREATE STREAM measurements (station VARCHAR, temperature ${type})
        WITH (connector = 'file', path = '${path}', format = 'csv', delimiter = ';', header = 'false');
      SELECT station, MIN(temperature) AS least, AVG(temperature) AS average, MAX(temperature) AS greatest
      FROM measurements GROUP BY station ORDER BY station;`,
    duckdbSql: `
      SELECT station, MIN(temperature) AS least, AVG(temperature) AS average, MAX(temperature) AS greatest
      FROM read_csv('${path}', delim = ';', header = false, auto_detect = false,
        columns = {station: 'VARCHAR', temperature: '${type}'})
      GROUP BY station ORDER BY station`,
    byHand: () => groupByStationByHand(path),
    check: () => stations.check(name),
    targets,
  });
  return [
    scenario('DECIMAL(4,1)', '1brc', { overDuckdb: 2, twoOverOne: 1.8 }),
    scenario('DOUBLE', '1brc-double', { overDuckdb: 2 }),
  ];
}

function writeMeasurements(path: string, stations: Stations, recordCount: number): number {
  const random = new Xorshift(3_141_592);
  const means = stations.names.map(() => random.below(500) - 150);
  const out = new ByteWriter(path);
  const pieces = stations.names.map((name) => pieceOf(`${name};`));
  for (let i = 0; i < recordCount; i++) {
    const station = random.below(pieces.length);
    const drawn = Math.round(means[station]! + 100 * random.normal());
    const tenths = Math.max(-tenthsMax, Math.min(tenthsMax, drawn));
    stations.add(station, tenths);
    out.piece(pieces[station]!);
    if (tenths < 0) out.byte(0x2d);
    const size = Math.abs(tenths);
    out.digits(Math.floor(size / 10));
    out.byte(0x2e);
    out.byte(48 + (size % 10));
    out.endRecord();
  }
  out.close();
  return out.byteCount;
}

/** What the answer has to be, in tenths of a degree. */
class Stations {
  readonly names: readonly string[];
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #least: Float64Array;
  readonly #greatest: Float64Array;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#counts = new Float64Array(names.length);
    this.#sums = new Float64Array(names.length);
    this.#least = new Float64Array(names.length).fill(Infinity);
    this.#greatest = new Float64Array(names.length).fill(-Infinity);
  }

  add(station: number, tenths: number): void {
    this.#counts[station]! += 1;
    this.#sums[station]! += tenths;
    if (tenths < this.#least[station]!) this.#least[station] = tenths;
    if (tenths > this.#greatest[station]!) this.#greatest[station] = tenths;
  }

  get groupCount(): number {
    return this.#counts.reduce((groups, count) => groups + (count > 0 ? 1 : 0), 0);
  }

  /** Rows have to come in the order of the names. */
  check(name: string): AnswerCheck {
    const expected = this.names.flatMap((station, i) => (this.#counts[i]! > 0 ? [{ station, i }] : []));
    let rowCount = 0;
    const row = (cells: readonly Cell[]): void => {
      const { station, i } = expected[rowCount] ?? { station: 'no further row', i: -1 };
      const [found, least, average, greatest] = cells;
      const mean = this.#sums[i]! / this.#counts[i]! / 10;
      const isRight =
        found === station &&
        Number(least) === this.#least[i]! / 10 &&
        Number(greatest) === this.#greatest[i]! / 10 &&
        isClose(Number(average), mean);
      if (!isRight) {
        throw wrongRow(
          name,
          cells,
          `${station}, ${this.#least[i]! / 10}, ${mean}, ${this.#greatest[i]! / 10}`,
        );
      }
      rowCount++;
    };
    const end = (): void => {
      if (rowCount !== expected.length) {
        throw new Error(`${name}: ${rowCount} stations, expected ${expected.length}`);
      }
    };
    return { row, end };
  }
}

function groupByStationByHand(path: string): ReturnType<Scenario['byHand']> {
  const groups = new Map<string, { count: number; sum: number; min: number; max: number }>();
  forEachLine(path, (line) => {
    const semicolon = line.indexOf(';');
    const station = line.slice(0, semicolon);
    const temperature = Number(line.slice(semicolon + 1));
    const group = groups.get(station);
    if (group === undefined)
      groups.set(station, { count: 1, sum: temperature, min: temperature, max: temperature });
    else {
      group.count++;
      group.sum += temperature;
      if (temperature < group.min) group.min = temperature;
      if (temperature > group.max) group.max = temperature;
    }
  });
  return (row: (cells: readonly Cell[]) => void): void => {
    const stations = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [station, { count, sum, min, max }] of stations) row([station, min, sum / count, max]);
  };
}
