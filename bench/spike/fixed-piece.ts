/**
 * AssemblyScript or our own builder for fixed pieces? The same routine both ways, checked against JSON.parse
 * on made and mutilated values, then timed over records of different kinds. The AssemblyScript compiler is
 * fetched by npx and is no dependency; without a network the section says so.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSkipValueModule, type SkipValue } from './kernels/skip-value.ts';
import { measure } from './measure.ts';
import { table } from './report.ts';

interface Piece {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly buildMillis: number;
  readonly memory: Uint8Array;
  readonly skip: SkipValue;
}

const textAddress = 1024;
const samples = [
  [
    'short record',
    '{"trader_id":"T1","symbol":"SYM2","price":12.34,"quantity":500,"trade_time":1730880000123}',
  ],
  ['nested', '{ "a" : [1, -2.5e+10, {"b": [true, false, null]}, []], "c": {"d": {"e": "f"}}, "g": 0 }'],
  ['long text', JSON.stringify({ text: 'The quick brown fox jumps over the lazy dog. '.repeat(6) })],
  ['escapes', '{"path":"C:\\\\dir\\\\file\\n","quote":"\\"\\u00e9\\u4e2d\\"","slash":"\\/\\t"}'],
  ['not ASCII', '{"name":"Zażółć gęślą jaźń","city":"東京都千代田区","mood":"😀😃😄"}'],
] as const;

export async function compareFixedPiece(rounds: number, directory: string): Promise<string> {
  const pieces = [buildWithBuilder()];
  try {
    pieces.push(buildWithAssemblyScript(directory));
  } catch (error) {
    return `## AssemblyScript\n\nNot compared: ${String((error as Error).message).split('\n')[0]}\n`;
  }
  const checked = checkPieces(pieces);
  const rows: string[][] = [];
  for (const [name, text] of samples) {
    const bytes = new TextEncoder().encode(text);
    for (const piece of pieces) piece.memory.set(bytes, textAddress);
    const turns = Math.ceil(2e8 / bytes.length / 4);
    const measured = await measure(
      pieces.map((piece) => ({
        name: piece.name,
        run: () => Promise.resolve(timeSkips(piece, bytes.length, turns)),
      })),
      rounds,
    );
    const speed = (millis: number) => `${((bytes.length * turns) / millis / 1e6).toFixed(2)} GB/s`;
    rows.push([name, ...measured.map((each) => speed(each.millis)), measured[1]!.ratio.toFixed(2)]);
  }
  rows.push(['module bytes', ...pieces.map((piece) => String(piece.bytes.length)), '']);
  rows.push(['source to bytes', ...pieces.map((piece) => `${piece.buildMillis.toFixed(1)} ms`), '']);
  const head = ['skip one JSON value', ...pieces.map((piece) => piece.name), 'AssemblyScript / builder'];
  return `## AssemblyScript\n\n${checked} texts judged as JSON.parse does.\n\n${table(head, rows)}\n`;
}

function buildWithBuilder(): Piece {
  buildSkipValueModule();
  const started = performance.now();
  const bytes = buildSkipValueModule();
  return instantiate('builder', bytes, performance.now() - started);
}

function buildWithAssemblyScript(directory: string): Piece {
  const source = fileURLToPath(new URL('./assemblyscript/skip-value.as.ts', import.meta.url));
  const output = join(directory, 'skip-value.wasm');
  const flags = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--importMemory'];
  const packages = ['--yes', '-p', 'assemblyscript@0.28.20', 'asc'];
  const started = performance.now();
  execFileSync('npx', [...packages, source, ...flags, '--outFile', output], {
    stdio: 'pipe',
    cwd: directory,
  });
  const millis = performance.now() - started;
  return instantiate('AssemblyScript', new Uint8Array(readFileSync(output)), millis);
}

function instantiate(name: string, bytes: Uint8Array<ArrayBuffer>, buildMillis: number): Piece {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 65_536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const skip = instance.exports.skip_value as SkipValue;
  return { name, bytes, buildMillis, memory: new Uint8Array(memory.buffer), skip };
}

function timeSkips(piece: Piece, byteCount: number, turns: number): { millis: number } {
  const started = performance.now();
  for (let i = 0; i < turns; i++) piece.skip(textAddress, textAddress + byteCount);
  return { millis: performance.now() - started };
}

/** Every sample, every prefix of it, and every single byte of it replaced by every ninth byte value. */
function checkPieces(pieces: readonly Piece[]): number {
  let count = 0;
  const check = (bytes: Uint8Array) => {
    count++;
    const expected = isJson(bytes);
    for (const piece of pieces) {
      piece.memory.fill(0, textAddress, textAddress + 1024);
      piece.memory.set(bytes, textAddress);
      const end = textAddress + bytes.length;
      let at = piece.skip(textAddress, end);
      while (at > 0 && at < end && ' \t\r\n'.includes(String.fromCharCode(piece.memory[at]!))) at++;
      if ((at === end) !== expected) {
        throw new Error(
          `${piece.name} takes ${JSON.stringify(Buffer.from(bytes).toString())} for ${!expected}`,
        );
      }
    }
  };
  for (const [, text] of samples) {
    const bytes = new TextEncoder().encode(text);
    for (let length = 1; length <= bytes.length; length++) check(bytes.subarray(0, length));
    for (let i = 0; i < bytes.length; i++) {
      for (let byte = i % 9; byte < 256; byte += 9) check(bytes.with(i, byte));
    }
  }
  return count;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(strict.decode(bytes));
    return true;
  } catch {
    return false;
  }
}
