import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomRecord, randomTemplate } from '../../../../test/support/json-records.ts';
import { Random } from '../../../base/random.ts';
import { learnShape } from './record-shape.ts';
import { walkRecord } from './walk-record.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a shape is the keys in order with the exact text between the values', () => {
  const shape = learnShape(encode('{"a": 1, "b" :"x" ,"\\u0063":[1, {"d": 2}]} \r\n'));
  assert.deepEqual(
    shape?.keys.map(({ name, before, kind }) => [name, before, kind]),
    [
      ['a', '{"a": ', 'number'],
      ['b', ', "b" :', 'string'],
      ['c', ' ,"\\u0063":', 'nested'],
    ],
  );
  assert.equal(shape?.after, '} \r\n');
});

test('the order is that of the record with the most keys, the hints come from all', () => {
  const lines = [
    '{"b":null}',
    '{"a":1,"b":null,"c":"x"}',
    'nonsense',
    '[]',
    '{"a":-1,"b":true,"c":"a string of some length"}',
  ];
  const shape = learnShape(encode(lines.join('\n')));
  assert.deepEqual(shape?.keys, [
    {
      name: 'a',
      before: '{"a":',
      kind: 'number',
      hasNulls: false,
      hasNegatives: true,
    },
    {
      name: 'b',
      before: ',"b":',
      kind: 'boolean',
      hasNulls: true,
      hasNegatives: false,
    },
    {
      name: 'c',
      before: ',"c":',
      kind: 'string',
      hasNulls: false,
      hasNegatives: false,
    },
  ]);
});

test('a repeated key is predicted once, and very many keys not all', () => {
  assert.deepEqual(
    learnShape(encode('{"a":1,"b":2,"a":3}\n'))?.keys.map((key) => key.name),
    ['a', 'b'],
  );
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
  assert.equal(learnShape(encode(JSON.stringify(many)))?.keys.length, 256);
});

test('nothing is learnt where there is no record with keys', () => {
  for (const text of ['', '\n\n', '{}\n', '1\n2\n', '{"a":', '\ufeff{"a":1}']) {
    assert.equal(learnShape(encode(text)), undefined, text);
  }
  assert.equal(learnShape(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), undefined);
});

test('the texts between the values and the values make up the record', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = Random.fromSeed(seed);
    const text = randomRecord(random, randomTemplate(random));
    const walk = walkRecord(encode(text));
    assert.ok(walk, `seed ${seed}`);
    assert.equal(walk.keys.map((key) => key.before + key.text).join('') + walk.after, text, `seed ${seed}`);
    const parsed = JSON.parse(text) as Record<string, unknown>;
    for (const [name, value] of Object.entries(parsed)) {
      const texts: string[] = walk.keys.filter((key) => key.name === name).map((key) => key.text);
      assert.deepEqual(JSON.parse(texts.at(-1)!), value, `seed ${seed}`);
    }
  }
});
