/**
 * Records that something is, or may be, wrong with: looks at one alone, and notes the bad ones in the list
 * that scan-contract.ts describes.
 */
import { validateUtf8 } from '../../../routines/utf8.ts';
import type { FunctionBuilder, Local } from '../../../wasm/function-builder.ts';
import { call, i32 } from '../../../wasm/instructions.ts';
import type { ModuleBuilder } from '../../../wasm/module-builder.ts';
import type { Expr, FunctionSlot } from '../../../wasm/types.ts';
import { badRecordBytes, type ScanLayout } from '../scan-contract.ts';
import {
  type CsvGlobals,
  type CsvScanSpec,
  carriageReturn,
  lineFeed,
  reasonCode,
  suspicions,
} from './csv-spec.ts';

/** What `csv_check_record` gives beside the code of a reason. */
export const recordVerdicts = { good: -1, blank: -2 } as const;

/** The field index of a bad record that no field is to blame for. */
export const noField = -1;

/**
 * `csv_check_record(record, entry, suspicion) -> verdict` for the record at an address and its first entry;
 * the entry of the line feed that ends it goes to `recordEnd`.
 */
export function emitCheckRecord(module: ModuleBuilder, spec: CsvScanSpec, globals: CsvGlobals): FunctionSlot {
  const params = { record: 'i32', entry: 'i32', suspicion: 'i32' } as const;
  const validate = validateUtf8(module);
  const quotesAreValid = spec.quote === undefined ? undefined : emitQuotesAreValid(module, spec, spec.quote);
  return module.function('csv_check_record', params, 'i32', (f, { record, entry, suspicion }) => {
    const fields = f.let('i32', 'fields', 1);
    f.while(
      'entries',
      () => i32.ne(i32.load8_u(i32.load(entry)), lineFeed),
      () => {
        f.set(fields, i32.add(fields, 1));
        f.set(entry, i32.add(entry, 4));
      },
    );
    f.setGlobal(globals.recordEnd, entry);
    const end = recordTextEnd(f, record, f.let('i32', 'line_feed', i32.load(entry)));
    const size = f.let('i32', 'size', i32.sub(end, record));
    const refuseUnless = (bit: number, isValid: Expr<'i32'>, reason: 'invalid_utf8' | 'syntax'): void =>
      f.if(i32.and(suspicion, bit), () => {
        f.if(i32.eqz(isValid), () => f.return(i32.const(reasonCode(reason))));
      });
    refuseUnless(suspicions.utf8, call(validate, record, size) as Expr<'i32'>, 'invalid_utf8');
    if (quotesAreValid) {
      refuseUnless(suspicions.quotes, call(quotesAreValid, record, end) as Expr<'i32'>, 'syntax');
    }
    f.if(i32.ne(fields, spec.fieldCount), () => {
      f.if(i32.eqz(size), () => f.return(i32.const(recordVerdicts.blank)));
      f.return(i32.const(reasonCode('field_count')));
    });
    f.return(i32.const(recordVerdicts.good));
  });
}

/** Emits: where the record's text ends, the carriage return of its line ending left out. */
export function recordTextEnd(f: FunctionBuilder, record: Expr<'i32'>, feed: Expr<'i32'>): Local<'i32'> {
  const isReturn = i32.eq(i32.load8_u(i32.sub(feed, 1)), carriageReturn);
  return f.let('i32', 'text_end', i32.sub(feed, i32.and(i32.ne(feed, record), isReturn)));
}

/** `csv_quotes_are_valid(at, end) -> 1 or 0` for the text of one record. */
function emitQuotesAreValid(module: ModuleBuilder, spec: CsvScanSpec, quote: number): FunctionSlot {
  const states = { fieldStart: 0, bare: 1, inside: 2, behindClose: 3 };
  return module.function('csv_quotes_are_valid', { at: 'i32', end: 'i32' }, 'i32', (f, { at, end }) => {
    const state = f.local('i32', 'state');
    const byte = f.local('i32', 'byte');
    f.while(
      'bytes',
      () => i32.lt_u(at, end),
      () => {
        f.set(byte, i32.load8_u(at));
        f.set(at, i32.add(at, 1));
        f.block('stepped', (stepped) => {
          f.if(i32.eq(byte, quote), () => {
            f.if(i32.eq(state, states.bare), () => f.return(i32.const(0)));
            // A quote behind a close is the second of a doubled one.
            const isInside = i32.eq(state, states.inside);
            f.set(state, i32.add(states.inside, isInside));
            f.branch(stepped);
          });
          f.branchIf(stepped, i32.eq(state, states.inside));
          f.if(i32.eq(byte, spec.delimiter), () => {
            f.set(state, states.fieldStart);
            f.branch(stepped);
          });
          f.if(i32.eq(state, states.behindClose), () => f.return(i32.const(0)));
          f.set(state, states.bare);
        });
      },
    );
    f.return(i32.ne(state, states.inside));
  });
}

/** `csv_note_bad(record, size, reason, field)`: one entry more in the bad-record list. */
export function emitNoteBad(module: ModuleBuilder, layout: ScanLayout, globals: CsvGlobals): FunctionSlot {
  const params = { record: 'i32', size: 'i32', reason: 'i32', field: 'i32' } as const;
  return module.function('csv_note_bad', params, undefined, (f, { record, size, reason, field }) => {
    const entry = f.let('i32', 'entry', i32.mul(globals.badCount, badRecordBytes));
    [record, size, reason, field].forEach((value, i) => {
      f.do(i32.store(entry, value, layout.badRecords + 4 * i));
    });
    f.setGlobal(globals.badCount, i32.add(globals.badCount, 1));
  });
}

export interface RecordRoutines {
  readonly recordEnd: FunctionSlot;
  readonly noteBad: FunctionSlot;
}

/**
 * `csv_note_unended(record, end, limit) -> next` for a record whose end the index did not reach: quotes that
 * nothing closes, or more fields than the index holds. `end` is the end of the input, `limit` that of what
 * was indexed.
 */
export function emitNoteUnended(module: ModuleBuilder, { recordEnd, noteBad }: RecordRoutines): FunctionSlot {
  const params = { record: 'i32', end: 'i32', limit: 'i32' } as const;
  return module.function('csv_note_unended', params, 'i32', (f, { record, end, limit }) => {
    const next = f.let('i32', 'next', call(recordEnd, record, limit, 0) as Expr<'i32'>);
    f.if(i32.gt_u(next, limit), () => {
      f.call(noteBad, record, i32.sub(end, record), reasonCode('unterminated_quote'), noField);
      f.return(limit);
    });
    const textEnd = recordTextEnd(f, record, i32.sub(next, 1));
    f.call(noteBad, record, i32.sub(textEnd, record), reasonCode('field_count'), noField);
    f.return(next);
  });
}
