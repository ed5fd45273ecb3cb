/** What a column of kind `choice` chooses from, and how often: `fields.<column>.values` and `.weights`. */

import { encodeUtf8 } from '../../base/bytes.ts';
import type { Column } from '../../columns/schema.ts';
import { splitCsvRecord } from '../../formats/csv/csv-record.ts';
import { badOption, type OptionOwner } from '../options.ts';
import { describeValues, parseNumber, parseValue } from './field-values.ts';

export interface FieldChoices {
  /** Of a VARCHAR. */
  readonly texts: readonly string[];
  /** Of any other type, in the units of its storage. */
  readonly numbers: readonly number[];
  /** For each choice the sum of the weights up to it. */
  readonly cumulativeWeights: readonly number[];
}

export const noChoices: FieldChoices = { texts: [], numbers: [], cumulativeWeights: [] };

export function choicesOf(owner: OptionOwner, { name, type }: Column): FieldChoices {
  const option = `fields.${name}.values`;
  const texts = splitList(owner.options[option] ?? '');
  if (texts.length === 0) throw badOption(owner, option, 'a list of values, parted by commas');
  const cumulativeWeights = cumulativeWeightsOf(owner, `fields.${name}.weights`, texts.length);
  if (type.kind === 'varchar') return { texts, numbers: [], cumulativeWeights };
  const numbers = texts.map((text) => {
    const value = parseValue(text, type);
    if (value !== undefined) return value;
    throw badOption(owner, option, `a list, parted by commas, and each ${describeValues(type)}`);
  });
  return { texts: [], numbers, cumulativeWeights };
}

function cumulativeWeightsOf(owner: OptionOwner, option: string, count: number): readonly number[] {
  const written = owner.options[option];
  const weights =
    written === undefined
      ? Array<number>(count).fill(1)
      : splitList(written).map((text) => parseNumber(text) ?? -1);
  let sum = 0;
  const cumulative = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  const isEachWeight = weights.length === count && weights.every((weight) => weight >= 0);
  if (isEachWeight && sum > 0 && Number.isFinite(sum)) return cumulative;
  throw badOption(owner, option, `${count} numbers of at least 0, not all 0, parted by commas`);
}

/** Parts between commas; one that holds a comma stands in double quotes, as in CSV. */
function splitList(text: string): string[] {
  return splitCsvRecord(encodeUtf8(text), { delimiter: comma, quote }).map((part) => part.trim());
}

const comma = 44;
const quote = 34;
