/**
 * The properties of a relation (`WITH (...)`) in every spelling that people know, as one: which connector,
 * which format, and the connector's own options in snake_case. docs/connectors.md lists the spellings.
 * Nothing is checked here but that no option is given twice; a connector knows its options (options.ts).
 */
import { VelostreamError } from '../base/error.ts';
import { nearestName } from '../base/nearest-name.ts';
import type { Properties } from '../plan/relation.ts';
import { delimiterOfPath, formatOfPath } from './path-format.ts';

export interface NormalisedProperties {
  readonly connector: string;
  /** `jsonl`, `csv`, `parquet`, `table`; empty where the connector has none. */
  readonly format: string;
  readonly options: Properties;
}

export type Role = 'source' | 'sink';

/** What belongs to the job that writes the relation, not to the place where its rows lie. */
const jobPropertyNames: ReadonlySet<string> = new Set([
  'architecture',
  'enable_core_affinity',
  'num_partitions',
  'on_partition_failure',
  'partitioning_strategy',
  'single_actor_input',
  'strict_order_required',
  'use_hash_partitioned',
]);

/** Other names of the same option. */
const optionAliases: ReadonlyMap<string, string> = new Map([
  ['type', 'connector'],
  ['datasource', 'connector'],
  ['data_format', 'format'],
  ['value_format', 'format'],
  ['file', 'path'],
  ['file_path', 'path'],
  ['filename', 'path'],
  ['field_delimiter', 'delimiter'],
  ['separator', 'delimiter'],
  ['has_header', 'header'],
  ['has_headers', 'header'],
  ['headers', 'header'],
  ['rate', 'rows_per_second'],
  ['partition_count', 'num_partitions'],
  ['failure_strategy', 'on_error'],
]);

const connectorAliases: ReadonlyMap<string, string> = new Map([
  ['file_source', 'file'],
  ['file_source_mmap', 'file'],
  ['file_sink', 'file'],
  ['filesystem', 'file'],
  ['stdin_source', 'stdin'],
  ['stdout_sink', 'stdout'],
  ['console', 'stdout'],
  ['print', 'stdout'],
  ['datagen_source', 'datagen'],
  ['faker', 'datagen'],
  ['blackhole_sink', 'blackhole'],
  ['discard', 'blackhole'],
]);

const formatAliases: ReadonlyMap<string, string> = new Map([
  ['json', 'jsonl'],
  ['json_lines', 'jsonl'],
  ['jsonlines', 'jsonl'],
  ['ndjson', 'jsonl'],
]);

const onErrorAliases: ReadonlyMap<string, string> = new Map([
  ['failbatch', 'fail'],
  ['logandcontinue', 'skip'],
  ['sendtodlq', 'dead_letter'],
]);

/**
 * The properties that are `relation`'s, for reading it (`source`) or writing it (`sink`):
 *   path                                      as they stand
 *   trades.path, source.path, sink.path       behind the relation's name or its role, for that relation alone
 *   has_headers, 'has.headers', Has-Headers   upper and lower case, dots and dashes are all one
 * A key behind another name that has a type of its own (`'other.type' = ...`) is another relation's, and is
 * left out.
 */
export function normaliseProperties(
  relation: string,
  properties: Properties,
  role: Role,
): NormalisedProperties {
  const options = ownProperties(relation, properties, role);
  for (const name of jobPropertyNames) options.delete(name);
  const written = options.get('connector');
  const path = options.get('path');
  const connector = written ?? (path === undefined ? '' : 'file');
  if (connector === '') throw noConnector(relation, role, options.keys());
  const format = options.get('format') ?? defaultFormat(connector, path);
  if (format === 'csv') setDelimiter(options, path ?? '');
  options.delete('connector');
  options.delete('format');
  return { connector, format, options: Object.fromEntries(options) };
}

/** Whether the properties say where the relation's rows lie. */
export function isPlaced(relation: string, properties: Properties, role: Role): boolean {
  const own = ownProperties(relation, properties, role);
  return own.has('connector') || own.has('path');
}

/**
 * The properties that are the job's, of those of the relation it writes or of a statement that writes none.
 */
export function jobProperties(relation: string | undefined, properties: Properties): Properties {
  const own = ownProperties(relation ?? '', properties, 'sink');
  return Object.fromEntries([...own].filter(([name]) => jobPropertyNames.has(name)));
}

export interface KeyContext {
  readonly role: Role;
  /** All that stand with it. */
  readonly keys: readonly string[];
}

