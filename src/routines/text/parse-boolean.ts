/**
 * Text to BOOLEAN as PostgreSQL reads it: any unambiguous beginning of `true`, `false`, `yes`, `no`, `on`,
 * `off`, and `1` and `0`, in any case, between blanks.
 */
import { i32, i64 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { FunctionSlot } from '../../wasm/types.ts';
import { trimBlanks } from '../digits.ts';
import { parsedI64, parseStatus } from '../parse-result.ts';

/** Word, the shortest beginning that names it alone, and what it means. */
const words: readonly (readonly [string, number, bigint])[] = [
  ['true', 1, 1n],
  ['false', 1, 0n],
  ['yes', 1, 1n],
  ['no', 1, 0n],
  ['on', 2, 1n],
  ['off', 2, 0n],
  ['1', 1, 1n],
  ['0', 1, 0n],
];

/** `parse_boolean(address, byteCount) -> status`; 0 or 1 in `parsedI64`. */
export function parseBoolean(module: ModuleBuilder): FunctionSlot {
  const params = { address: 'i32', byteCount: 'i32' } as const;
  return module.routine('parse_boolean', () =>
    module.function('parse_boolean', params, 'i32', (f, { address, byteCount }) => {
      const { at, end } = trimBlanks(f, address, byteCount);
      const size = f.let('i32', 'size', i32.sub(end, at));
      f.if(i32.gt_u(i32.sub(size, 1), 4), () => f.return(i32.const(parseStatus.invalid)));
      const word = f.local('i64', 'word');
      f.while(
        'letters',
        () => i32.gt_u(end, at),
        () => {
          f.set(end, i32.sub(end, 1));
          // Bit 5 makes letters small and leaves digits as they are.
          f.set(word, i64.or(i64.shl(word, 8), i64.or(i64.load8_u(end), 0x20n)));
        },
      );
      for (const [name, bytesMin, meaning] of words) {
        for (let count = bytesMin; count <= name.length; count++) {
          f.if(i64.eq(word, wordOf(name.slice(0, count))), () => {
            f.setGlobal(parsedI64(module), meaning);
            f.return(i32.const(parseStatus.ok));
          });
        }
      }
      f.return(i32.const(parseStatus.invalid));
    }),
  );
}

function wordOf(text: string): bigint {
  return [...text].reduceRight((word, letter) => (word << 8n) | BigInt(letter.charCodeAt(0)), 0n);
}
