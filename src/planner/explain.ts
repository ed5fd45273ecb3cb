/**
 * The text of EXPLAIN: the logical plan, then the physical one. Without time or addresses, so that it
 * compares.
 */
import { printSchema } from '../columns/schema.ts';
import { printLogicalPlan } from '../plan/print-logical-plan.ts';
import { printPhysicalPlan } from '../plan/print-physical-plan.ts';
import type { Relation } from '../plan/relation.ts';
import type { PlannedStatement } from './plan-statement.ts';

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
