import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8 } from '../../base/bytes.ts';
import { csvSampleFault } from './sample-fault.ts';

const quote = '"'.charCodeAt(0);

function faultOf(sample: string | Uint8Array, hasHeader = true): string | undefined {
  return csvSampleFault(typeof sample === 'string' ? encodeUtf8(sample) : sample, { quote, hasHeader });
}

function utf16(text: string): Uint8Array {
  return Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));
}

test('a sample is good whose first record ends, or is the last of its file', () => {
  for (const text of [
    '',
    '\n\n',
    'a,b\n1,2\n',
    '\r\n\na,b\r\n1,2',
    'a,b',
    'a,b\r',
    '"a\r\nb",c\n',
    '\ufeffä,b\n',
  ]) {
    assert.equal(faultOf(text), undefined, text);
  }
});

test('another encoding is told apart from UTF-8', () => {
  assert.match(faultOf(utf16('a,b\n1,2\n')) ?? '', /UTF-16/);
  assert.match(faultOf(utf16('a,b\n1,2\n').subarray(1)) ?? '', /UTF-16/);
  assert.match(faultOf(utf16('\n1'), false) ?? '', /UTF-16/);
  assert.match(faultOf(Uint8Array.of(0xff, 0xfe, 0x61, 0)) ?? '', /UTF-16/);
  assert.match(faultOf(Uint8Array.of(0xfc, 0x2c, 0x61, 0x0a)) ?? '', /not UTF-8/);
  assert.equal(faultOf(Uint8Array.of(0xfc, 0x2c, 0x61, 0x0a), false), undefined);
});

test('a header without an end is not taken as one', () => {
  assert.match(faultOf('"a,b\n1,2\n') ?? '', /not closed/);
  assert.match(faultOf('a,b\r1,2\r3,4\r') ?? '', /carriage returns/);
  assert.match(faultOf('1,2\r3,4', false) ?? '', /carriage returns/);
  assert.equal(faultOf('1\r,2\n3,4\n', false), undefined);
  assert.equal(csvSampleFault(encodeUtf8('"a,b\n1,2\n'), { quote: undefined, hasHeader: true }), undefined);
});
