/** Whatever the text, parsing it ends, throws nothing, and gives errors with places within the text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { statementTree } from '../../test/support/sql-trees.ts';
import { children, type Node } from './ast/traverse.ts';
import { formatSqlError } from './format-error.ts';
import { parseSql } from './parse.ts';
import { printStatement } from './printer/statement.ts';

const seed = 20260103;

/** Marks and words that the lexer or the parser treat in a way of their own. */
const fragments = [
  ...'( ) [ ] { } , ; . : :: + - * / % ^ = == <> != <= || && ! ~ -> $1 $$ $a$ \' " `'.split(' '),
  ..."E' \\ /* */ -- \n @ 1 2.5 0x .5e 1e a b \"c\" 'd'".split(' '),
  ...'select from where group by having order limit offset emit changes final with as create'.split(' '),
  ...'stream table insert into explain analyze distinct all case when then else end cast and or'.split(' '),
  ...'not is null in like between escape interval date timestamp time zone at extract substring'.split(' '),
  ...'trim position overlay filter over join union values watermark for primary key if exists'.split(' '),
  ...'SELCT FORM'.split(' '),
  '-- @a: b\n',
  '(SELECT',
  '\u0000',
  '\ud800',
  '😀',
  '“',
  '\u00a0',
];

const families: readonly (readonly [name: string, texts: fc.Arbitrary<string>])[] = [
  ['any text', fc.string({ unit: 'binary', maxLength: 200 })],
  ['any UTF-16 units', fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units))],
  ['any bytes', fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))],
  [
    'words and marks in no order',
    fc.array(fc.constantFrom(...fragments), { maxLength: 60 }).map((all) => all.join(' ')),
  ],
  [
    'words and marks without blanks',
    fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((all) => all.join('')),
  ],
  ['good statements with a piece cut out', mutated((text, from, to) => text.slice(0, from) + text.slice(to))],
  ['good statements with a piece doubled', mutated((text, from, to) => text.slice(0, to) + text.slice(from))],
  ['good statements cut short', mutated((text, from) => text.slice(0, from))],
  [
    'good statements with a piece of another',
    mutated((text, from, to, other) => text.slice(0, from) + other + text.slice(to)),
  ],
];

for (const [name, texts] of families) {
  test(`parsing ends without an exception: ${name}`, () => {
    fc.assert(fc.property(texts, parsesSoundly), { seed, numRuns: 1500 });
  });
}

test('the span of every node lies within that of the node above it', () => {
  const property = fc.property(statementTree, (tree) => {
    const sql = printStatement(tree);
    for (const statement of parseSql(sql).statements) assertNested(statement, sql);
  });
  fc.assert(property, { seed, numRuns: 500 });
});

test('texts made of one mark or word a hundred thousand times are read without an exception', () => {
  for (const fragment of fragments) parsesSoundly(`SELECT ${`${fragment} `.repeat(100_000)}`);
});

function mutated(
  change: (text: string, from: number, to: number, other: string) => string,
): fc.Arbitrary<string> {
  return fc
    .tuple(statementTree, statementTree, fc.nat(), fc.nat())
    .map(([tree, otherTree, first, second]) => {
      const text = printStatement(tree);
      const from = first % (text.length + 1);
      const other = printStatement(otherTree);
      return change(
        text,
        from,
        from + (second % (text.length + 1 - from)),
        other.slice(second % other.length),
      );
    });
}

function parsesSoundly(sql: string): void {
  const { statements, errors } = parseSql(sql);
  for (const error of errors) {
    const { position } = error;
    assert.ok(position !== undefined, error.message);
    assert.ok(
      position.start >= 0 && position.start <= position.end && position.end <= sql.length,
      error.message,
    );
    assert.doesNotMatch(error.message, /^[A-Z][a-z]|[a-z]\.$/);
  }
  const [first] = errors;
  if (first !== undefined) assert.match(formatSqlError(first, sql), /^error: /);
  for (const statement of statements) {
    assert.ok(Object.isFrozen(statement));
    assert.deepEqual(
      parseSql(printStatement(statement)).errors.map(({ message }) => message),
      [],
    );
  }
}

function assertNested(node: Node, sql: string): void {
  for (const child of children(node)) {
    const inside = child.span.start >= node.span.start && child.span.end <= node.span.end;
    const where = `${child.kind} at ${child.span.start} leaves ${node.kind} of ${sql}`;
    assert.ok(inside || child.kind === 'annotation', where);
    assertNested(child, sql);
  }
}
