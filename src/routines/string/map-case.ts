/**
 * Text in upper case, lower case or with capital initials. ASCII goes 16 bytes at a time; other text is
 * mapped code point by code point with Unicode's simple mappings. What needs more than one code point (`ß` to
 * `SS`), the place in the word (final sigma) or a language (Turkish) stays as the simple mapping leaves it.
 */
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { call, i8x16, i32, select, v128 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { lastAtOrBefore } from '../search.ts';
import { type CaseDirection, caseEntryBytes, caseTable, wordEntryBytes, wordTable } from './case-tables.ts';
import { codePointBytes, decodeCodePoint, encodeCodePoint } from './code-points.ts';

const caseBit = 0x20;
const firstLetters: Readonly<Record<CaseDirection, number>> = { upper: 0x61, lower: 0x41 };
const letterCount = 26;

/**
 * `upper_ascii(at, end, out) -> 1` with as many bytes at `out`, or 0 where there is a byte that is not ASCII.
 */
export function mapAsciiCase(module: ModuleBuilder, direction: CaseDirection): FunctionSlot {
  const name = `${direction}_ascii`;
  const first = firstLetters[direction];
  return module.routine(name, () =>
    module.function(name, { at: 'i32', end: 'i32', out: 'i32' }, 'i32', (f, { at, end, out }) => {
      const block = f.local('v128', 'block');
      const byte = f.local('i32', 'byte');
      const firsts = v128.const(new Uint8Array(16).fill(first));
      const bits = v128.const(new Uint8Array(16).fill(caseBit));
      const count = v128.const(new Uint8Array(16).fill(letterCount));
      f.while(
        'blocks',
        () => i32.ge_u(i32.sub(end, at), 16),
        () => {
          f.set(block, v128.load(at));
          f.if(i8x16.bitmask(block), () => f.return(i32.const(0)));
          const isLetter = i8x16.lt_u(i8x16.sub(block, firsts), count);
          f.do(v128.store(out, v128.xor(block, v128.and(isLetter, bits))));
          f.set(at, i32.add(at, 16));
          f.set(out, i32.add(out, 16));
        },
      );
      f.while(
        'bytes',
        () => i32.lt_u(at, end),
        () => {
          f.set(byte, i32.load8_u(at));
          f.if(i32.ge_u(byte, 0x80), () => f.return(i32.const(0)));
          const isLetter = i32.lt_u(i32.sub(byte, first), letterCount);
          f.do(i32.store8(out, i32.xor(byte, i32.shl(isLetter, 5))));
          f.set(at, i32.add(at, 1));
          f.set(out, i32.add(out, 1));
        },
      );
      f.return(i32.const(1));
    }),
  );
}

/** `upper_text(at, end, out) -> bytes`, at most one and a half times as many. */
export function mapCase(module: ModuleBuilder, direction: CaseDirection): FunctionSlot {
  return mapText(module, `${direction}_text`, (_, codePoint) => {
    return call(mapCodePoint(module, direction), codePoint) as Expr<'i32'>;
  });
}

/**
 * `initcap_text(at, end, out) -> bytes`: the first letter or digit of each run of them raised, the rest
 * lowered.
 */
export function mapInitials(module: ModuleBuilder): FunctionSlot {
  return mapText(module, 'initcap_text', (f, codePoint) => {
    const inWord = f.local('i32', 'in_word');
    const mapped = f.choose(
      'i32',
      inWord,
      () => call(mapCodePoint(module, 'lower'), codePoint) as Expr<'i32'>,
      () => call(mapCodePoint(module, 'upper'), codePoint) as Expr<'i32'>,
    );
    f.set(inWord, call(isWordPart(module), codePoint) as Expr<'i32'>);
    return mapped;
  });
}

type MapOne = (f: FunctionBuilder, codePoint: Expr<'i32'>) => Expr<'i32'>;

function mapText(module: ModuleBuilder, name: string, map: MapOne): FunctionSlot {
  return module.routine(name, () => {
    const [read, write] = [decodeCodePoint(module), encodeCodePoint(module)];
    return module.function(name, { at: 'i32', end: 'i32', out: 'i32' }, 'i32', (f, { at, end, out }) => {
      const to = f.let('i32', 'to', out);
      const codePoint = f.local('i32', 'code_point');
      const lead = f.local('i32', 'lead');
      f.while(
        'code_points',
        () => i32.lt_u(at, end),
        () => {
          f.set(codePoint, call(read, at) as Expr<'i32'>);
          f.set(lead, i32.load8_u(at));
          f.set(at, i32.add(at, codePointBytes(lead)));
          f.set(to, i32.add(to, call(write, map(f, codePoint), to) as Expr<'i32'>));
        },
      );
      f.return(i32.sub(to, out));
    });
  });
}

function mapCodePoint(module: ModuleBuilder, direction: CaseDirection): FunctionSlot {
  const name = `${direction}_code_point`;
  return module.routine(name, () => {
    const table = caseTable(direction);
    const address = module.table(`${direction}_case_ranges`, () => table);
    return module.function(name, { codePoint: 'i32' }, 'i32', (f, { codePoint }) => {
      const entry = findEntry(f, codePoint, {
        address,
        entryBytes: caseEntryBytes,
        count: table.length / caseEntryBytes,
      });
      const distance = f.let('i32', 'distance', i32.sub(codePoint, i32.load(entry)));
      const isOutside = i32.gt_u(distance, i32.sub(i32.load(entry, 4), i32.load(entry)));
      const isBetween = i32.and(distance, i32.load(entry, 12));
      const delta = i32.load(entry, 8);
      f.return(i32.add(codePoint, select('i32', i32.or(isOutside, isBetween), 0, delta)));
    });
  });
}

function isWordPart(module: ModuleBuilder): FunctionSlot {
  return module.routine('is_word_part', () => {
    const table = wordTable();
    const address = module.table('word_ranges', () => table);
    return module.function('is_word_part', { codePoint: 'i32' }, 'i32', (f, { codePoint }) => {
      const entry = findEntry(f, codePoint, {
        address,
        entryBytes: wordEntryBytes,
        count: table.length / wordEntryBytes,
      });
      const span = i32.sub(i32.load(entry, 4), i32.load(entry));
      f.return(i32.le_u(i32.sub(codePoint, i32.load(entry)), span));
    });
  });
}

interface RangeTable {
  readonly address: number;
  readonly entryBytes: number;
  readonly count: number;
}

/** Emits: the last entry that starts at or before the code point, or the first. */
function findEntry(f: FunctionBuilder, codePoint: Expr<'i32'>, table: RangeTable): Expr<'i32'> {
  const { address, entryBytes, count } = table;
  const found = lastAtOrBefore(f, count, (index) =>
    i32.le_u(i32.load(i32.mul(index, entryBytes), address), codePoint),
  );
  return f.let('i32', 'entry', i32.add(address, i32.mul(found, entryBytes)));
}
