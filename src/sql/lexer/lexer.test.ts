import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenize } from './lexer.ts';

/** Kind and text of every token but the last, as `kind:text`. */
function tokens(source: string): readonly string[] {
  return tokenize(source)
    .tokens.slice(0, -1)
    .map(({ kind, text }) => `${kind}:${text}`);
}

function messages(source: string): readonly string[] {
  return tokenize(source).errors.map(
    ({ message, position }) => `${position?.start}-${position?.end} ${message}`,
  );
}

test('words fold to lower case, quoted names keep theirs', () => {
  assert.deepEqual(tokens('Select "Select" x$1 _y'), ['word:select', 'quoted:Select', 'word:x$1', 'word:_y']);
});

test('only the letters A to Z are folded, as in PostgreSQL', () => {
  assert.deepEqual(tokens('GRÜSSE ÄÖ İstanbul'), ['word:grÜsse', 'word:ÄÖ', 'word:İstanbul']);
});

test('every form of number is one token', () => {
  const forms = ['1', '1_000', '0x1F', '0o17', '0b1_0', '1.5', '.5', '5.', '1e5', '1.5E-3', '.5e+1'];
  assert.deepEqual(
    tokens(forms.join(' ')),
    forms.map((form) => `number:${form}`),
  );
});

test('a number that runs into letters is an error at its place', () => {
  assert.deepEqual(messages('SELECT 12abc'), ['7-12 malformed number "12abc"']);
  assert.deepEqual(messages('0x 1__0 1_'), [
    '0-2 malformed number "0x"',
    '3-7 malformed number "1__0"',
    '8-10 malformed number "1_"',
  ]);
});

test('quotes within strings and names are doubled', () => {
  assert.deepEqual(tokens(`'it''s' '''' "a""b"`), ["string:it's", "string:'", 'quoted:a"b']);
});

test('strings on consecutive lines are one', () => {
  assert.deepEqual(tokens("'a'\n  'b'\r\n\t'c'"), ['string:abc']);
  assert.deepEqual(tokens("'a' 'b'"), ['string:a', 'string:b']);
});

test('escape strings decode every escape', () => {
  assert.deepEqual(tokens(String.raw`E'\b\f\n\r\t\\\'\q'''`), ["string:\b\f\n\r\t\\'q'"]);
  assert.deepEqual(tokens(String.raw`e'\101\x41\u0041\U00000041'`), ['string:AAAA']);
  assert.deepEqual(tokens(String.raw`E'\xc3\xa4\303\244\uD83D\uDE00'`), ['string:ää😀']);
});

test('escapes that mean no character are errors at their place', () => {
  assert.deepEqual(messages(String.raw`E'a\u12'`), [
    '3-5 invalid Unicode escape: it is written \\uXXXX or \\UXXXXXXXX, up to \\U0010FFFF',
  ]);
  assert.deepEqual(messages(String.raw`E'\xff'`), [String.raw`2-6 the bytes \xff are not UTF-8`]);
  assert.match(messages(String.raw`E'\U00110000'`)[0] ?? '', /invalid Unicode escape/);
  assert.match(messages(String.raw`E'\0'`)[0] ?? '', /U\+0000/);
  assert.match(messages(String.raw`E'\uD83D'`)[0] ?? '', /surrogate/);
});

test('dollar quotes take their text as it is', () => {
  assert.deepEqual(tokens(`$$it's$$ $tag$a$$b$tag$`), ["string:it's", 'string:a$$b']);
});

test('an unterminated string is reported where it began, up to the end of that line', () => {
  assert.deepEqual(messages("SELECT 'abc\nFROM t"), [
    '7-11 unterminated string: the quote that opens here is never closed',
  ]);
  assert.equal(tokenize("'abc").unterminated, true);
  for (const source of ['"abc', "E'abc\\'", "E'abc\\", '$$abc', '/* abc /* */', '`abc']) {
    assert.equal(messages(source).length > 0 && tokenize(source).unterminated, true, source);
  }
});

test('block comments nest, line comments end with the line', () => {
  assert.deepEqual(tokens('a /* b /* c */ d */ e -- f\n g'), ['word:a', 'word:e', 'word:g']);
});

test('annotations are kept with their place', () => {
  const { annotations } = tokenize(
    '-- @job_mode: adaptive \n--@name:x\n-- @flag\n-- @no annotation\nSELECT 1',
  );
  assert.deepEqual(
    annotations.map(({ name, value, span }) => [name, value, span.start]),
    [
      ['job_mode', 'adaptive', 0],
      ['name', 'x', 24],
      ['flag', '', 34],
    ],
  );
});

test('operators are cut at their longest known form', () => {
  assert.deepEqual(tokens('a::b<=c<>d!=e||f->>g=-1'), [
    ...['word:a', 'symbol:::', 'word:b', 'symbol:<=', 'word:c', 'symbol:<>', 'word:d', 'symbol:!='],
    ...['word:e', 'symbol:||', 'word:f', 'symbol:->>', 'word:g', 'symbol:=', 'symbol:-', 'number:1'],
  ]);
});

test('characters of no token are named, typographic quotes and backquotes with advice', () => {
  assert.deepEqual(messages('SELECT \u0001'), ['7-8 unexpected character (U+0001)']);
  assert.deepEqual(messages('“a”').length, 2);
  assert.match(tokenize('“a”').errors[0]?.hint ?? '', /quoted names/);
  assert.deepEqual(messages('`a`'), ['0-3 backquotes do not quote names']);
  assert.deepEqual(messages('""'), ['0-2 a quoted name must not be empty']);
});

test('the invisible blanks of Unicode separate words', () => {
  assert.deepEqual(tokens('\ufeffSELECT\u00a01\u2003\u200b2'), ['word:select', 'number:1', 'number:2']);
});

test('spans are offsets into the source', () => {
  const source = "SELECT 'a''b', \"c\"";
  const spans = tokenize(source).tokens.map(({ start, end }) => source.slice(start, end));
  assert.deepEqual(spans, ['SELECT', "'a''b'", ',', '"c"', '']);
});
