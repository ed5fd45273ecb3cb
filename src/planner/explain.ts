/**
 * The text of EXPLAIN: the logical plan, then the physical one. Without time or addresses, so that it
 * compares.
 */
import { printSchema } from '../columns/schema.ts';
import type { BoundDeclaration, BoundJob, BoundQuery } from '../plan/bound-script.ts';
import { printLogicalPlan } from '../plan/print-logical-plan.ts';
import { printPhysicalPlan } from '../plan/print-physical-plan.ts';
import type { Relation } from '../plan/relation.ts';
import { type PlannedStatement, type PlanningOptions, planStatement } from './plan-statement.ts';

export function explainStatement(
  statement: BoundDeclaration | BoundJob | BoundQuery,
  options: PlanningOptions,
  verbose: boolean = false,
): string {
  if (statement.kind === 'declaration') return explainDeclaration(statement.relation);
  return explainPlans(planStatement(statement, options), verbose);
}

/** With `verbose` every operator and stage says which columns it gives. */
export function explainPlans({ logical, physical }: PlannedStatement, verbose: boolean = false): string {
  return [
    'Logical plan',
    indent(printLogicalPlan(logical, verbose)),
    'Physical plan',
    indent(printPhysicalPlan(physical, verbose)),
  ].join('\n');
}

export function explainDeclaration({ kind, name, schema, properties }: Relation): string {
  const lines = [`Declare ${kind} ${name}: ${printSchema(schema) || 'columns of the query that writes it'}`];
  for (const [key, value] of Object.entries(properties)) lines.push(`  ${key} = ${value}`);
  return lines.join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
