/**
 * Sorting all items by their prefixes alone: a radix sort from the lowest byte to the highest that stops and
 * resumes. One pass counts every byte of every prefix; then, for each byte that is not the same in all, a
 * pass deals the items out into the other array. The order among equal prefixes is settled after it
 * (ties.ts).
 */
import type { FunctionBuilder, Local } from '../../wasm/function-builder.ts';
import { call, i32, v128 } from '../../wasm/instructions.ts';
import type { Expr, FunctionSlot } from '../../wasm/types.ts';
import { smaller } from './merge-sort.ts';
import { digitCount, digitTableBytes, itemBytes, type SortContext, sortPhases } from './sort-spec.ts';

/** `..._count_step(budget) -> rest` of the bytes: counts the bytes of the prefixes. */
export function countStep(sort: SortContext): FunctionSlot {
  const { module, spec, digitTables } = sort;
  const { phase, digit, at } = sort.progress;
  return module.function(`${spec.prefix}_count_step`, { budget: 'i32' }, 'i32', (f, { budget }) => {
    f.if(i32.eqz(at), () => f.memoryFill(digitTables, 0, digitCount * digitTableBytes));
    const rest = eachItem(sort, f, budget, (item) => {
      for (let byte = 0; byte < digitCount; byte++) {
        const table = digitTables + byte * digitTableBytes;
        const cell = f.let('i32', 'cell', i32.shl(i32.load8_u(item, byte), 2));
        f.do(i32.store(cell, i32.add(i32.load(cell, table), 1), table));
      }
    });
    f.if(i32.eqz(at), () => {
      f.setGlobal(phase, sortPhases.deal);
      f.setGlobal(digit, 0);
    });
    f.return(rest);
  });
}

/** `..._deal_step(budget) -> rest` of the bytes: deals items out by one byte. */
export function dealStep(sort: SortContext): FunctionSlot {
  const { module, spec, roots, digitTables } = sort;
  const { phase, other, digit, at, settled } = sort.progress;
  const isSame = openTable(sort);
  return module.function(`${spec.prefix}_deal_step`, { budget: 'i32' }, 'i32', (f, { budget }) => {
    f.if(i32.eq(digit, digitCount), () => {
      f.setGlobal(phase, sortPhases.ties);
      f.setGlobal(settled, 0);
      f.return(budget);
    });
    f.if(i32.eqz(at), () => {
      f.if(call(isSame) as Expr<'i32'>, () => {
        f.setGlobal(digit, i32.add(digit, 1));
        f.return(budget);
      });
    });
    const byte = f.let('i32', 'byte', digit);
    const table = f.let('i32', 'table', i32.add(i32.mul(byte, digitTableBytes), digitTables));
    const rest = eachItem(sort, f, budget, (item) => {
      const cell = f.let('i32', 'cell', i32.add(table, i32.shl(i32.load8_u(i32.add(item, byte)), 2)));
      const to = f.let('i32', 'to', i32.load(cell));
      f.do(v128.store(to, v128.load(item)), i32.store(cell, i32.add(to, itemBytes)));
    });
    f.if(i32.eqz(at), () => {
      const dealt = f.let('i32', 'dealt', other);
      f.setGlobal(other, roots.items);
      f.setGlobal(roots.items, dealt);
      f.setGlobal(digit, i32.add(byte, 1));
    });
    f.return(rest);
  });
}

/**
 * Emits: goes on with the pass over the items, at most `budget` bytes of them; the rest of the budget. After
 * the last item `at` is 0 again.
 */
function eachItem(
  { roots, progress: { at } }: SortContext,
  f: FunctionBuilder,
  budget: Expr<'i32'>,
  body: (item: Local<'i32'>) => void,
): Expr<'i32'> {
  const size = f.let('i32', 'size', i32.mul(roots.count, itemBytes));
  const start = f.let('i32', 'start', at);
  const stop = smaller(f, i32.add(start, budget), size);
  const item = f.let('i32', 'item', i32.add(roots.items, start));
  const end = f.let('i32', 'end', i32.add(roots.items, stop));
  f.while(
    'each_item',
    () => i32.lt_u(item, end),
    () => {
      body(item);
      f.set(item, i32.add(item, itemBytes));
    },
  );
  f.setGlobal(at, stop);
  f.if(i32.ge_u(stop, size), () => f.setGlobal(at, 0));
  return i32.sub(budget, i32.sub(stop, start));
}

/**
 * `..._open_table() -> 1` when all items have the same byte `digit`; 0 after its table of counts was made one
 * of the addresses where the next item with that byte goes.
 */
function openTable(sort: SortContext): FunctionSlot {
  const { module, spec, roots, digitTables } = sort;
  const { other, digit } = sort.progress;
  return module.function(`${spec.prefix}_open_table`, {}, 'i32', (f) => {
    const cell = f.let('i32', 'cell', i32.add(i32.mul(digit, digitTableBytes), digitTables));
    const first = i32.shl(i32.load8_u(i32.add(roots.items, digit)), 2);
    f.if(i32.eq(i32.load(i32.add(cell, first)), roots.count), () => f.return(i32.const(1)));
    const end = f.let('i32', 'end', i32.add(cell, digitTableBytes));
    const to = f.let('i32', 'to', other);
    f.while(
      'each_cell',
      () => i32.lt_u(cell, end),
      () => {
        const next = f.let('i32', 'next', i32.add(to, i32.mul(i32.load(cell), itemBytes)));
        f.do(i32.store(cell, to));
        f.set(to, next);
        f.set(cell, i32.add(cell, 4));
      },
    );
    f.return(i32.const(0));
  });
}
