/** Every function on dates and times: a family is a file beside this one and a line here. */
import type { ScalarFunction } from '../../scalar-function.ts';
import { ageFunctions } from './age.ts';
import { dateBinFunctions } from './date-bin.ts';
import { dateDiffFunctions } from './date-diff.ts';
import { dateTruncFunctions } from './date-trunc.ts';
import { extractFunctions } from './extract.ts';
import { justifyFunctions } from './justify.ts';
import { makeFunctions } from './make.ts';
import { timeZoneFunctions } from './time-zone.ts';
import { unixTimeFunctions } from './unix-time.ts';

export const dateTimeFunctions: readonly ScalarFunction[] = [
  extractFunctions,
  dateTruncFunctions,
  makeFunctions,
  unixTimeFunctions,
  ageFunctions,
  dateDiffFunctions,
  dateBinFunctions,
  justifyFunctions,
  timeZoneFunctions,
].flat();
