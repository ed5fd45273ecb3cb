/**
 * The scan against csv-parse, on generated tables and on the same tables with bytes changed. csv-parse stops
 * at the first bad record, so it is asked record by record; where records end is decided by a plain walk over
 * the bytes.
 *
 * Known differences:
 * - csv-parse takes bytes that are not UTF-8; the scan refuses the record (judged by TextDecoder here).
 * - csv-parse keeps a carriage return at the very end of the input; the scan takes it as half of the last
 *   line ending.
 * - csv-parse reads an empty line as one empty field or as nothing; the scan takes it as NULL where records
 *   have one
 *   field, else as no record.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CsvScanner, createCsvScanner } from '../../../../test/support/csv-scanner.ts';
import type { Schema } from '../../../columns/schema.ts';
import { varcharType } from '../../../columns/sql-type.ts';

const seed = 20_260_302;
const capacities = [1, 2, 2048];
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder();

interface Table {
  readonly delimiter: string;
  readonly quote: string;
  readonly fieldCount: number;
}

const tables: readonly Table[] = [
  { delimiter: ',', quote: '"', fieldCount: 3 },
  { delimiter: ';', quote: "'", fieldCount: 1 },
  { delimiter: '\t', quote: '"', fieldCount: 6 },
];

function createScanner({ delimiter, quote, fieldCount }: Table, capacityRows: number): CsvScanner {
  const schema: Schema = Array.from({ length: fieldCount }, (_, i) => ({
    name: `c${i}`,
    type: varcharType,
    nullable: true,
  }));
  return createCsvScanner({ schema, delimiter, quote, capacityRows });
}

/** The bytes of each record, without its line ending: line feeds outside quotes end one. */
function splitRecords(bytes: Uint8Array, quote: string): Uint8Array[] {
  const records: Uint8Array[] = [];
  let start = 0;
  let isInside = false;
  bytes.forEach((byte, i) => {
    if (byte === quote.charCodeAt(0)) isInside = !isInside;
    if (byte !== 10 || isInside) return;
    records.push(bytes.subarray(start, i));
    start = i + 1;
  });
  if (start < bytes.length) records.push(bytes.subarray(start));
  return records.map((record) => (record.at(-1) === 13 ? record.subarray(0, -1) : record));
}

type Verdict = (string | null)[] | 'bad' | 'none';

