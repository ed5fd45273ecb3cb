import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from '../../base/bytes.ts';
import { VelostreamError } from '../../base/error.ts';
import type { ByteReader, InputBuffer, WorkUnit } from '../../io/source.ts';
import { createQuoteCutter, lineCutter } from './record-cutter.ts';
import { RecordReader } from './record-reader.ts';
import { abandonedUnit, type UnitQueue } from './unit-queue.ts';

/** A buffer that lies elsewhere each time it has grown, and leaves nothing readable where it was. */
function movingBuffer(capacity: number): InputBuffer {
  let memory = new Uint8Array(1 << 16);
  let address = 8;
  let capacityBytes = capacity;
  return {
    get address() {
      return address;
    },
    get capacityBytes() {
      return capacityBytes;
    },
    bytes: () => memory,
    grow: (wanted) => {
      if (wanted <= capacityBytes) return;
      const moved = new Uint8Array(1 << 20).fill(0x21);
      moved.set(memory.subarray(address, address + capacityBytes), address + 4096);
      memory = moved;
      address += 4096;
      while (capacityBytes < wanted) capacityBytes *= 2;
    },
  };
}

const queue: UnitQueue = {
  take: () => undefined,
  isStopping: false,
  publish: () => {},
  stateOf: () => 1,
  close: () => {},
};

function readerOf(data: Uint8Array, readBytesMax: number): ByteReader {
  return {
    open: () => {},
    read: (target, position, byteCount) => {
      const part = data.subarray(position, position + Math.min(byteCount, readBytesMax));
      target.set(part);
      return part.length;
    },
    ready: () => Promise.resolve(),
    close: () => {},
  };
}

interface ReadOptions {
  readonly chunkBytes: number;
  readonly isStream: boolean;
  readonly recordBytesMax?: number;
}

/** The records of all units, each with its offset; of those that are too long, only that they are. */
function readAll(text: string, { chunkBytes, isStream, recordBytesMax = 1 << 20 }: ReadOptions): string[] {
  const data = encodeUtf8(text);
  const buffer = movingBuffer(16);
  const reader = readerOf(data, 7);
  const records = new RecordReader({ reader, buffer, cutter: lineCutter, queue, recordBytesMax });
  const end = isStream ? Number.POSITIVE_INFINITY : data.length;
  const size = isStream ? end : chunkBytes;
  const found: string[] = [];
  for (let start = 0, chunk = 0; start < data.length; start += size, chunk++) {
    const place = { split: 0, chunk, name: 'x', start, end: Math.min(start + size, end), splitEnd: end };
    const unit: WorkUnit = { ...place, byteCount: 0, compression: 'none' };
    records.open(unit, chunk);
    for (let run = records.next(); run !== undefined; run = records.next()) {
      assert.notEqual(run, 'wait');
      if (run === 'wait') break;
      if ('head' in run) {
        found.push(`${run.splitOffset}:too long`);
        continue;
      }
      let offset = run.splitOffset;
      const lines = decodeUtf8(buffer.bytes().subarray(run.start, run.end)).split(/(?<=\n)/);
      for (const line of lines) {
        found.push(`${offset}:${line}`);
        offset += encodeUtf8(line).length;
      }
    }
  }
  return found;
}

function expected(text: string): string[] {
  let offset = 0;
  return text.split(/(?<=\n)/).flatMap((line) => {
    const at = offset;
    offset += encodeUtf8(line).length;
    return line === '' ? [] : [`${at}:${line}`];
  });
}

test('a record that makes the buffer move while its rest is read stays whole', () => {
  const text = `${'a'.repeat(20)}\n${'b'.repeat(200)}\nc\n`;
  assert.deepEqual(readAll(text, { chunkBytes: 64, isStream: false }), expected(text));
});

test('a chunk waits for what its predecessor hands on, and is given up with it', () => {
  const data = encodeUtf8('aaaa\n"b\nb"\ncccc\n');
  const states = [0, 0, 0];
  const chained: UnitQueue = {
    ...queue,
    publish: (index, state) => {
      states[index] = state;
    },
    stateOf: (index) => states[index]!,
  };
  // Counts quotes as the kernel of CSV does.
  const bytesIn = (start: number, end: number): Uint8Array => buffer.bytes().subarray(start, end);
  const cutter = createQuoteCutter({
    quoteCount: (start, end) => bytesIn(start, end).filter((byte) => byte === 0x22).length,
    recordEnd: (start, end, isInside) => {
      let inside = isInside === 1;
      for (const [i, byte] of bytesIn(start, end).entries()) {
        if (byte === 0x22) inside = !inside;
        if (byte === 10 && !inside) return start + i + 1;
      }
      return end + 1;
    },
  });
  const buffer = movingBuffer(16);
  const options = { reader: readerOf(data, 7), buffer, cutter, queue: chained, recordBytesMax: 1 << 20 };
  const records = new RecordReader(options);
  const openChunk = (chunk: number): void => {
    const place = { split: 0, chunk, name: 'x', start: 7 * chunk, end: 7 * chunk + 7, splitEnd: data.length };
    records.open({ ...place, byteCount: 7, compression: 'none' }, chunk);
  };
  openChunk(1);
  assert.equal(records.next(), 'wait');
  states[0] = 2;
  const run = records.next();
  assert.ok(run !== undefined && run !== 'wait' && 'end' in run);
  assert.deepEqual([run.splitOffset, run.end - run.start], [11, 5], 'it starts behind the quoted line feed');
  assert.equal(states[1], 1);
  states[0] = abandonedUnit;
  openChunk(1);
  assert.equal(records.next(), undefined);
  assert.equal(states[1], abandonedUnit);
});

