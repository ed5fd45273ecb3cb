/**
 * The scan against JSON.parse on records whose shape drifts within one run: members come, go, move and
 * change their kind, versions alternate, keys look like those of the columns, and there are more texts than
 * are kept.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damage, randomNumber, randomString } from '../../../../../test/support/json-records.ts';
import { expectScan, sameNested } from '../../../../../test/support/json-scan-oracle.ts';
import { prepareScan, type ScanRun } from '../../../../../test/support/json-scan-run.ts';
import { Random } from '../../../../base/random.ts';
import type { Schema } from '../../../../columns/schema.ts';
import { bigintType, booleanType, doubleType, varcharType } from '../../../../columns/sql-type.ts';
import { learnShape } from '../record-shape.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const schema: Schema = [
  { name: 'trader_id', type: varcharType, nullable: true },
  { name: 'price', type: doubleType, nullable: true },
  { name: 'quantity', type: bigintType, nullable: true },
  { name: 'a', type: varcharType, nullable: true },
  { name: 'is_open', type: booleanType, nullable: true },
  { name: 'id', type: bigintType, nullable: false },
];

/** Of the columns' lengths, first or last words, or one character from them. */
const lookalikes = [
  ...['trader_iD', 'trader_id ', 'trader_i', 'Trader_id', 'trader_id_2', 'trader_xx_trader_id'],
  ...['pric', 'prices', 'prIce', 'quantitz', 'quantity_', 'aa', '', 'b', 'Id', 'is_0pen', 'is_opened'],
  `trader_id${'x'.repeat(60)}trader_id`,
  ...Array.from({ length: 5 }, (_, i) => `${'k'.repeat(12 * i + 7)}_${i}`),
  ...['ключ', 'quo"te', 'new\nline', 'back\\slash', '{"a":', ',"price":'],
];

interface Member {
  readonly name: string;
  readonly kind: number;
}

/** A value of one of some kinds, of which a member mostly has one. */
function randomMember(random: Random, kind: number, depth: number): string {
  const items = (count: number, item: () => string): string => Array.from({ length: count }, item).join(',');
  switch (kind) {
    case 0:
      return JSON.stringify('value of some length, or none at all, or "quoted"'.slice(0, random.int(0, 50)));
    case 1:
      return String(random.int(-1000, 1_000_000));
    case 2:
      return String(random.int(-100_000, 100_000) / 1000);
    case 3:
      return ['true', 'false', 'null', '0', '-0', '0.5', '""'][random.int(0, 6)]!;
    case 4:
      return `[${items(random.int(0, 5), () => String(random.int(0, 999)))}]`;
    case 5:
      return `{"desk":"D${random.int(0, 99)}","limits":[${random.int(0, 9)},${random.int(0, 99)}]}`;
    case 6:
      return randomNumber(random);
    case 7:
      return randomString(random);
    case 8:
      if (depth > 3) return '[[],{},[{}]]';
      return `{"price":${randomMember(random, random.int(0, 8), depth + 1)},"a":[${items(
        random.int(0, 3),
        () => randomMember(random, random.int(0, 8), depth + 1),
      )}]}`;
    default:
      return '['.repeat(random.int(1, 66)) + ']'.repeat(random.int(1, 66));
  }
}

function keyText(random: Random, name: string): string {
  const text = JSON.stringify(name);
  if (random.int(0, 19) > 0) return text;
  const at = random.int(1, Math.max(1, text.length - 2));
  const code = text.charCodeAt(at);
  if (code > 0x7e || text.includes('\\') || at >= text.length - 1) return text;
  return `${text.slice(0, at)}\\u00${code.toString(16)}${text.slice(at + 1)}`;
}

function record(random: Random, members: readonly Member[]): string {
  const blank = random.int(0, 39) === 0 ? ' ' : '';
  const parts = members.flatMap(({ name, kind }) => {
    if (random.int(0, 24) === 0) return [];
    const kindNow = random.int(0, 24) === 0 ? random.int(0, 9) : kind;
    const part = `${keyText(random, name)}${blank}:${blank}${randomMember(random, kindNow, 0)}`;
    return random.int(0, 49) === 0
      ? [part, `${keyText(random, name)}:${randomMember(random, kind, 0)}`]
      : [part];
  });
  return `{${parts.join(`,${blank}`)}}`;
}

