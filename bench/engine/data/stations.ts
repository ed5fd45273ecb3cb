/**
 * Names of weather stations, made up from syllables by a seed: one to three words, some not in ASCII, none
 * twice.
 */
import type { Xorshift } from './random.ts';

const syllables = (
  'al an ar ba bel bo da do el fa ga gra ha hel is ka kha ko la lu ma mi mon na ne nor os pa po ra ri ' +
  'ro sa san sha ta tar to tu ul va ver wa xi ya zu ö é ü ø ñ ã'
).split(' ');
const endings = ['burg', 'ville', 'grad', 'ton', 'haven', 'abad', 'pur', 'sk', 'stad', 'ia', '', '', ''];

/** In the order of their bytes. */
export function makeStationNames(count: number, random: Xorshift): readonly string[] {
  const names = new Set<string>();
  while (names.size < count) {
    const wordCount = 1 + (random.below(4) === 0 ? 1 : 0) + (random.below(12) === 0 ? 1 : 0);
    names.add(Array.from({ length: wordCount }, () => word(random)).join(' '));
  }
  // Below U+D800 the order of UTF-16 units is the order of UTF-8 bytes.
  return [...names].sort();
}

function word(random: Xorshift): string {
  const syllableCount = 1 + random.below(3);
  const parts = Array.from({ length: syllableCount }, () => syllables[random.below(syllables.length)]!);
  const text = parts.join('') + endings[random.below(endings.length)]!;
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('');
}
