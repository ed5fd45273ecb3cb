/**
 * The relations that a script reads but whose columns it does not declare: streams created without columns,
 * URIs in FROM, and names bound inline by `'name.type' = 'file_source'`. Their schemas are inferred before
 * binding.
 */
import { VelostreamError } from '../base/error.ts';
import type { Schema } from '../columns/schema.ts';
import type { UnboundSource } from '../io/source.ts';
import type { Catalog, Properties, Relation } from '../plan/relation.ts';
import { bindProperties, urisOf } from '../planner/bind/script/declarations.ts';
import { dottedName } from '../sql/ast/name.ts';
import type { PropertyList } from '../sql/ast/query.ts';
import type { Statement } from '../sql/ast/statement.ts';
import { describeSource, inferSchema } from './resolved-source.ts';
import type { ScriptProblems } from './script-problems.ts';

export interface InferredRelations {
  readonly catalog: Catalog;
  readonly relations: readonly Relation[];
}

/**
 * The catalogue of what has to be inferred; what the script declares in full is the binder's own business.
 * Throws what `problems` have found, then.
 */
export async function inferRelations(
  statements: readonly Statement[],
  problems: ScriptProblems,
  onError?: 'fail' | 'skip',
): Promise<InferredRelations> {
  const written = new Set(statements.map(innerOf).map(targetOf));
  const byName = new Map<string, Relation>();
  const byUri = new Map<string, Relation>();
  const inline = new Map<string, Properties>();
  const infer = async (
    into: Map<string, Relation>,
    name: string,
    { properties, kind }: Pick<Relation, 'properties' | 'kind'>,
  ): Promise<void> => {
    const relation = await problems.attempt({ relation: name, role: 'source' }, () =>
      inferRelation(describeSource(name, properties, onError), properties, kind),
    );
    if (relation !== undefined) into.set(name, relation);
  };
  for (const statement of statements.map(innerOf)) {
    if (statement.kind === 'create_relation') {
      const name = dottedName(statement.name);
      const properties = bindProperties(statement.properties);
      if (statement.columns.length > 0 || Object.keys(properties).length === 0 || written.has(name)) continue;
      await infer(byName, name, { properties, kind: statement.relation });
    } else if ('properties' in statement) {
      for (const [name, properties] of inlineSources(statement.properties)) {
        const known = inline.get(name);
        const subject = { relation: name, role: 'source', statement: statement.span } as const;
        if (known !== undefined) await problems.attempt(subject, () => checkSame(name, known, properties));
        inline.set(name, properties);
        await infer(byName, name, { properties, kind: 'stream' });
      }
    }
  }
  for (const uri of urisOf(statements)) {
    await infer(byUri, uri, { properties: propertiesOfUri(uri), kind: 'stream' });
  }
  problems.check();
  const catalog: Catalog = {
    lookup: (name) => byName.get(name),
    lookupUri: (uri) => byUri.get(uri),
    names: () => byName.keys(),
  };
  return { catalog, relations: [...byName.values(), ...byUri.values()] };
}

function innerOf(statement: Statement): Exclude<Statement, { kind: 'explain' }> {
  return statement.kind === 'explain' ? statement.statement : statement;
}

/** What is written has the columns of what is written; there may be nothing yet to find them in. */
function targetOf(statement: Statement): string | undefined {
  return statement.kind === 'insert' ? dottedName(statement.target) : undefined;
}

async function inferRelation(
  source: UnboundSource,
  properties: Properties,
  kind: Relation['kind'],
): Promise<Relation> {
  const schema: Schema = await inferSchema(source);
  return {
    name: source.relation,
    kind,
    schema,
    properties,
    primaryKey: [],
    bounded: undefined,
    watermark: undefined,
  };
}

/** A name means one thing in the whole text, so statements that bind it inline have to agree. */
function checkSame(name: string, known: Properties, again: Properties): void {
  const [first, second] = [known, again].map((properties) => {
    const { options, ...source } = describeSource(name, properties);
    return JSON.stringify([source, Object.entries(options).toSorted()]);
  });
  if (first === second) return;
  throw new VelostreamError(`"${name}" is bound to two sources`, {
    code: 'sql_duplicate_name',
    detail: 'Two statements give it different properties, and a name means one thing in the whole text.',
    hint: 'Give one of them another name.',
  });
}

const inlineKey = /^(.+)\.type$/;

/** `'trades.type' = 'file_source', 'trades.path' = ...`: each name with its own properties. */
function inlineSources(list: PropertyList | undefined): Map<string, Properties> {
  const properties = bindProperties(list);
  const sources = new Map<string, Properties>();
  for (const [key, type] of Object.entries(properties)) {
    const name = inlineKey.exec(key)?.[1];
    if (name === undefined || name === 'sink' || (!type.endsWith('_source') && !/_source_/.test(type)))
      continue;
    sources.set(name, properties);
  }
  return sources;
}

/** `'trades.jsonl'` or `'file://trades.jsonl'` in FROM. */
export function propertiesOfUri(uri: string): Properties {
  return { connector: 'file', path: uri.replace(/^file:\/\//, '') };
}
