/**
 * Checks of options as a connector does them: what is not known, or not one of what is known, is an error of
 * the user.
 */
import { VelostreamError } from '../base/error.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { Properties } from '../plan/relation.ts';

/** Of every source; what they mean is the job's business. */
export const sourceOptionNames = ['on_error', 'on_error_limit', 'dead_letter_path'] as const;

/** Whose option is looked at. */
export interface OptionOwner {
  readonly relation: string;
  readonly connector: string;
  readonly options: Properties;
}

/** Refuses every option that is not one of `known`. */
export function checkOptionNames(owner: OptionOwner, known: readonly string[]): void {
  for (const name of Object.keys(owner.options)) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    throw new VelostreamError(
      `"${owner.relation}": the connector ${owner.connector} has no option "${name}"`,
      {
        code: 'sql_invalid_option',
        detail: near === undefined ? `Its options are: ${known.join(', ')}.` : undefined,
        hint: near === undefined ? undefined : `Did you mean "${near}"?`,
        option: name,
      },
    );
  }
}

export function choiceOption<T extends string>(
  owner: OptionOwner,
  name: string,
  choices: readonly T[],
  otherwise: T,
): T {
  const written = owner.options[name];
  if (written === undefined) return otherwise;
  const choice = choices.find((known) => known === written.toLowerCase());
  if (choice !== undefined) return choice;
  const near = nearestName(written, choices);
  throw badOption(owner, name, `one of ${choices.join(', ')}`, near && `Did you mean "${near}"?`);
}

export function flagOption(owner: OptionOwner, name: string, otherwise: boolean): boolean {
  return choiceOption(owner, name, ['true', 'false'], otherwise ? 'true' : 'false') === 'true';
}

/** A whole number of at least `least`; underscores may part its digits. */
export function countOption(owner: OptionOwner, name: string, least: number): number | undefined {
  const written = owner.options[name];
  if (written === undefined) return undefined;
  const text = written.replaceAll('_', '');
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw badOption(owner, name, `a whole number of at least ${least}`);
}

export function numberOption(owner: OptionOwner, name: string): number | undefined {
  const written = owner.options[name];
  if (written === undefined) return undefined;
  const value = written.trim() === '' ? Number.NaN : Number(written.replaceAll('_', ''));
  if (Number.isFinite(value)) return value;
  throw badOption(owner, name, 'a number');
}

export function badOption(owner: OptionOwner, name: string, wanted: string, hint?: string): VelostreamError {
  return new VelostreamError(`"${owner.relation}": the option "${name}" has to be ${wanted}`, {
    code: 'sql_invalid_option',
    detail: `It is "${owner.options[name] ?? ''}".`,
    hint,
    option: name,
  });
}