test('a read that fails names the file and the byte', () => {
  const data = encodeUtf8('aaaa\nbbbb\n');
  const plain = readerOf(data, 7);
  const failures = [
    new Error('EIO: i/o error'),
    new VelostreamError('x', { code: 'source_unavailable', detail: 'E' }),
  ];
  for (const failure of failures) {
    const reader: ByteReader = {
      ...plain,
      read: (target, position, byteCount) => {
        if (position >= 7) throw failure;
        return plain.read(target, position, byteCount);
      },
    };
    const options = { reader, buffer: movingBuffer(16), cutter: lineCutter, queue, recordBytesMax: 1 << 20 };
    const records = new RecordReader(options);
    const place = { split: 0, chunk: 0, name: 'some.jsonl', start: 0, end: 10, splitEnd: 10 };
    records.open({ ...place, byteCount: 10, compression: 'none' }, 0);
    assert.throws(
      () => records.next(),
      (error) => error instanceof VelostreamError && /^some.jsonl, byte 7: E/.test(error.detail ?? ''),
    );
  }
});

/** The reader of one unit over these bytes. */
function openUnit(data: Uint8Array, unit: Pick<WorkUnit, 'start' | 'end' | 'splitEnd'>): RecordReader {
  const options = { buffer: movingBuffer(16), cutter: lineCutter, queue, recordBytesMax: 1 << 20 };
  const records = new RecordReader({ ...options, reader: readerOf(data, 7) });
  records.open({ ...unit, split: 0, chunk: 0, name: 'x.jsonl', byteCount: 0, compression: 'none' }, 0);
  return records;
}

test('a file that became shorter is an error, in the middle of a chunk as behind it', () => {
  const data = encodeUtf8('aaaa\nbbbb\ncc');
  for (const end of [11, 13, 20]) {
    assert.throws(() => openUnit(data, { start: 0, end, splitEnd: 20 }).next(), {
      code: 'source_unavailable',
      message: '"x.jsonl" became shorter while it was read',
    });
  }
});

test('a file that grows is read to the end that it had', () => {
  const data = encodeUtf8('aaaa\nbbbb\ncccc\n');
  for (const end of [3, 7]) {
    const run = openUnit(data, { start: 0, end, splitEnd: 7 }).next();
    assert.ok(run !== undefined && run !== 'wait' && 'end' in run);
    assert.equal(run.end - run.start, end === 3 ? 5 : 7);
  }
});

test('a record that is too long is left out, with its place, and none beside it', () => {
  const recordBytesMax = 20;
  const lengths = fc.array(fc.constantFrom(0, 1, 5, 18, 19, 20, 21, 40, 100), { maxLength: 12 });
  const run = (lines: readonly number[], chunkBytes: number, isStream: boolean): void => {
    const text = lines.map((length) => `${'a'.repeat(length)}\n`).join('');
    const wanted = expected(text).map((record) => {
      const [offset = '', line = ''] = record.split(':');
      const start = Number(offset);
      // What lies in one chunk takes no more memory than that.
      const isWithin = Math.floor(start / chunkBytes) === Math.floor((start + line.length - 1) / chunkBytes);
      const isLong = line.length > recordBytesMax && (isStream || !isWithin);
      return isLong ? `${offset}:too long` : record;
    });
    assert.deepEqual(readAll(text, { chunkBytes, isStream, recordBytesMax }), wanted);
  };
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 100 }), fc.boolean(), run), {
    seed: 7,
    numRuns: 500,
  });
});

test('units of any size give every record once, in order, with its offset', () => {
  const line = fc.string({ maxLength: 40, unit: fc.constantFrom('a', 'é', '"', ' ') });
  const texts = fc.tuple(fc.array(line, { maxLength: 20 }), fc.boolean()).map(([lines, isClosed]) => {
    return lines.join('\n') + (isClosed ? '\n' : '');
  });
  const run = (text: string, chunkBytes: number, isStream: boolean): void =>
    assert.deepEqual(readAll(text, { chunkBytes, isStream }), expected(text));
  fc.assert(fc.property(texts, fc.integer({ min: 1, max: 100 }), fc.boolean(), run), {
    seed: 7,
    numRuns: 500,
  });
});
