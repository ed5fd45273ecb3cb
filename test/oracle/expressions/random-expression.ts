/**
 * Random typed expressions, each built twice: bound, through the binding functions the planner uses, and as
 * SQL. Leaves are columns of one row of samples, or constants. Decimal products stay small and quotients are
 * left out, because their scales differ from PostgreSQL's and a comparison above them would tell.
 */
import { Random } from '../../../src/base/random.ts';
import { type SqlType, sameType } from '../../../src/columns/sql-type.ts';
import { castTo } from '../../../src/expressions/binding/cast-to.ts';
import { bindCase, bindCoalesce, bindNullIf } from '../../../src/expressions/binding/conditionals.ts';
import { literal } from '../../../src/expressions/binding/literals.ts';
import type { ComparisonName } from '../../../src/expressions/binding/operators.ts';
import {
  bindBetween,
  bindDistinctTest,
  bindIn,
  bindIsTest,
  bindLike,
  bindLogic,
  bindNot,
  compare,
} from '../../../src/expressions/binding/predicates.ts';
import { resolveCall } from '../../../src/expressions/binding/resolve-call.ts';
import type { BoundColumn, BoundExpression } from '../../../src/expressions/bound-expression.ts';
import { callSql, castSql } from './sql-text.ts';
import { type Sample, samples, samplesOf } from './values.ts';

export interface Pair {
  readonly bound: BoundExpression;
  readonly sql: string;
}

export interface RandomExpression extends Pair {
  readonly columns: readonly BoundColumn[];
  /** The value of each column, `c0` and on. */
  readonly row: readonly Sample[];
  /**
   * Constants on our side, columns `k0` and on for PostgreSQL, which would fold them and what is beside them.
   */
  readonly constants: readonly Sample[];
}

type Kind = SqlType['kind'];
type Production = (depth: number) => Pair;

const comparisons: readonly (readonly [ComparisonName, string])[] = [
  ['equal', '='],
  ['not_equal', '<>'],
  ['less_than', '<'],
  ['less_or_equal', '<='],
  ['greater_than', '>'],
  ['greater_or_equal', '>='],
];

const comparable: readonly Kind[] = [
  'int',
  'bigint',
  'decimal',
  'double',
  'varchar',
  'date',
  'timestamp',
  'interval',
  'boolean',
];

export class ExpressionGenerator {
  readonly #random: Random;
  #columns: BoundColumn[] = [];
  #row: Sample[] = [];
  #constants: Sample[] = [];

  constructor(seed: number) {
    this.#random = Random.fromSeed(seed);
  }

