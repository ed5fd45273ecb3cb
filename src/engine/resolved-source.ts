/** A relation as a source that can be opened: its connector, its options, and what its first bytes tell. */
import { VelostreamError } from '../base/error.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { CompileSource, SourceForm } from '../codegen/sources.ts';
import type { Schema } from '../columns/schema.ts';
import { normaliseProperties } from '../connectors/properties.ts';
import { findSource } from '../connectors/registry.ts';
import { splitCsvRecord } from '../formats/csv/csv-record.ts';
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
  const { connector, format, options } = normaliseProperties(relation, properties, 'source');
  return { relation, connector, format, options, onError: onErrorOf(relation, options, onErrorDefault) };
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

/** Columns are found by the header's names where there is a header, else by their order. */
function csvForm(source: SourceSpec, sample: Uint8Array): SourceForm {
  const { options, schema, relation } = source;
  const delimiter = byteOption(options.delimiter ?? ',');
  const quote = options.quote === '' ? undefined : byteOption(options.quote ?? '"');
  const hasHeader = options.header !== 'false';
  const first = splitCsvRecord(sample, { delimiter, quote });
  const base = { kind: 'csv', delimiter, quote, hasHeader } as const;
  if (!hasHeader || first.length === 0) {
    const fieldCount = Math.max(first.length, schema.length);
    return { ...base, fieldCount, fieldOf: schema.map((_, index) => index) };
  }
  const fieldOf = schema.map((column) => {
    const at = first.findIndex((name) => name === column.name || name.toLowerCase() === column.name);
    if (at >= 0) return at;
    const near = nearestName(column.name, first);
    throw new VelostreamError(`"${relation}" has no column "${column.name}"`, {
      code: 'source_format',
      detail: `The header names ${first.map((name) => `"${name}"`).join(', ')}.`,
      hint: near === undefined ? undefined : `Perhaps you meant "${near}".`,
    });
  });
  return { ...base, fieldCount: first.length, fieldOf };
}

function byteOption(text: string): number {
  return (text === '\\t' ? '\t' : text).charCodeAt(0);
}

const onErrorActions = ['fail', 'skip', 'dead_letter'] as const;

function onErrorOf(relation: string, options: Properties, otherwise: OnErrorSpec['action']): OnErrorSpec {
  const { on_error: written = otherwise, on_error_limit: limit, dead_letter_path: path } = options;
  const action = onErrorActions.find((known) => known === written.toLowerCase());
  if (action === undefined) {
    throw optionError(relation, `on_error is one of ${onErrorActions.join(', ')}, not "${written}"`);
  }
  if (limit !== undefined && !/^\d+$/.test(limit)) {
    throw optionError(relation, `on_error_limit is a number of records, not "${limit}"`);
  }
  if (action === 'dead_letter' && path === undefined) {
    throw optionError(relation, "on_error = 'dead_letter' needs a dead_letter_path");
  }
  const bound = limit === undefined ? Number.MAX_SAFE_INTEGER : Number(limit);
  return { action, limit: bound, deadLetterPath: path };
}

function optionError(relation: string, detail: string): VelostreamError {
  return new VelostreamError(`invalid option of "${relation}"`, {
    code: 'sql_invalid_option',
    detail: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`,
  });
}
