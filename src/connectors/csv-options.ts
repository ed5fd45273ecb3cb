/** Checks of the options by which CSV is read, whatever it comes from. */
import { VelostreamError } from '../base/error.ts';
import { badOption, flagOption, type OptionOwner } from './options.ts';

export const csvOptionNames = ['delimiter', 'header', 'quote'] as const;

export function checkCsvOptions(owner: OptionOwner): void {
  flagOption(owner, 'header', true);
  const { delimiter = ',', quote = '"' } = owner.options;
  if (!oneByte.test(delimiter)) throw badOption(owner, 'delimiter', 'one character');
  if (quote !== '' && !oneByte.test(quote))
    throw badOption(owner, 'quote', 'one character, or empty for none');
  if (delimiter !== quote) return;
  throw new VelostreamError(`"${owner.relation}": delimiter and quote are the same character`, {
    code: 'sql_invalid_option',
    detail: `Both are "${quote}".`,
    hint: "Set quote = '' where nothing is quoted.",
    option: owner.options.quote === undefined ? 'delimiter' : 'quote',
  });
}

const oneByte = /^[\t\x20-\x7e]$/;