/** Another version: members moved, replaced and added. */
function nextVersion(random: Random, members: readonly Member[]): Member[] {
  const next = members.slice();
  for (let i = random.int(0, 6); i > 0; i--) {
    const [member] = next.splice(random.int(0, next.length - 1), 1);
    next.splice(random.int(0, next.length), 0, member!);
  }
  const name = lookalikes[random.int(0, lookalikes.length - 1)]!;
  next.splice(random.int(0, next.length), 0, { name, kind: random.int(0, 8) });
  return next.filter(() => random.int(0, 11) > 0);
}

const columnKinds: Readonly<Record<string, number>> = {
  trader_id: 0,
  price: 2,
  quantity: 1,
  a: 0,
  is_open: 3,
  id: 1,
};

function firstVersion(random: Random, count: number): Member[] {
  const members = Object.entries(columnKinds).map(([name, kind]) => ({ name, kind }));
  while (members.length < count) members.push({ name: `column_${members.length}`, kind: random.int(0, 8) });
  return nextVersion(random, members);
}

function compare(run: ScanRun, chunks: readonly Uint8Array[], context: string): void {
  const input = Buffer.concat(chunks);
  const expected = expectScan(schema, input);
  const actual = run.run(chunks);
  assert.deepEqual(
    actual.bad.map(({ text, field }) => [text, field]),
    expected.bad.map(({ text, field }) => [text, field]),
    context,
  );
  expected.bad.forEach(({ reasons }, i) => {
    assert.ok(reasons.includes(actual.bad[i]!.reason), `${context}: ${actual.bad[i]!.text}`);
  });
  assert.equal(actual.rows.length, expected.rows.length, context);
  expected.rows.forEach(({ text, values }, i) => {
    assert.equal(actual.rows[i]!.text, text, context);
    values.forEach((value, column) => {
      const got = actual.rows[i]!.values[column];
      const isSame =
        typeof value === 'string' && value.startsWith('nested:')
          ? typeof got === 'string' && sameNested(value, got)
          : Object.is(got, value);
      assert.ok(isSame, `${context}: ${text}\ncolumn ${column} is ${got} instead of ${value}`);
    });
  });
}

const chunkOf = (lines: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(lines.flatMap((line) => [line, encode('\n')]));

test('records that drift within a run give what JSON.parse gives, in whatever chunks', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = Random.fromSeed(seed);
    let versions = [firstVersion(random, random.int(6, 30))];
    const chunks: Uint8Array[] = [];
    for (let chunk = 0; chunk < 6; chunk++) {
      const lines = Array.from({ length: random.int(1, 40) }, () => {
        if (random.int(0, 9) === 0) versions = [...versions.slice(-1), nextVersion(random, versions.at(-1)!)];
        // Two versions alternate, one record each.
        const line = encode(record(random, versions[random.int(0, versions.length - 1)]!));
        return random.int(0, 5) === 0 ? damage(random, line) : line;
      });
      chunks.push(chunkOf(lines));
    }
    for (const shape of [undefined, learnShape(chunks[0]!), learnShape(chunks[5]!)]) {
      const run = prepareScan(schema, shape, [1, 7, 2048][random.int(0, 2)]);
      compare(run, chunks, `seed ${seed}`);
      // Again, with everything learnt, and then what was learnt of the last in front of the first.
      compare(run, chunks, `seed ${seed}, again`);
      compare(run, chunks.toReversed(), `seed ${seed}, reversed`);
    }
  }
});