  next(kind: Kind, depth: number): RandomExpression {
    this.#columns = [];
    this.#row = [];
    this.#constants = [];
    const pair = this.#make(kind, depth);
    return { ...pair, columns: this.#columns, row: this.#row, constants: this.#constants };
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.uniform() * items.length)] as T;
  }

  #make(kind: Kind, depth: number): Pair {
    if (depth <= 0 || this.#random.uniform() < 0.15) return this.#leaf(kind);
    const productions = [...(this.#productions[kind] ?? []), ...this.#general(kind)];
    return this.#pick(productions)(depth - 1);
  }

  #leaf(kind: Kind, constant = this.#random.uniform() < 0.3): Pair {
    const choices = kind === 'decimal' ? (samples.get('numeric(10,2)') ?? []) : samplesOf(kind);
    const sample = this.#pick(choices);
    if (constant) {
      this.#constants.push(sample);
      return { bound: literal(sample.type, sample.value), sql: `k${this.#constants.length - 1}` };
    }
    const index = this.#columns.length;
    const nullable = sample.value === null || this.#random.uniform() < 0.5;
    const column: BoundColumn = {
      kind: 'column',
      index,
      name: `c${index}`,
      type: sample.type,
      nullable,
      span: undefined,
    };
    this.#columns.push(column);
    this.#row.push(sample);
    return { bound: column, sql: column.name };
  }

  /** A small count of digits: a large one asks for more digits than a DECIMAL has. */
  #digits(): Pair {
    const value = this.#random.int(-2, 3);
    return { bound: literal({ kind: 'int' }, value), sql: `${value}` };
  }

  #call(name: string, ...args: readonly Pair[]): Pair {
    const bound = resolveCall(
      name,
      args.map((arg) => arg.bound),
      undefined,
    );
    return {
      bound,
      sql: `(${callSql(
        name,
        args.map((arg) => arg.sql),
      )})`,
    };
  }

  #cast(arg: Pair, type: SqlType): Pair {
    if (sameType(arg.bound.type, type)) return arg;
    return { bound: castTo(arg.bound, type, undefined, true), sql: castSql(arg.sql, type) };
  }

  /** What makes a value of any kind: CASE, COALESCE, NULLIF, GREATEST. */
  #general(kind: Kind): Production[] {
    const made = (depth: number): Pair => this.#make(kind, depth);
    return [
      (depth) => {
        const [when, result, otherwise] = [this.#make('boolean', depth), made(depth), made(depth)];
        return {
          bound: bindCase(undefined, [{ condition: when.bound, result: result.bound }], otherwise.bound),
          sql: `CASE WHEN ${when.sql} THEN ${result.sql} ELSE ${otherwise.sql} END`,
        };
      },
      (depth) => {
        const args = [made(depth), made(depth)];
        return {
          bound: bindCoalesce(args.map((arg) => arg.bound)),
          sql: `COALESCE(${args.map((arg) => arg.sql).join(', ')})`,
        };
      },
      (depth) => {
        const [left, right] = [made(depth), made(depth)];
        return { bound: bindNullIf(left.bound, right.bound), sql: `NULLIF(${left.sql}, ${right.sql})` };
      },
      (depth) => this.#call(this.#pick(['greatest', 'least']), made(depth), made(depth)),
    ];
  }

  #arithmetic(kind: Kind, names: readonly string[], other: Kind = kind): Production {
    return (depth) => this.#call(this.#pick(names), this.#make(kind, depth), this.#make(other, depth));
  }

  #castFrom(kinds: readonly Kind[], type: SqlType): Production {
    return (depth) => this.#cast(this.#make(this.#pick(kinds), depth), type);
  }

  readonly #productions: Partial<Record<Kind, readonly Production[]>> = {
    boolean: [
      (depth) => this.#comparison(depth),
      (depth) => this.#comparison(depth),
      (depth) => this.#logic(depth),
      (depth) => this.#logic(depth),
      (depth) => {
        const arg = this.#make('boolean', depth);
        return { bound: bindNot(arg.bound), sql: `(NOT ${arg.sql})` };
      },
      (depth) => this.#isTest(depth),
      (depth) => this.#distinct(depth),
      (depth) => this.#between(depth),
      (depth) => this.#inList(depth),
      (depth) => this.#like(depth),
    ],
    int: [
      this.#arithmetic('int', ['add', 'subtract', 'multiply', 'divide', 'modulo']),
      this.#arithmetic('int', ['add', 'subtract', 'multiply', 'divide', 'modulo']),
      this.#arithmetic('date', ['subtract']),
      this.#castFrom(['double', 'bigint', 'decimal', 'boolean', 'varchar'], { kind: 'int' }),
      (depth) => this.#call(this.#pick(['negate', 'abs']), this.#make('int', depth)),
    ],
    bigint: [
      this.#arithmetic('bigint', ['add', 'subtract', 'multiply', 'divide', 'modulo']),
      this.#arithmetic('bigint', ['add', 'subtract', 'multiply', 'divide', 'modulo'], 'int'),
      this.#castFrom(['double', 'int', 'decimal'], { kind: 'bigint' }),
    ],
    decimal: [
      this.#arithmetic('decimal', ['add', 'subtract'], 'int'),
      this.#arithmetic('int', ['add', 'subtract'], 'decimal'),
      () => this.#call('multiply', this.#leaf('decimal'), this.#leaf('decimal')),
      (depth) =>
        this.#call(this.#pick(['abs', 'ceil', 'floor', 'trunc', 'round']), this.#make('decimal', depth)),
      (depth) => this.#call(this.#pick(['trunc', 'round']), this.#make('decimal', depth), this.#digits()),
      this.#castFrom(['int', 'bigint'], { kind: 'decimal', precision: 24, scale: 4 }),
    ],
    double: [
      this.#arithmetic('double', ['add', 'subtract', 'multiply', 'divide']),
      this.#arithmetic('double', ['add', 'subtract', 'multiply', 'divide'], 'decimal'),
      this.#arithmetic('int', ['add', 'subtract', 'multiply', 'divide'], 'double'),
      (depth) =>
        this.#call(
          this.#pick(['abs', 'ceil', 'floor', 'trunc', 'round', 'sqrt', 'sign', 'negate']),
          this.#make('double', depth),
        ),
      this.#castFrom(['int', 'bigint', 'decimal', 'varchar'], { kind: 'double' }),
    ],
    varchar: [
      this.#arithmetic('varchar', ['concat_operator']),
      (depth) =>
        this.#call(
          'concat_operator',
          this.#make('varchar', depth),
          this.#make(this.#pick(['int', 'double', 'date', 'boolean', 'interval']), depth),
        ),
      this.#castFrom(['int', 'bigint', 'double', 'timestamp', 'interval'], { kind: 'varchar' }),
    ],
    date: [
      this.#arithmetic('date', ['add', 'subtract'], 'int'),
      this.#castFrom(['timestamp'], { kind: 'date' }),
    ],
    timestamp: [
      this.#arithmetic('timestamp', ['add', 'subtract'], 'interval'),
      this.#arithmetic('date', ['add', 'subtract'], 'interval'),
      this.#castFrom(['date', 'timestamptz'], { kind: 'timestamp' }),
    ],
    timestamptz: [
      this.#arithmetic('timestamptz', ['add', 'subtract'], 'interval'),
      this.#castFrom(['date', 'timestamp'], { kind: 'timestamptz' }),
    ],
    interval: [
      this.#arithmetic('interval', ['add', 'subtract']),
      this.#arithmetic('timestamp', ['subtract']),
      this.#arithmetic('interval', ['multiply', 'divide'], 'int'),
      (depth) => this.#call('negate', this.#make('interval', depth)),
    ],
  };

  #comparison(depth: number): Pair {
    const kind = this.#pick(comparable);
    const mixed: Kind = kind === 'int' ? this.#pick(['int', 'bigint', 'decimal', 'double']) : kind;
    const [left, right] = [this.#make(kind, depth), this.#make(mixed, depth)];
    const [name, symbol] = this.#pick(comparisons);
    return { bound: compare(name, left.bound, right.bound), sql: `(${left.sql} ${symbol} ${right.sql})` };
  }

  #logic(depth: number): Pair {
    const kind = this.#pick(['and', 'or'] as const);
    const args = Array.from({ length: this.#pick([2, 3]) }, () => this.#make('boolean', depth));
    return {
      bound: bindLogic(
        kind,
        args.map((arg) => arg.bound),
      ),
      sql: `(${args.map((arg) => arg.sql).join(` ${kind.toUpperCase()} `)})`,
    };
  }

  #isTest(depth: number): Pair {
    const test = this.#pick(['null', 'true', 'false', 'unknown'] as const);
    const negated = this.#random.uniform() < 0.5;
    const arg = this.#make(test === 'null' ? this.#pick(comparable) : 'boolean', depth);
    const sql = `(${arg.sql} IS ${negated ? 'NOT ' : ''}${test.toUpperCase()})`;
    return { bound: bindIsTest(arg.bound, test, negated), sql };
  }

  #distinct(depth: number): Pair {
    const kind = this.#pick(comparable);
    const negated = this.#random.uniform() < 0.5;
    const [left, right] = [this.#make(kind, depth), this.#make(kind, depth)];
    const sql = `(${left.sql} IS ${negated ? 'NOT ' : ''}DISTINCT FROM ${right.sql})`;
    return { bound: bindDistinctTest(left.bound, right.bound, negated), sql };
  }

  #between(depth: number): Pair {
    const kind = this.#pick(comparable);
    const [arg, low, high] = [this.#make(kind, depth), this.#make(kind, depth), this.#make(kind, depth)];
    const [symmetric, negated] = [this.#random.uniform() < 0.5, this.#random.uniform() < 0.5];
    const bounds = { low: low.bound, high: high.bound, symmetric };
    const words = `${negated ? 'NOT ' : ''}BETWEEN ${symmetric ? 'SYMMETRIC ' : ''}`;
    return {
      bound: bindBetween(arg.bound, bounds, negated),
      sql: `(${arg.sql} ${words}${low.sql} AND ${high.sql})`,
    };
  }

  #inList(depth: number): Pair {
    const kind = this.#pick(comparable);
    const arg = this.#make(kind, depth);
    const long = this.#random.uniform() < 0.5;
    const items = Array.from({ length: long ? 12 : 3 }, () => this.#leaf(kind, long || undefined));
    const negated = this.#random.uniform() < 0.5;
    return {
      bound: bindIn(
        arg.bound,
        items.map((item) => item.bound),
        negated,
      ),
      sql: `(${arg.sql} ${negated ? 'NOT ' : ''}IN (${items.map((item) => item.sql).join(', ')}))`,
    };
  }

  #like(depth: number): Pair {
    const arg = this.#make('varchar', depth);
    const piece = (): string => this.#pick(['%', '_', 'a', 'b', 'ä', 'rather', '日', '\\%', 'xact', '']);
    const text = Array.from({ length: 1 + Math.floor(this.#random.uniform() * 4) }, piece).join('');
    const pattern = { bound: literal({ kind: 'varchar' }, text), sql: `'${text}'::text` };
    const negated = this.#random.uniform() < 0.3;
    return {
      bound: bindLike(
        arg.bound,
        { pattern: pattern.bound, escape: undefined },
        { caseInsensitive: false, negated },
      ),
      sql: `(${arg.sql} ${negated ? 'NOT ' : ''}LIKE ${pattern.sql})`,
    };
  }
}
