/**
 * LIKE and substring search against JavaScript's own: regular expressions and `includes`, on random short
 * texts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../base/random.ts';
import { booleanType, varcharType } from '../../columns/sql-type.ts';
import { literal, stringLiteral } from '../binding/literals.ts';
import { bindLike } from '../binding/predicates.ts';
import { columnOf, evaluateRows } from '../testing/columns.ts';

const seed = 5;
const letters = ['a', 'b', 'ä', '日', '😀', '%', '_', '\\'];

function randomText(random: Random, alphabet: readonly string[], countMax: number): string {
  const count = random.int(0, countMax);
  return Array.from({ length: count }, () => alphabet[random.int(0, alphabet.length - 1)]).join('');
}

/** The pattern as a regular expression; undefined where it ends in its escape. */
function regexOf(pattern: string, flags: string): RegExp | undefined {
  let source = '';
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i] ?? '';
    if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else {
      if (character === '\\') {
        const escaped = characters[++i];
        if (escaped === undefined) return undefined;
        character = escaped;
      }
      source += character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    }
  }
  return new RegExp(`^${source}$`, flags);
}

for (const caseInsensitive of [false, true]) {
  const name = caseInsensitive ? 'ILIKE' : 'LIKE';
  test(`${name} matches as a regular expression does, with a constant pattern or not`, () => {
    const random = Random.fromSeed(seed);
    const columns = [columnOf(varcharType, 0, false), columnOf(varcharType, 1, false)] as const;
    const options = { caseInsensitive, negated: false };
    const alphabet = caseInsensitive ? ['a', 'A', 'ä', 'Ä', 'Σ', 'σ', '%', '_', '@', '[', '\\'] : letters;
    for (let i = 0; i < 150; i++) {
      const pattern = randomText(random, alphabet, 6);
      const expected = regexOf(pattern, caseInsensitive ? 'sui' : 'su');
      if (!expected) continue;
      const texts = Array.from({ length: 30 }, () => randomText(random, alphabet, 24));
      const rows = texts.map((text) => [text, pattern]);
      const wanted = texts.map((text) => expected.test(text));
      const variable = bindLike(columns[0], { pattern: columns[1], escape: undefined }, options);
      const constant = bindLike(columns[0], { pattern: stringLiteral(pattern), escape: undefined }, options);
      assert.deepEqual(evaluateRows(variable, columns, rows), wanted, `pattern ${pattern}, seed ${seed}`);
      assert.deepEqual(evaluateRows(constant, columns, rows), wanted, `constant ${pattern}, seed ${seed}`);
    }
  });
}

test('a part is found wherever it stands, in texts of any length', () => {
  const random = Random.fromSeed(seed);
  const column = columnOf(varcharType, 0, false);
  for (let i = 0; i < 60; i++) {
    const part = `${randomText(random, ['a', 'b'], 5)}ab`;
    const texts = Array.from({ length: 40 }, () => randomText(random, ['a', 'b', 'c'], 70));
    const pattern = literal(varcharType, `%${part}%`);
    const bound = bindLike(
      column,
      { pattern, escape: undefined },
      { caseInsensitive: false, negated: false },
    );
    assert.equal(bound.type, booleanType);
    const found = evaluateRows(
      bound,
      [column],
      texts.map((text) => [text]),
    );
    assert.deepEqual(
      found,
      texts.map((text) => text.includes(part)),
      `part ${part}, seed ${seed}`,
    );
  }
});

test('another escape takes the place of the backslash, and an empty one of none', () => {
  const column = columnOf(varcharType, 0, false);
  const matches = (text: string, pattern: string, escaping: string): unknown =>
    evaluateRows(
      bindLike(
        column,
        { pattern: stringLiteral(pattern), escape: stringLiteral(escaping) },
        { caseInsensitive: false, negated: false },
      ),
      [column],
      [[text]],
    )[0];
  assert.equal(matches('100%', '100#%', '#'), true);
  assert.equal(matches('100x', '100#%', '#'), false);
  assert.equal(matches('a\\b', 'a\\b', ''), true);
  assert.equal(matches('a\\b', 'a\\_', '#'), true);
  assert.deepEqual(matches('abc', '%#', '#'), { error: 'pattern_ends_in_escape' });
  assert.deepEqual(matches('abc', 'a%', '##'), { error: 'escape_too_long' });
});