test('a drifting input gives the same wherever it is cut', () => {
  for (let seed = 101; seed <= 106; seed++) {
    const random = Random.fromSeed(seed);
    let version = firstVersion(random, 7);
    const lines = Array.from({ length: 8 }, () => {
      version = nextVersion(random, version);
      return encode(record(random, version));
    });
    const run = prepareScan(schema, learnShape(lines[0]!));
    for (let cut = 0; cut <= lines.length; cut++) {
      const chunks = [lines.slice(0, cut), lines.slice(cut)].filter(({ length }) => length > 0).map(chunkOf);
      compare(run, chunks, `seed ${seed}, cut at ${cut}`);
    }
  }
});

test('a known record that is cut off or damaged anywhere is judged as JSON.parse judges it', () => {
  const text =
    '{"id":7,"x":{"desk":"D6","limits":[2,63,[]]},"price":-1.5,"y":[{"k":null},1e3,"a\\"b\\n",-0.25,true],' +
    '"trader_id":"T1","z":"a string of more than thirty-two bytes, and é","quantity":12}';
  const line = encode(text);
  const run = prepareScan(schema, undefined);
  compare(run, [chunkOf([line, line, line])], 'whole');
  const cut = Array.from(line, (_, length) => line.subarray(0, length)).filter(({ length }) => length > 0);
  compare(run, [chunkOf(cut)], 'cut off');
  for (const length of line.keys()) compare(run, [line.subarray(0, length)], `${length} bytes`);
  const telling = [...'"\\{}[],:019.-+eEtn \t\u0000\u007f'].map((character) => character.charCodeAt(0));
  for (let at = 0; at < line.length; at++) {
    const damaged = [...telling, 0x80, 0xff].flatMap((byte) => {
      const [replaced, inserted] = [Uint8Array.from(line), [...line]];
      replaced[at] = byte;
      inserted.splice(at, 0, byte);
      return [replaced, Uint8Array.from(inserted), line];
    });
    compare(run, [chunkOf(damaged)], `damaged at ${at}`);
  }
});

test('escapes and what is no ASCII are checked at every place of a string that is not read', () => {
  const run = prepareScan(schema, undefined);
  const inside = [
    '\\"',
    '\\n',
    '\\\\',
    '\\\\\\"',
    '\\/',
    '\\u0041',
    '\\x',
    '\\',
    '\\u12',
    '\t',
    'é',
    '"',
    '\\n\\"\\n',
    '',
  ];
  for (const part of inside) {
    const lines = Array.from({ length: 70 }, (_, before) =>
      [0, 1, 15, 33].map((after) => `{"x":"${'x'.repeat(before)}${part}${'y'.repeat(after)}","id":1}`),
    );
    compare(run, [encode(lines.flat().join('\n'))], part);
  }
});

test('numbers and arrays of them are judged as JSON.parse judges them', () => {
  const random = Random.fromSeed(11);
  const run = prepareScan(schema, undefined);
  const symbols = [...'0001234567899..,,,--e'];
  const number = (): string => {
    const integer = random.int(0, 3) === 0 ? '0' : String(random.int(1, 10 ** random.int(1, 6)));
    const fraction = random.int(0, 2) === 0 ? `.${random.int(0, 10 ** random.int(1, 5))}` : '';
    return `${random.int(0, 3) === 0 ? '-' : ''}${integer}${fraction}`;
  };
  const lines = Array.from({ length: 6000 }, (_, i) => {
    const parts = [...Array.from({ length: random.int(0, 8) }, number).join(',')];
    for (let k = random.int(0, 3); k > 0; k--) {
      const at = random.int(0, parts.length);
      parts.splice(at, random.int(0, 1), symbols[random.int(0, symbols.length - 1)]!);
    }
    const text = parts.join('');
    return i % 4 === 0 ? `{"x":${text},"id":1}` : `{"x":[${text}],"id":1}`;
  });
  const short = [...'0.-1'].flatMap((a) => [...'0.-,5e'].flatMap((b) => [...'01.,-]'].map((c) => a + b + c)));
  lines.push(...['', '-', ...'0123456789', ...short].map((text) => `{"x":[${text}],"id":1}`));
  compare(run, [encode(lines.join('\n'))], 'numbers');
});

