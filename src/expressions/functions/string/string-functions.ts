/** Every function on strings: a family is a file beside this one and a line here. */
import type { ScalarFunction } from '../../scalar-function.ts';
import { caseFunctions } from './case.ts';
import { codePointFunctions } from './code-point.ts';
import { concatFunctions } from './concat.ts';
import { lengthFunctions } from './length.ts';
import { padFunctions } from './pad.ts';
import { replaceFunctions } from './replace.ts';
import { searchFunctions } from './search.ts';
import { splitFunctions } from './split-part.ts';
import { substringFunctions } from './substring.ts';
import { trimFunctions } from './trim.ts';

export const stringFunctions: readonly ScalarFunction[] = [
  caseFunctions,
  lengthFunctions,
  substringFunctions,
  searchFunctions,
  replaceFunctions,
  trimFunctions,
  padFunctions,
  concatFunctions,
  splitFunctions,
  codePointFunctions,
].flat();
