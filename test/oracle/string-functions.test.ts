/**
 * String functions against PostgreSQL itself, on grids of texts: empty, ASCII, accents, combining marks, code
 * points beyond the first plane, short and long (a view holds 15 bytes). Every overload, NULLs included.
 * Where we differ on purpose, expressions/differences.ts says why.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { varcharType } from '../../src/columns/sql-type.ts';
import { literal, stringLiteral } from '../../src/expressions/binding/literals.ts';
import { bindLike } from '../../src/expressions/binding/predicates.ts';
import { foldConstant } from '../../src/expressions/fold.ts';
import { stringFunctions } from '../../src/expressions/functions/string/string-functions.ts';
import { knownDifference } from './expressions/differences.ts';
import { openPostgres, type PostgresEvaluator } from './expressions/postgres-evaluator.ts';
import { callSql } from './expressions/sql-text.ts';
import { type JudgedCall, judgeCalls } from './functions/judge-calls.ts';
import type { Scalar } from './functions/scalars.ts';
import { bigints, booleans, dates, doubles, ints, text, texts } from './functions/scalars.ts';

let postgres: PostgresEvaluator;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

const subjects = texts([
  null,
  '',
  ' ',
  'a',
  'abc',
  'Hello World',
  '  padded  ',
  'exactly15bytes!',
  'sixteen bytes ok',
  'a rather longer string, of ASCII, Only: 0123456789 and MORE',
  'Ünïcödé stræße',
  'ÄÖÜ äöü ÀÉÎ ñ œ Œ ÿ Ÿ',
  'Здравствуй, МИР и люди',
  'Ελληνικά ΣΊΣΥΦΟΣ ώ',
  'e\u0301a\u0308 combining Z\u0335',
  '😀😁 astral 𝒳𝓎 𐐀𐐨',
  '中文字符和日本語、한국어',
  'ǅ ǆ Ǆ ﬁ ſ ɐ ᾳ İ ı K Å',
  "o'neill x_y 1abc ab-cd ab\tcd\nef",
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'ababababababababababab',
  'x,y,,z,',
  ',',
  'ß ẞ ŉ',
  '\ufeffafter a byte order mark',
]);
const parts = texts([
  null,
  '',
  'a',
  'ab',
  'aa',
  ',',
  'o',
  'ö',
  '😀',
  'Hello World',
  'longer string, of',
  ' ',
  'é',
  '文字',
  'ба',
]);
const counts = ints([null, -2147483648, -100, -5, -3, -2, -1, 0, 1, 2, 3, 4, 7, 15, 16, 17, 40, 2147483647]);
const fewCounts = ints([null, -7, -1, 0, 1, 2, 5, 9, 20, 2147483647]);

const grids: readonly JudgedCall[] = [
  ...[
    'upper',
    'lower',
    'initcap',
    'length',
    'char_length',
    'character_length',
    'octet_length',
    'bit_length',
  ].map((name): JudgedCall => ({ name, args: [subjects] })),
  ...['reverse', 'ascii', 'btrim', 'ltrim', 'rtrim'].map((name): JudgedCall => ({ name, args: [subjects] })),
  { name: 'len', args: [subjects], sql: ([x]) => `length(${x})` },
  ...['substring', 'substr', 'left', 'right'].map((name): JudgedCall => ({ name, args: [subjects, counts] })),
  { name: 'substring', args: [subjects, counts, fewCounts] },
  { name: 'position', args: [parts, subjects], sql: ([part, subject]) => `position(${part} IN ${subject})` },
  { name: 'strpos', args: [subjects, parts] },
  { name: 'instr', args: [subjects, parts], sql: (args) => `strpos(${args})` },
  { name: 'starts_with', args: [subjects, parts] },
  { name: 'replace', args: [subjects, parts, texts([null, '', 'X', 'éé', 'something longer than before'])] },
  {
    name: 'translate',
    args: [
      subjects,
      texts([null, '', 'a', 'aeiou', 'öüab😀', 'abcabc']),
      texts([null, '', 'A', 'AÉ😀', 'xyzuvw']),
    ],
  },
  {
    name: 'overlay',
    args: [subjects, parts, fewCounts],
    sql: ([x, y, a]) => `overlay(${x} PLACING ${y} FROM ${a})`,
  },
  {
    name: 'overlay',
    args: [subjects, texts([null, '', 'Zß', 'long replacement text']), fewCounts, fewCounts],
    sql: ([x, y, a, n]) => `overlay(${x} PLACING ${y} FROM ${a} FOR ${n})`,
  },
  ...['btrim', 'ltrim', 'rtrim'].map(
    (name): JudgedCall => ({
      name,
      args: [subjects, texts([null, '', ' ', 'a', 'ab', ' Hd', 'öÜé', ',😀文', 'KÅ'])],
    }),
  ),
  ...['lpad', 'rpad'].flatMap((name): JudgedCall[] => [
    { name, args: [subjects, counts] },
    { name, args: [subjects, fewCounts, texts([null, '', '*', 'ab', 'é😀x', 'a longer filling text'])] },
  ]),
  { name: 'repeat', args: [subjects, ints([null, -1, 0, 1, 2, 3, 10, 100])] },
  { name: 'repeat', args: [texts([null, 'a', 'é', 'sixteen bytes ok']), ints([2147483647, -2147483648])] },
  {
    name: 'split_part',
    args: [subjects, parts, ints([null, -2147483648, -4, -2, -1, 0, 1, 2, 3, 5, 2147483647])],
  },
  {
    name: 'chr',
    args: [
      ints([
        null,
        -1,
        0,
        1,
        65,
        127,
        128,
        2047,
        2048,
        0xd7ff,
        0xd800,
        0xdfff,
        0xe000,
        65535,
        65536,
        1114111,
        1114112,
      ]),
    ],
  },
  { name: 'to_hex', args: [ints([null, 0, 1, 9, 10, 255, 2147483647, -1, -2147483648])] },
  {
    name: 'to_hex',
    args: [bigints([null, 0n, 15n, 4294967296n, -1n, 9223372036854775807n, -9223372036854775808n])],
  },
  { name: 'concat', args: [subjects] },
  { name: 'concat', args: [subjects, parts] },
  { name: 'concat', args: [subjects, ints([null, 7]), dates([null, '2024-02-29'])] },
  { name: 'concat', args: [doubles([null, 1.5, -0.1]), bigints([null, 12n]), texts([null, 'é'])] },
  { name: 'concat_ws', args: [texts([null, '', ', ', '😀']), subjects] },
  { name: 'concat_ws', args: [texts([null, '', ', ', '😀']), subjects, parts] },
  {
    name: 'concat_ws',
    args: [texts([null, '-']), ints([null, 1]), texts([null, 'a']), dates([null, '1999-12-31'])],
  },
];

for (const call of grids) {
  const kinds = call.args.map(([first]) => (first as Scalar).type.kind).join(', ');
  test(`${call.name}(${kinds}) gives what PostgreSQL gives`, async () => {
    const wrong = await judgeCalls(postgres, call, callSql);
    const unknown = wrong.filter((difference) => !knownDifference({ name: call.name, ...difference }));
    assert.equal(
      unknown.length,
      0,
      `${unknown.length} differ:\n${unknown
        .slice(0, 12)
        .map((w) => w.text)
        .join('\n')}`,
    );
  });
}

test('every overload of every string function is judged', () => {
  const judged = new Set(grids.map(({ name, args }) => `${name}/${args.length}`));
  const missing = stringFunctions.flatMap(({ name, overloads }) =>
    overloads
      .filter(({ params }) => !judged.has(`${name}/${params.length}`))
      .map(({ params }) => `${name}(${params})`),
  );
  assert.deepEqual(missing, []);
});

test('CONCAT and CONCAT_WS write a boolean by its first letter, as PostgreSQL does', async () => {
  const args = [text('-'), booleans([true, false]), text('!')];
  const calls = ['concat', 'concat_ws'].map((name) => ({ name, args: args.map((arg) => [arg].flat()) }));
  for (const call of calls) assert.deepEqual(await judgeCalls(postgres, call, callSql), []);
});

test('ILIKE ignores case wherever PostgreSQL does', async () => {
  const options = { caseInsensitive: true, negated: false };
  const patterns = [
    '%É%',
    'ünï%',
    '%МИР%',
    '%σίσυφος%',
    '_ello%',
    '%ſ%',
    '%k å',
    '%ẞ%',
    '%\\_Y',
    'ÄÖÜ%ÿ',
    '%𐐨',
  ];
  const wrong: string[] = [];
  for (const pattern of patterns) {
    const sql = subjects.map(({ sql }) => `${sql} ILIKE ${text(pattern).sql}`);
    const theirs = await postgres.evaluate(sql);
    subjects.forEach((subject, i) => {
      const folded = foldConstant(
        bindLike(
          literal(varcharType, subject.value),
          { pattern: stringLiteral(pattern), escape: undefined },
          options,
        ),
      );
      const ours = folded.kind === 'literal' ? (folded.value as boolean | null) : undefined;
      const own = ours === null ? null : String(ours);
      if (own !== (theirs[i] as { text: string | null }).text) wrong.push(`${sql[i]}: ${own}`);
    });
  }
  assert.deepEqual(wrong, []);
});
