import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booleanType, doubleType, intType } from '../columns/sql-type.ts';
import { i32 } from '../wasm/instructions.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { bindCase, bindCoalesce } from './binding/conditionals.ts';
import { numberLiteral } from './binding/literals.ts';
import { bindLogic, compare } from './binding/predicates.ts';
import { resolveCall } from './binding/resolve-call.ts';
import type { BoundExpression } from './bound-expression.ts';
import { emitCondition, emitExpression } from './emit-expression.ts';
import { columnOf, evaluateRows } from './testing/columns.ts';

const x = columnOf(intType);
const zero = numberLiteral('0');
const inverse = resolveCall('divide', [numberLiteral('10'), x], undefined);
const notZero = compare('not_equal', x, zero);

test('AND and OR follow three-valued logic in every combination', () => {
  const values = [true, false, null];
  const columns = [columnOf(booleanType), columnOf(booleanType, 1)];
  const rows = values.flatMap((a) => values.map((b) => [a, b]));
  const and = rows.map(([a, b]) =>
    a === false || b === false ? false : a === null || b === null ? null : true,
  );
  const or = rows.map(([a, b]) =>
    a === true || b === true ? true : a === null || b === null ? null : false,
  );
  assert.deepEqual(evaluateRows(bindLogic('and', columns), columns, rows), and);
  assert.deepEqual(evaluateRows(bindLogic('or', columns), columns, rows), or);
});

test('AND, OR, CASE and COALESCE do not evaluate what is already decided', () => {
  const positive = compare('greater_than', inverse, zero);
  const rows = [[0], [5], [-5]];
  assert.deepEqual(evaluateRows(bindLogic('and', [notZero, positive]), [x], rows), [false, true, false]);
  const isZero = compare('equal', x, zero);
  assert.deepEqual(evaluateRows(bindLogic('or', [isZero, positive]), [x], rows), [true, true, false]);
  const guarded = bindCase(undefined, [{ condition: notZero, result: inverse }], zero);
  assert.deepEqual(evaluateRows(guarded, [x], rows), [0, 2, -2]);
  assert.deepEqual(evaluateRows(bindCoalesce([x, inverse]), [x], rows), [0, 5, -5]);
});

test('an operand that is evaluated and fails gives up the row', () => {
  assert.deepEqual(evaluateRows(inverse, [x], [[0], [5], [null]]), [{ error: 'division_by_zero' }, 2, null]);
  const unguarded = bindLogic('or', [compare('greater_than', inverse, zero), notZero]);
  assert.deepEqual(evaluateRows(unguarded, [x], [[0]]), [{ error: 'division_by_zero' }]);
});

test('a condition is 1 only where it is true', () => {
  const columns = [columnOf(booleanType), columnOf(booleanType, 1)];
  const values = [true, false, null];
  for (const kind of ['and', 'or'] as const) {
    const condition = bindLogic(kind, columns);
    const module = new ModuleBuilder('condition');
    module.export('holds', { a: 'i32', aNull: 'i32', b: 'i32', bNull: 'i32' }, 'i32', (f, p) => {
      const context = {
        module,
        f,
        timeZone: 'UTC',
        fail: () => f.unreachable(),
        allocate: () => i32.const(0),
      };
      const inputs = [
        { type: booleanType, lanes: [p.a], isNull: p.aNull },
        { type: booleanType, lanes: [p.b], isNull: p.bNull },
      ] as const;
      f.return(emitCondition(context, condition, (index) => inputs[index === 0 ? 0 : 1]));
    });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory },
    });
    const holds = exports.holds as (...args: number[]) => number;
    for (const a of values) {
      for (const b of values) {
        const expected = kind === 'and' ? a === true && b === true : a === true || b === true;
        assert.equal(holds(Number(a), Number(a === null), Number(b), Number(b === null)), Number(expected));
      }
    }
  }
});

test('what is never NULL compiles to code that asks for no NULL', () => {
  const never = [columnOf(intType, 0, false), columnOf(doubleType, 1, false)];
  const sum = resolveCall('add', [resolveCall('multiply', never, undefined), numberLiteral('1')], undefined);
  const condition = bindLogic('and', [
    compare('greater_than', sum, zero),
    compare('less_than', sum, numberLiteral('9')),
  ]);
  assert.equal(condition.nullable, false);
  assert.doesNotMatch(printed(condition), /null/);
});

function printed(expression: BoundExpression): string {
  const module = new ModuleBuilder('printed');
  module.export('run', { a: 'i32', b: 'f64' }, 'i32', (f, { a, b }) => {
    const context = {
      module,
      f,
      timeZone: 'UTC',
      fail: () => f.return(i32.const(-1)),
      allocate: () => i32.const(0),
    };
    const value = emitExpression(context, expression, (index) =>
      index === 0
        ? { type: intType, lanes: [a], isNull: undefined }
        : { type: doubleType, lanes: [b], isNull: undefined },
    );
    assert.equal(value.isNull, undefined);
    f.return(value.lanes[0] as ReturnType<typeof i32.const>);
  });
  return module.print();
}
