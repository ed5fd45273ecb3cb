/** The fast way to read a value, by what its form says. */
import type { StatePath } from './fast-path.ts';
import type { FastAction, ValueForm } from './scan-plan.ts';
import { readDecimal, readDouble, readEpoch, readInteger, skipNumber } from './value-number.ts';
import { readTemporal, readVarchar, skipString } from './value-string.ts';
import { readBoolean, readTolerantly, skipNested } from './value-word.ts';

const emitters: Readonly<Record<FastAction, (path: StatePath, form: ValueForm) => void>> = {
  tolerant: readTolerantly,
  skip_string: skipString,
  skip_number: skipNumber,
  skip_boolean: readBoolean,
  skip_nested: skipNested,
  varchar: readVarchar,
  boolean: readBoolean,
  integer: readInteger,
  double: readDouble,
  decimal: readDecimal,
  epoch: readEpoch,
  temporal: readTemporal,
};

/** Emits: moves past the value at `at`, into its column if there is one. */
export function readValue(path: StatePath, form: ValueForm): void {
  emitters[form.action](path, form);
}
