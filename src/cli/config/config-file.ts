/**
 * The configuration file, in YAML. Every error names its place, so that an editor can jump to it.
 *
 *   job_server: { architecture: partitioned, num_partitions: 8, enable_core_affinity: true }
 *   use_hash_partitioned: true
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import {
  type Alias,
  type Document,
  type ErrorCode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { VelostreamError } from '../../base/error.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { ArchitectureOptions } from '../../plan/architecture.ts';
import { overrideOptions, parseArchitecture } from '../../planner/physical/architecture-name.ts';
import { partitionsMax } from '../../planner/physical/choose-architecture.ts';
import { parseStrategy } from '../../planner/physical/partitioning-strategy.ts';
import { ConfigErrors } from './config-errors.ts';
import { type Environment, substitute } from './substitute.ts';

const jobServer = v.strictObject({
  architecture: v.optional(v.string('has to be the name of an architecture')),
  num_partitions: v.optional(
    v.pipe(
      v.number('has to be a whole number'),
      v.integer('has to be a whole number'),
      v.minValue(1, 'has to be at least 1'),
      v.maxValue(partitionsMax, `has to be at most ${partitionsMax}`),
    ),
  ),
  enable_core_affinity: v.optional(v.boolean('has to be true or false')),
  partitioning_strategy: v.optional(v.string('has to be the name of a strategy')),
  strict_order_required: v.optional(v.boolean('has to be true or false')),
  single_actor_input: v.optional(v.picklist(['raw', 'partial'], 'has to be raw or partial')),
});

const configuration = v.strictObject({
  job_server: v.optional(jobServer),
  use_hash_partitioned: v.optional(v.boolean('has to be true or false')),
});

export async function readConfigFile(path: string, environment: Environment): Promise<ArchitectureOptions> {
  return parseConfig(readText(path), path, environment);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new VelostreamError(`configuration file "${path}" cannot be read`, {
      code: 'config_invalid',
      detail: cause instanceof Error ? cause.message : undefined,
      cause,
    });
  }
}

export function parseConfig(source: string, path: string, environment: Environment): ArchitectureOptions {
  const fail = (errors: readonly VelostreamError[]): never => {
    throw new ConfigErrors(errors, source, path);
  };
  const document = parseDocument(source, { prettyErrors: false });
  if (document.errors.length > 0) {
    fail(document.errors.map(({ code, message, pos }) => invalid(yamlProblems[code] ?? message, pos)));
  }
  const problems = substituteScalars(document, environment);
  if (problems.length > 0) fail(problems);
  for (const path of [[], ['job_server']]) {
    if (isSeq(document.getIn(path, true)))
      fail([invalid(notSettings(path.at(-1)), valueSpan(path, document))]);
  }
  const result = v.safeParse(configuration, contentOf(document, fail) ?? {});
  if (!result.success) {
    return fail(result.issues.map((issue) => describeIssue(issue, document)));
  }
  const { job_server: server = {}, use_hash_partitioned: useHashPartitioned } = result.output;
  const at = <T>(key: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof VelostreamError)) throw error;
      const { message, detail, hint } = error;
      const position = spanOf(document.getIn(['job_server', key], true));
      return fail([new VelostreamError(message, { code: 'config_invalid', detail, hint, position })]);
    }
  };
  const { architecture, partitioning_strategy: strategy } = server;
  const named = architecture === undefined ? {} : at('architecture', () => parseArchitecture(architecture));
  return overrideOptions(named, {
    numPartitions: server.num_partitions,
    enableCoreAffinity: server.enable_core_affinity,
    useHashPartitioned,
    strategy: strategy === undefined ? undefined : at('partitioning_strategy', () => parseStrategy(strategy)),
    strictOrderRequired: server.strict_order_required,
    singleActorInput: server.single_actor_input,
  });
}

/** Where the parser's words are for programmers. */
const yamlProblems: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'the file has to be a single YAML document',
};

function contentOf(document: Document.Parsed, fail: (errors: readonly VelostreamError[]) => never): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const detail = cause instanceof Error ? `${cause.message}.` : undefined;
    const position = aliasSpan(document);
    return fail([
      new VelostreamError('an alias cannot be followed', { code: 'config_invalid', detail, position, cause }),
    ]);
  }
}

/** Of the first alias without an anchor, else of the first one. */
function aliasSpan(document: Document.Parsed): Span | undefined {
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      aliases.push(alias);
    },
  });
  return spanOf(aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0]);
}

/** Puts the environment into every value; one without quotes then has the type that its text has. */
function substituteScalars(document: Document.Parsed, environment: Environment): readonly VelostreamError[] {
  const problems: VelostreamError[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const text = substitute(node.value, environment);
      if (typeof text !== 'string') {
        problems.push(invalid(text.problem, spanOf(node)));
        return;
      }
      node.value = node.type === 'PLAIN' ? typedValue(text) : text;
    },
  });
  return problems;
}

/** The single value that the text is in YAML; whatever else it may be is text. */
function typedValue(text: string): unknown {
  const { contents, errors } = parseDocument(text, { prettyErrors: false });
  if (contents === null) return null;
  return errors.length === 0 && isScalar(contents) ? contents.value : text;
}

type Issue = v.InferIssue<typeof configuration>;

function describeIssue(issue: Issue, document: Document.Parsed): VelostreamError {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const name = path.at(-1) ?? '';
  if (issue.type === 'strict_object' && issue.path !== undefined) {
    if (issue.expected === 'never') return unknownKey(path, document);
    return invalid(notSettings(name), valueSpan(path, document));
  }
  if (path.length === 0) return invalid(notSettings(undefined), { start: 0, end: 1 });
  return invalid(`"${name}" ${issue.message}`, valueSpan(path, document));
}

function notSettings(name: string | undefined): string {
  return `${name === undefined ? 'the file' : `"${name}"`} has to hold settings by name`;
}

function unknownKey(path: readonly string[], document: Document.Parsed): VelostreamError {
  const name = path.at(-1) ?? '';
  const schema = path.length === 1 ? configuration : jobServer;
  const known = Object.keys(schema.entries);
  const near = nearestName(name, known);
  return new VelostreamError(`there is no setting "${name}"`, {
    code: 'config_invalid',
    position: keySpan(path, document),
    detail: near === undefined ? `There are ${known.join(', ')}.` : undefined,
    hint: near === undefined ? undefined : `Did you mean "${near}"?`,
  });
}

type Span = NonNullable<VelostreamError['position']>;

function valueSpan(path: readonly string[], document: Document.Parsed): Span | undefined {
  return spanOf(document.getIn(path, true)) ?? keySpan(path, document);
}

function keySpan(path: readonly string[], document: Document.Parsed): Span | undefined {
  const name = path.at(-1);
  let found: Span | undefined;
  visit(document, {
    Pair: (_key, pair) => {
      if (isScalar(pair.key) && pair.key.value === name) found ??= spanOf(pair.key);
    },
  });
  return found;
}

function spanOf(node: unknown): Span | undefined {
  const range = (node as Node | undefined)?.range;
  return range ? { start: range[0], end: Math.max(range[1], range[0] + 1) } : undefined;
}

function invalid(message: string, span: Span | readonly [number, number] | undefined): VelostreamError {
  const position = span === undefined || 'start' in span ? span : { start: span[0], end: span[1] };
  return new VelostreamError(message, { code: 'config_invalid', position });
}
