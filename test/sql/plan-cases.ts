/**
 * The kinds of cases that the planner answers: `declare` (DDL for the cases behind it), `plan` (the text of
 * EXPLAIN, or the errors), `logical` and `physical` (one half of it), `bind` (the plan before it is
 * optimised, or after the rules named by `rules=a,b`).
 */

import { VelostreamError } from '../../src/base/error.ts';
import type { Architecture, ArchitectureOptions } from '../../src/plan/architecture.ts';
import { architectures } from '../../src/plan/architecture.ts';
import type { BoundStatement } from '../../src/plan/bound-script.ts';
import type { LogicalPlan } from '../../src/plan/logical-plan.ts';
import { printLogicalPlan } from '../../src/plan/print-logical-plan.ts';
import { printPhysicalPlan } from '../../src/plan/print-physical-plan.ts';
import type { Catalog, Relation } from '../../src/plan/relation.ts';
import { bindScript } from '../../src/planner/bind/script/script.ts';
import { explainDeclaration, explainPlans } from '../../src/planner/explain.ts';
import { optimiserRules } from '../../src/planner/optimise/optimise.ts';
import { parseStrategy } from '../../src/planner/physical/partitioning-strategy.ts';
import type { PlanningOptions } from '../../src/planner/plan-statement.ts';
import { formatSqlError } from '../../src/sql/format-error.ts';
import { parseSql } from '../../src/sql/parse.ts';
import { catalogOf } from '../support/catalog.ts';
import { planStatement } from '../support/plan-statement.ts';
import type { SltCase } from './slt-file.ts';

/** What the cases of one file share: the relations declared so far. */
export class PlanCases {
  readonly #relations = new Map<string, Relation>();

  /** The case's result; undefined for a kind that has none. */
  run(sltCase: SltCase): string | undefined {
    const bound = this.#bind(sltCase.sql);
    if (sltCase.kind === 'declare') {
      if (typeof bound === 'string') throw new Error(`the declarations have errors:\n${bound}`);
      return undefined;
    }
    if (typeof bound === 'string') return bound;
    try {
      return bound
        .filter((statement) => statement.kind !== 'declaration')
        .map((statement) => describe(statement, sltCase))
        .join('\n');
    } catch (error) {
      if (error instanceof VelostreamError) return formatSqlError(error, sltCase.sql);
      throw error;
    }
  }

  /** The statements of the text, or its errors as text. What it declares is kept. */
  #bind(source: string): readonly BoundStatement[] | string {
    const parsed = parseSql(source);
    if (parsed.errors.length > 0) return printErrors(parsed.errors, source);
    const result = bindScript(parsed.statements, { catalog: this.#catalog(), nowMicros: nowMicros });
    if (!result.ok) return printErrors(result.errors, source);
    for (const statement of result.script.statements) {
      if (statement.kind === 'declaration') this.#relations.set(statement.relation.name, statement.relation);
    }
    return result.script.statements;
  }

  #catalog(): Catalog {
    return catalogOf(this.#relations.values());
  }
}

/** 2026-01-02 03:04:05 UTC. */
const nowMicros = 1_767_323_045_000_000n;

function printErrors(errors: readonly VelostreamError[], source: string): string {
  return errors.map((error) => formatSqlError(error, source)).join('\n');
}

function describe(statement: BoundStatement, { kind, settings }: SltCase): string {
  const inner = statement.kind === 'explain' ? statement.statement : statement;
  const options = planningOptions(settings);
  const verbose = statement.kind === 'explain' && statement.options.verbose;
  if (inner.kind === 'declaration') return explainDeclaration(inner.relation);
  switch (kind) {
    case 'plan':
      return explainPlans(planStatement(inner, options), verbose);
    case 'bind':
      return printLogicalPlan(applyRules(inner.plan, settings.rules ?? ''));
    case 'logical':
      return printLogicalPlan(planStatement(inner, options).logical);
    case 'physical':
      return printPhysicalPlan(planStatement(inner, options).physical);
    default:
      throw new Error(`unknown kind of case "${kind}"`);
  }
}

/** The plan after the named rules, in this order. */
function applyRules(plan: LogicalPlan, names: string): LogicalPlan {
  return names.split(',').reduce((current, name) => {
    const rule = optimiserRules.find((known) => known.name === name);
    if (rule === undefined && name !== '') throw new Error(`no rule "${name}"`);
    return rule?.apply(current, { timeZone: 'UTC' }) ?? current;
  }, plan);
}

function planningOptions(settings: Readonly<Record<string, string>>): PlanningOptions {
  const { cores, input, zone, ...rest } = settings;
  const bytes = input === undefined ? undefined : Number(input);
  return {
    cores: Number(cores ?? 4),
    timeZone: zone ?? 'UTC',
    architecture: architectureOptions(rest),
    inputBytes: () => bytes,
  };
}

function architectureOptions(settings: Readonly<Record<string, string>>): ArchitectureOptions {
  const { architecture, partitions, strategy, hash, strict, raw } = settings;
  return {
    architecture: architecture === undefined ? undefined : architectureNamed(architecture),
    numPartitions: partitions === undefined ? undefined : Number(partitions),
    strategy: strategy === undefined ? undefined : parseStrategy(strategy),
    useHashPartitioned: hash === undefined ? undefined : hash === 'true',
    strictOrderRequired: strict === 'true',
    singleActorInput: raw === 'true' ? 'raw' : 'partial',
  };
}

function architectureNamed(name: string): Architecture {
  const found = architectures.find((known) => known === name);
  if (found === undefined) throw new Error(`no architecture "${name}"`);
  return found;
}
