/**
 * The general LIKE matcher over UTF-8 bytes: a mismatch goes back to the last `%` only, which then takes one
 * code point more; earlier ones need never be tried again. At worst text times pattern.
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { i32 } from '../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';

const params = {
  text: 'i32',
  textBytes: 'i32',
  pattern: 'i32',
  patternBytes: 'i32',
  escaping: 'i32',
} as const;
const percent = '%'.charCodeAt(0);
const underscore = '_'.charCodeAt(0);

/**
 * `like(text, textBytes, pattern, patternBytes, escapeByte) -> 1 or 0`, or -1 for a pattern that ends in its
 * escape.
 */
export function likeMatcher(module: ModuleBuilder): FunctionSlot {
  return module.routine('like', () =>
    module.function('like', params, 'i32', (f, { text, textBytes, pattern, patternBytes, escaping }) => {
      const at = f.let('i32', 'at', text);
      const end = f.let('i32', 'end', i32.add(text, textBytes));
      const p = f.let('i32', 'p', pattern);
      const patternEnd = f.let('i32', 'pattern_end', i32.add(pattern, patternBytes));
      const resumePattern = f.local('i32', 'resume_pattern');
      const resumeText = f.local('i32', 'resume_text');
      const byte = f.local('i32', 'byte');
      f.loop('next', (next) => {
        f.block('mismatch', (mismatch) => {
          f.if(i32.eq(p, patternEnd), () => {
            f.branchIf(mismatch, i32.ne(at, end));
            f.return(i32.const(1));
          });
          f.set(byte, i32.load8_u(p));
          f.if(
            i32.eq(byte, escaping),
            () => {
              // A text that has ended does not ask for what is escaped, as in PostgreSQL.
              f.branchIf(mismatch, i32.eq(at, end));
              f.set(p, i32.add(p, 1));
              f.if(i32.eq(p, patternEnd), () => f.return(i32.const(-1)));
              f.set(byte, i32.load8_u(p));
            },
            () => {
              f.if(i32.eq(byte, percent), () => {
                f.set(p, i32.add(p, 1));
                f.set(resumePattern, p);
                f.set(resumeText, at);
                f.branch(next);
              });
              f.if(i32.eq(byte, underscore), () => {
                f.branchIf(mismatch, i32.eq(at, end));
                skipCodePoint(f, at, end);
                f.set(p, i32.add(p, 1));
                f.branch(next);
              });
            },
          );
          f.branchIf(mismatch, i32.eq(at, end));
          f.branchIf(mismatch, i32.ne(byte, i32.load8_u(at)));
          f.set(at, i32.add(at, 1));
          f.set(p, i32.add(p, 1));
          f.branch(next);
        });
        f.if(i32.eqz(resumePattern), () => f.return(i32.const(0)));
        f.if(i32.eq(resumeText, end), () => f.return(i32.const(0)));
        skipCodePoint(f, resumeText, end);
        f.set(at, resumeText);
        f.set(p, resumePattern);
        f.branch(next);
      });
    }),
  );
}

/** Emits: moves past one code point: a byte and the continuation bytes behind it. */
function skipCodePoint(f: FunctionBuilder, at: Local<'i32'>, end: Expr<'i32'>): void {
  f.set(at, i32.add(at, 1));
  f.while(
    'continuation',
    () => i32.lt_u(at, end),
    (leave) => {
      f.branchIf(leave, i32.ne(i32.and(i32.load8_u(at), 0xc0), 0x80));
      f.set(at, i32.add(at, 1));
    },
  );
}