test('nesting is counted whatever was learnt of it', () => {
  const run = prepareScan(schema, undefined);
  const lines = Array.from({ length: 60 }, (_, i) => {
    const depth = 60 + (i % 6);
    const inner = ['', '1', '1,[2]', '[3],1', '"a"', '[],[4,5]', '[[6]]'][i % 7]!;
    return `{"x":${'['.repeat(depth)}${inner}${']'.repeat(depth)},"id":1}`;
  });
  compare(run, [encode(lines.concat(lines).join('\n'))], 'nested');
});

test('more texts than are kept, and keys longer than a text may be, are read all the same', () => {
  const random = Random.fromSeed(7);
  const lines = Array.from({ length: 60 }, (_, i) => {
    const members = Array.from({ length: 200 }, (_, k) => {
      const name = k % 50 === 3 ? `${'long '.repeat(20)}${k}` : `key_${random.int(0, 3) * 1000 + k}_${i % 7}`;
      return `"${name}":${randomMember(random, k % 9, 0)}`;
    });
    members.splice(random.int(0, 200), 0, `"id":${i}`, '"trader_id":"T1"');
    return encode(`{${members.join(',')}}`);
  });
  const run = prepareScan(schema, learnShape(lines[0]!));
  compare(run, [chunkOf(lines)], 'first');
  compare(run, [chunkOf(lines)], 'again');
});

test('what may follow in one place may not in another that looks alike', () => {
  const lines = [
    // The same text opens the record, and an object within it.
    ['{"x":5,"id":1}', '{"a":{"x":5},"id":1}', '{"x":{"x":5},"id":1}', '{"x":5}}'],
    // The same text with a value behind it and without.
    ['{"x":5,"id":1}', '{"x":{"y":1},"id":1}', '{"x":5{"y":1},"id":1}', '{"x":[],"id":1}', '{"x":5],"id":1}'],
    ['{"x":[1,5],"id":1}', '{"x":[],"id":1}', '{"x":[ ],"id":1}', '{"x":[1,],"id":1}', '{"x":[,1],"id":1}'],
    [
      '{"x":[5],"id":1}',
      '{"x":[ 5],"id":1}',
      '{"x":[1,5],"id":1}',
      '{"x":[1, 5],"id":1}',
      '{"x":[1, ],"id":1}',
    ],
    ['{"x":[ 5],"id":1}', '{"x":[1, 5],"id":1}', '{"x":[1, ],"id":1}', '{"x": 5,"id":1}', '{"x": ],"id":1}'],
    // The same closing in another level, and the record's end within one.
    ['{"x":[5],"id":1}', '{"x":{"y":5},"id":1}', '{"x":[5},"id":1}', '{"x":{"y":5],"id":1}'],
    ['{"x":{"y":5},"id":1}', '{"id":1,"x":{"y":5}}', '{"id":1,"x":{"y":5}', '{"id":1,"x":5}}', '{"id":1}'],
    // Numbers and words that go on.
    ['{"x":1,"id":1}', '{"x":1e5,"id":1}', '{"x":1e5e5,"id":1}', '{"x":1.5.5,"id":1}', '{"x":01,"id":1}'],
    ['{"id":1e0,"x":1}', '{"id":1.0,"x":1}', '{"id":1e,"x":1}', '{"id":1.,"x":1}', '{"id":1.5,"x":1}'],
    ['{"x":true,"id":1}', '{"x":truee,"id":1}', '{"x":"y"e5,"id":1}', '{"x":tru,"id":1}', '{"x":nul,"id":1}'],
    ['{}', '{"id":1}', '{} ', '{}}', '', ' ', '{', '}', '{"id":1}\r', '{"id":1,"x":{}}', '{"id":1,"x":[]}'],
  ];
  for (const some of lines) {
    const run = prepareScan(schema, undefined);
    compare(run, [encode(some.join('\n'))], some.join(' then '));
    for (const first of some) {
      for (const second of some) {
        compare(run, [encode(`${first}\n${second}\n${first}`)], `${first} and ${second}`);
      }
    }
  }
});