/** The one name of the option that a key gives the relation; undefined where it is another's. */
export function optionOfKey(relation: string, key: string, { role, keys }: KeyContext): string | undefined {
  const own = ownKey(key, relation, role, foreignNames(relation, keys));
  return own && optionName(own);
}

/** By their one name. */
function ownProperties(relation: string, properties: Properties, role: Role): Map<string, string> {
  const options = new Map<string, string>();
  const foreign = foreignNames(relation, Object.keys(properties));
  for (const [key, value] of Object.entries(properties)) {
    const own = ownKey(key, relation, role, foreign);
    if (own === undefined) continue;
    const name = optionName(own);
    const known = options.get(name);
    const text = optionValue(name, value);
    if (known !== undefined && known !== text) throw givenTwice(relation, name, known, text);
    options.set(name, text);
  }
  return options;
}

const delimiterNames: ReadonlyMap<string, string> = new Map([
  ['\\t', '\t'],
  ['tab', '\t'],
  ['comma', ','],
  ['semicolon', ';'],
]);

function setDelimiter(options: Map<string, string>, path: string): void {
  const written = options.get('delimiter');
  const byPath = delimiterOfPath(path);
  if (written !== undefined) options.set('delimiter', delimiterNames.get(written.toLowerCase()) ?? written);
  else if (byPath !== ',') options.set('delimiter', byPath);
}

/** The other names that keys bind to something: `trades` in `'trades.type' = 'file_source'`. */
function foreignNames(relation: string, keys: readonly string[]): ReadonlySet<string> {
  const bound = keys.flatMap((key) => /^(.+)\.(?:type|connector)$/i.exec(key)?.[1]?.toLowerCase() ?? []);
  return new Set(bound.filter((name) => name !== relation.toLowerCase()));
}

/** The key without its prefix; undefined where it is another relation's or another role's. */
function ownKey(key: string, relation: string, role: Role, foreign: ReadonlySet<string>): string | undefined {
  const lower = key.toLowerCase();
  if (lower.startsWith(`${relation.toLowerCase()}.`)) return key.slice(relation.length + 1);
  const dot = key.indexOf('.');
  if (dot < 0) return key;
  const prefix = lower.slice(0, dot);
  if (prefix === role) return key.slice(dot + 1);
  const isOther = prefix === 'source' || prefix === 'sink' || foreign.has(prefix);
  return isOther ? undefined : key;
}

/** `fields.<column>.<option>` keeps the column's name as it is. */
function optionName(key: string): string {
  const field = /^fields\.(.+)\.([^.]+)$/i.exec(key);
  if (field) return `fields.${field[1]}.${field[2]?.toLowerCase()}`;
  const name = key.toLowerCase().replaceAll(/[.-]/g, '_');
  return optionAliases.get(name) ?? name;
}

function optionValue(name: string, value: string): string {
  const lower = value.trim().toLowerCase();
  if (name === 'connector') return connectorAliases.get(lower) ?? lower;
  if (name === 'format') return formatAliases.get(lower) ?? lower;
  if (name === 'on_error') return onErrorAliases.get(lower.replaceAll('_', '')) ?? lower;
  return value;
}

function defaultFormat(connector: string, path: string | undefined): string {
  if (connector === 'file' && path !== undefined) return formatOfPath(path) ?? 'jsonl';
  return connector === 'stdin' || connector === 'stdout' ? 'jsonl' : '';
}

function givenTwice(relation: string, name: string, first: string, second: string): VelostreamError {
  return new VelostreamError(`"${relation}" has two values for the option "${name}"`, {
    code: 'sql_invalid_option',
    detail: `They are "${first}" and "${second}".`,
    option: name,
  });
}

function noConnector(relation: string, role: Role, names: Iterable<string>): VelostreamError {
  const nearest = (name: string): string | undefined => nearestName(name, ['path', 'connector']);
  const option = [...names].find(nearest);
  const example = role === 'source' ? "'file', path = 'data.jsonl'" : "'file', path = 'out.jsonl'";
  return new VelostreamError(`"${relation}" does not say where its rows ${placeWords[role]}`, {
    code: 'sql_invalid_option',
    hint:
      option === undefined
        ? `Name a connector: WITH (connector = ${example}).`
        : `Did you mean "${nearest(option)}"?`,
    option,
  });
}

const placeWords: Readonly<Record<Role, string>> = { source: 'come from', sink: 'go' };
