/** Where our text forms differ from PostgreSQL's on purpose: each entry with its reason. */

export interface Difference {
  readonly text: string;
  readonly ours: string;
  readonly theirs: string;
}

interface KnownDifference {
  readonly types: readonly string[];
  readonly reason: string;
  readonly covers: (difference: Difference) => boolean;
}

const dateTypes = ['date', 'timestamp', 'timestamptz'];

const known: readonly KnownDifference[] = [
  {
    types: dateTypes,
    reason: 'A year of one or two digits is refused: which century it means is a guess.',
    covers: ({ text, ours }) => ours === 'invalid' && /^\s*(\d{1,2}-|\d{6}\s*$)/.test(text),
  },
  {
    types: dateTypes,
    reason: 'A colon with nothing behind it is refused: the text was cut off.',
    covers: ({ text, ours }) => ours === 'invalid' && text.includes(':') && /:(\D|$)/.test(text),
  },
  {
    types: dateTypes,
    reason: 'Year, month and day are joined by minus or slash; blanks or points among them are refused.',
    covers: ({ text, ours }) => ours === 'invalid' && /^\s*\d{4}[ .]\d/.test(text),
  },
  {
    types: ['timestamp', 'timestamptz'],
    reason: 'Microseconds since 1970 in 64 bits end in the year 294247, those since 2000 a generation later.',
    covers: ({ text, ours }) => ours === 'out of range' && /^\s*29424[7-9]|^\s*2942[5-7]/.test(text),
  },
  {
    types: ['timestamp', 'timestamptz'],
    reason: 'A seventh digit of 5 rounds the decimal to even; PostgreSQL rounds the double nearest to it.',
    covers: ({ text, theirs }) => /\.\d{6}5$/.test(text) && theirs.includes('.'),
  },
  {
    types: ['interval'],
    reason: 'A `T` with no time behind it is refused, as ISO 8601 has it.',
    covers: ({ text, ours }) => ours === 'invalid' && /^P.*T$/.test(text),
  },
  {
    types: ['interval'],
    reason: 'Units of one letter may follow each other without blanks, as in `1h30m`.',
    covers: ({ text, theirs }) => theirs === 'invalid' && /\d\.?[a-z]\d/i.test(text),
  },
  {
    types: ['interval'],
    reason:
      'Blanks around the P of ISO 8601 and a negative number without a digit before its point are read.',
    covers: ({ text, theirs }) => theirs === 'invalid' && /^\s*P\s|^\s+P|-\.\d/.test(text),
  },
  {
    types: ['float8'],
    reason: 'Both read back as the same double; ours is the shortest, even on the edge of what rounds to it.',
    covers: ({ ours, theirs }) => Number(ours) === Number(theirs) && ours.length < theirs.length,
  },
  {
    types: ['float8'],
    reason: 'Hexadecimal numbers are refused: they are no SQL literals.',
    covers: ({ text, ours }) => ours === 'invalid' && text.startsWith('0x'),
  },
];

export function knownDifference(type: string, difference: Difference): boolean {
  return known.some(({ types, covers }) => types.includes(type) && covers(difference));
}
