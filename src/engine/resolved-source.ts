/** A relation as a source that can be opened: its connector, its options, and what its first bytes tell. */
import { VelostreamError } from '../base/error.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { CompileSource, SourceForm } from '../codegen/sources.ts';
import type { Schema } from '../columns/schema.ts';
import { choiceOption, countOption, flagOption, type OptionOwner } from '../connectors/options.ts';
import { normaliseProperties } from '../connectors/properties.ts';
import { findSource } from '../connectors/registry.ts';
import { splitCsvRecord } from '../formats/csv/csv-record.ts';
import { fieldOfColumn, namesOfFields } from '../formats/csv/header-columns.ts';
import type { SourcePlan, UnboundSource } from '../io/source.ts';
import type { OnErrorSpec, SourceSpec } from '../job/job-graph.ts';
import { learnShape } from '../kernels/scan/json/record-shape.ts';
import type { Properties } from '../plan/relation.ts';

/** What a relation's properties say, before its schema is known. */
export function describeSource(
  relation: string,
  properties: Properties,
  onErrorDefault: OnErrorSpec['action'] = 'fail',
): UnboundSource {
  const described = { relation, ...normaliseProperties(relation, properties, 'source') };
  return { ...described, onError: onErrorOf(described, onErrorDefault) };
}

export async function inferSchema(source: UnboundSource): Promise<Schema> {
  return (await findSource(source.connector)).inferSchema(source);
}

/** The source with its schema, its work, and its form. */
export interface ResolvedSource extends CompileSource {
  readonly plan: SourcePlan;
}

export async function resolveSource(unbound: UnboundSource, schema: Schema): Promise<ResolvedSource> {
  const connector = await findSource(unbound.connector);
  const source: SourceSpec = { ...unbound, schema };
  const plan = await connector.plan(source);
  if (connector.delivers(source) === 'columns') return { source, plan, form: { kind: 'columns' } };
  const sample = await connector.sample(source);
  const form = source.format === 'csv' ? csvForm(source, sample) : jsonForm(sample);
  return { source, plan, form };
}

function jsonForm(sample: Uint8Array): SourceForm {
  return { kind: 'jsonl', shape: learnShape(sample) };
}

/**
 * Columns are found by the names of the first header, else by their order: where there is no header, and
 * where nothing can be read ahead.
 */
function csvForm(source: SourceSpec, sample: Uint8Array): SourceForm {
  const { options, schema } = source;
  const delimiter = byteOption(options.delimiter ?? ',');
  const quote = options.quote === '' ? undefined : byteOption(options.quote ?? '"');
  const hasHeader = flagOption(source, 'header', true);
  const first = namesOfFields(splitCsvRecord(sample, { delimiter, quote }));
  const base = { kind: 'csv', delimiter, quote } as const;
  if (hasHeader && first.length > 0) {
    const fieldOf = schema.map((column) => fieldIn(first, column.name, source.relation));
    return { ...base, header: first, fieldCount: first.length, fieldOf };
  }
  const header = hasHeader ? schema.map(({ name }) => name) : undefined;
  const fieldCount = Math.max(first.length, schema.length);
  return { ...base, header, fieldCount, fieldOf: schema.map((_, index) => index) };
}

function fieldIn(header: readonly string[], column: string, relation: string): number {
  const field = fieldOfColumn(column, header);
  if (field >= 0) return field;
  const near = nearestName(column, header);
  throw new VelostreamError(`"${relation}" has no column "${column}"`, {
    code: 'source_format',
    detail: `The header names ${header.map((name) => `"${name}"`).join(', ')}.`,
    hint: near === undefined ? undefined : `Perhaps you meant "${near}".`,
  });
}

function byteOption(character: string): number {
  return character.charCodeAt(0);
}

const onErrorActions = ['fail', 'skip', 'dead_letter'] as const;

function onErrorOf(owner: OptionOwner, otherwise: OnErrorSpec['action']): OnErrorSpec {
  const action = choiceOption(owner, 'on_error', onErrorActions, otherwise);
  const limit = countOption(owner, 'on_error_limit', 0) ?? Number.MAX_SAFE_INTEGER;
  const deadLetterPath = owner.options.dead_letter_path;
  if (action === 'dead_letter' && deadLetterPath === undefined) {
    throw new VelostreamError(`"${owner.relation}" has no dead_letter_path`, {
      code: 'sql_invalid_option',
      hint: "Name the file that gets its dead letters, or set on_error = 'skip'.",
      option: 'on_error',
    });
  }
  if (action !== 'dead_letter' && deadLetterPath !== undefined) {
    throw unusedOption(owner, 'dead_letter_path', "'dead_letter'");
  }
  if (action === 'fail' && owner.options.on_error_limit !== undefined) {
    throw unusedOption(owner, 'on_error_limit', "'skip' or 'dead_letter'");
  }
  return { action, limit, deadLetterPath };
}

function unusedOption({ relation }: OptionOwner, name: string, actions: string): VelostreamError {
  return new VelostreamError(
    `"${relation}": the option "${name}" means nothing without on_error = ${actions}`,
    {
      code: 'sql_invalid_option',
      option: name,
    },
  );
}
