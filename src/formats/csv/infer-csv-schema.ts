/**
 * The schema of CSV from its header and first records. Without a header, columns are called by their places
 * (header-columns.ts).
 */
import { VelostreamError } from '../../base/error.ts';
import type { Schema } from '../../columns/schema.ts';
import { type SqlType, varcharType } from '../../columns/sql-type.ts';
import { typeOfText, unionType } from '../inferred-type.ts';
import { type CsvField, readCsvRecords, withoutByteOrderMark } from './csv-record.ts';
import { namesOfFields } from './header-columns.ts';

/** Records that are looked at. */
const recordsMax = 2000;

export interface CsvSampleOptions {
  readonly relation: string;
  readonly delimiter: string;
  /** Empty: fields are never quoted. */
  readonly quote: string;
  readonly hasHeader: boolean;
}

export function inferCsvSchema(sample: Uint8Array, options: CsvSampleOptions): Schema {
  const delimiter = options.delimiter.charCodeAt(0);
  const quote = options.quote === '' ? undefined : options.quote.charCodeAt(0);
  let header: readonly CsvField[] | undefined;
  const types: (SqlType | undefined)[] = [];
  let records = 0;
  for (const record of readCsvRecords(withoutByteOrderMark(sample), { delimiter, quote }, 'skip')) {
    if (header === undefined && options.hasHeader) {
      header = record;
      continue;
    }
    if (records++ >= recordsMax) break;
    record.forEach((field, i) => {
      types[i] = unionType(types[i], typeOfField(field));
    });
  }
  const names = namesOf(header, types.length);
  if (names.length === 0) throw unknownColumns(options.relation, 'There is no record yet.');
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw unknownColumns(options.relation, `Its header names "${twice}" twice.`);
  return names.map((name, i) => ({ name, type: types[i] ?? varcharType, nullable: true }));
}

function typeOfField({ text, isQuoted }: CsvField): SqlType | undefined {
  if (text === '' && !isQuoted) return undefined;
  return typeOfText(text);
}

function namesOf(header: readonly CsvField[] | undefined, fieldCount: number): readonly string[] {
  return namesOfFields(header?.map(({ text }) => text) ?? Array<string>(fieldCount).fill(''));
}

function unknownColumns(relation: string, detail: string): VelostreamError {
  return new VelostreamError(`the columns of "${relation}" cannot be found in its data`, {
    code: 'source_format',
    detail,
    hint: 'Declare them: CREATE STREAM name (column TYPE, ...) WITH (...).',
  });
}