/** What csv-parse makes of one record. */
function judge(record: Uint8Array, table: Table): Verdict {
  if (!isUtf8(record)) return 'bad';
  const text = lenient.decode(record);
  if (text === '') return table.fieldCount === 1 ? [null] : 'none';
  try {
    const found = parse(`${text}\n`, {
      delimiter: table.delimiter,
      quote: table.quote,
      escape: table.quote,
      record_delimiter: '\n',
      relax_column_count: true,
      cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
    }) as (string | null)[][];
    if (found.length !== 1) return 'bad';
    return found[0]!.length === table.fieldCount ? found[0]! : 'bad';
  } catch {
    return 'bad';
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function check(
  bytes: Uint8Array,
  table: Table,
  scanners: readonly CsvScanner[],
  cuts: readonly number[],
): void {
  const verdicts = splitRecords(bytes, table.quote).map((record) => ({
    record,
    verdict: judge(record, table),
  }));
  const rows = verdicts.flatMap(({ verdict }) => (typeof verdict === 'string' ? [] : [verdict]));
  const badRecords = verdicts.filter(({ verdict }) => verdict === 'bad').map(({ record }) => record);
  for (const scanner of scanners) {
    const scanned = scanner.scan(bytes, cuts);
    const context = JSON.stringify(lenient.decode(bytes));
    assert.deepEqual(scanned.rows, rows, context);
    assert.deepEqual(
      scanned.bad.map(({ text }) => trimEnding(text)),
      badRecords.map((record) => trimEnding(lenient.decode(record))),
      context,
    );
  }
}

/** The text of a record that quotes never close runs to the end of the input. */
function trimEnding(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

const fieldText = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', 'é', '😀', ' '), maxLength: 6 }),
  fc.string({ unit: fc.constantFrom('a', ',', ';', '\t', '"', "'", '\n', '\r', '€'), maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.toWellFormed()),
);

interface FieldSpec {
  readonly text: string;
  readonly isQuoted: boolean;
}

const field: fc.Arbitrary<FieldSpec> = fc.record({ text: fieldText, isQuoted: fc.boolean() });

function writeTable(records: readonly (readonly FieldSpec[])[], table: Table, ending: string): string {
  const { delimiter, quote } = table;
  const special = [delimiter, quote, '\n', '\r'];
  const lines = records.map((fields) =>
    fields
      .map(({ text, isQuoted }) => {
        const mustQuote = isQuoted || special.some((character) => text.includes(character));
        return mustQuote ? quote + text.replaceAll(quote, quote + quote) + quote : text;
      })
      .join(delimiter),
  );
  return lines.map((line) => line + ending).join('');
}

for (const table of tables) {
  const name = `${table.fieldCount} fields between '${table.delimiter === '\t' ? '\\t' : table.delimiter}'`;
  const scanners = capacities.map((capacityRows) => createScanner(table, capacityRows));
  const width = table.fieldCount;
  const records = fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 12 });
  const ending = fc.constantFrom('\n', '\r\n');

  test(`generated tables of ${name} are read as csv-parse reads them, whatever the batch size`, () => {
    fc.assert(
      fc.property(records, ending, fc.boolean(), (rows, lineEnding, isCut) => {
        const text = writeTable(rows, table, lineEnding);
        check(encoder.encode(isCut ? text.slice(0, -lineEnding.length) : text), table, scanners, []);
      }),
      { seed, numRuns: 2000 },
    );
  });

  test(`tables of ${name} with bytes changed are read as csv-parse reads them`, () => {
    const bytesToPut = fc.constantFrom(...[...'"\',;\t\n\ra '].map((c) => c.charCodeAt(0)), 0xc3, 0xff, 0x80);
    const changes = fc.array(fc.tuple(fc.nat(), bytesToPut, fc.constantFrom('set', 'insert', 'remove')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(records, ending, changes, (rows, lineEnding, edits) => {
        let bytes = Array.from(encoder.encode(writeTable(rows, table, lineEnding)));
        for (const [place, byte, kind] of edits) {
          const at = place % (bytes.length + 1);
          bytes = bytes.toSpliced(at, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]));
        }
        check(Uint8Array.from(bytes), table, scanners, []);
      }),
      { seed, numRuns: 6000 },
    );
  });

  test(`tables of ${name} give the same rows wherever they are cut into chunks`, () => {
    fc.assert(
      fc.property(records, ending, (rows, lineEnding) => {
        const bytes = encoder.encode(writeTable(rows, table, lineEnding));
        const scanner = scanners[1]!;
        for (let at = 0; at <= bytes.length; at++) {
          check(bytes, table, [scanner], [scanner.boundaryAfter(bytes, at)]);
        }
      }),
      { seed, numRuns: 40 },
    );
  });
}

test('a long table of many windows is read as csv-parse reads it', () => {
  const table = tables[0]!;
  const scanners = capacities.slice(1).map((capacityRows) => createScanner(table, capacityRows));
  const rows = Array.from({ length: 9000 }, (_, i) =>
    Array.from({ length: 3 }, (_, j) => ({
      text: (i + j) % 17 === 0 ? 'say "yes",\nor "no"' : 'x'.repeat((i * 7 + j) % 23),
      isQuoted: (i + j) % 5 === 0,
    })),
  );
  const text = writeTable(rows, table, '\n')
    .replaceAll('xxxxxxxxxxxxxxxx,', 'x\n')
    .replaceAll('xxxxxxxxxxxxx\n', '\n\n');
  check(encoder.encode(text), table, scanners, []);
});
