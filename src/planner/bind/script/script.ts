/**
 * A file of statements as one application: declarations first, wherever they stand, then every statement in
 * turn. All errors of the file are collected; those without a place in the text come first.
 */
import { VelostreamError } from '../../../base/error.ts';
import type {
  BoundDeclaration,
  BoundExplain,
  BoundJob,
  BoundQuery,
  BoundScript,
  BoundStatement,
} from '../../../plan/bound-script.ts';
import type { Catalog, Relation } from '../../../plan/relation.ts';
import { dottedName } from '../../../sql/ast/name.ts';
import type {
  CreateRelation,
  CreateRelationAs,
  Explain,
  Insert,
  QueryStatement,
  Statement,
} from '../../../sql/ast/statement.ts';
import type { BindEnvironment } from '../bind-environment.ts';
import { ProblemList } from '../problem-list.ts';
import { findRelation } from '../query/from.ts';
import { bindQuery } from '../query/select.ts';
import { bindAnnotations, bindDeclaration, bindProperties } from './declarations.ts';
import { connectRelations } from './edges.ts';
import { bindExplainOptions } from './explain-options.ts';
import { matchColumns, nameColumns } from './insert.ts';

export interface BindOptions {
  /** What is declared outside the file, and the schemas of what the file declares without columns. */
  readonly catalog: Catalog;
  readonly nowMicros: bigint;
}

export type BindResult =
  | { readonly ok: true; readonly script: BoundScript }
  | { readonly ok: false; readonly errors: readonly VelostreamError[] };

export function bindScript(statements: readonly Statement[], options: BindOptions): BindResult {
  const script = new ScriptBinder(statements, options);
  const bound = script.bind(statements);
  return script.problems.count > 0
    ? { ok: false, errors: script.problems.sorted() }
    : { ok: true, script: { relations: [...script.relations.values()], statements: bound } };
}

class ScriptBinder {
  readonly problems: ProblemList = new ProblemList();
  /** What the file declares; undefined under a name whose declaration has an error. */
  readonly relations: Map<string, Relation> = new Map();
  readonly #failed = new Set<string>();
  readonly #outside: Catalog;
  readonly #environment: BindEnvironment;

  constructor(statements: readonly Statement[], options: BindOptions) {
    this.#outside = options.catalog;
    const catalog: Catalog = {
      lookup: (name) => this.#lookup(name),
      lookupUri: (uri) => options.catalog.lookupUri(uri),
      names: () => new Set([...this.relations.keys(), ...options.catalog.names()]),
    };
    const written = writtenIn(statements);
    this.#environment = { catalog, problems: this.problems, nowMicros: options.nowMicros, written };
  }

  bind(statements: readonly Statement[]): readonly BoundStatement[] {
    for (const statement of statements.map(innerOf)) {
      if (statement.kind === 'create_relation') this.#declare(statement);
    }
    const bound = statements.flatMap((statement) => {
      const result = this.problems.attempt(() => this.#bindStatement(statement));
      return result === undefined ? [] : [result];
    });
    return this.problems.count > 0 ? bound : (this.problems.attempt(() => connectRelations(bound)) ?? bound);
  }

  #lookup(name: string): Relation | undefined {
    // What a broken declaration would have been called is no second error.
    if (this.#failed.has(name)) this.problems.giveUp();
    return this.relations.get(name) ?? this.#outside.lookup(name);
  }

  #declare(statement: CreateRelation): void {
    const name = dottedName(statement.name);
    const failed = this.#failed.size;
    const relation = this.problems.attempt(() => {
      this.#checkNew(statement, name);
      const declaration = bindDeclaration(statement, this.problems);
      const schema = declaration.schema ?? this.#outside.lookup(name)?.schema;
      if (schema !== undefined) return { ...declaration, schema };
      // Without a schema of its own, a target gets that of the query that writes it.
      if (this.#environment.written.has(name)) return { ...declaration, schema: [] };
      throw noColumns(statement, name);
    });
    if (relation !== undefined) this.relations.set(name, relation);
    else if (failed === this.#failed.size) this.#failed.add(name);
  }

  #checkNew(statement: CreateRelation | CreateRelationAs, name: string): void {
    if (!this.relations.has(name) || statement.ifNotExists) return;
    throw new VelostreamError(`${this.relations.get(name)?.kind} "${name}" already exists`, {
      code: 'sql_duplicate_name',
      position: statement.name.span,
    });
  }

  #bindStatement(statement: Statement): BoundStatement {
    return statement.kind === 'explain' ? this.#bindExplain(statement) : this.#bindPlain(statement);
  }

  #bindPlain(statement: Exclude<Statement, Explain>): BoundDeclaration | BoundJob | BoundQuery {
    switch (statement.kind) {
      case 'create_relation':
        return this.#boundDeclaration(statement);
      case 'create_relation_as':
        return this.#bindCreateAs(statement);
      case 'insert':
        return this.#bindInsert(statement);
      case 'query_statement':
        return this.#bindQueryStatement(statement);
    }
  }

  #boundDeclaration(statement: CreateRelation): BoundDeclaration {
    const relation = this.#lookup(dottedName(statement.name));
    if (relation === undefined) return this.problems.giveUp();
    return { kind: 'declaration', relation, ...baseOf(statement) };
  }

  #bindQueryStatement(statement: QueryStatement): BoundQuery {
    const plan = bindQuery(statement.query, this.#environment);
    return { kind: 'query', plan, properties: bindProperties(statement.properties), ...baseOf(statement) };
  }

  #bindCreateAs(statement: CreateRelationAs): BoundJob {
    const name = dottedName(statement.name);
    const target = this.problems.attempt(() => {
      this.#checkNew(statement, name);
      const plan = nameColumns(
        bindQuery(statement.query, this.#environment),
        statement.columns,
        statement.query,
      );
      const relation: Relation = {
        name,
        kind: statement.relation,
        schema: plan.schema,
        properties: bindProperties(statement.properties),
        primaryKey: [],
        bounded: undefined,
        watermark: undefined,
      };
      this.relations.set(name, relation);
      return { relation, plan };
    });
    if (target === undefined) {
      this.#failed.add(name);
      return this.problems.giveUp();
    }
    const { relation, plan } = target;
    return { kind: 'job', target: relation, isRead: false, plan, properties: {}, ...baseOf(statement) };
  }

  #bindInsert(statement: Insert): BoundJob {
    const target = this.problems.attempt(() => findRelation(statement.target, this.#environment.catalog));
    const query = bindQuery(statement.query, this.#environment);
    if (target === undefined) return this.problems.giveUp();
    const properties = bindProperties(statement.properties);
    const base = { kind: 'job' as const, isRead: false, properties, ...baseOf(statement) };
    if (target.schema.length > 0) {
      return { ...base, target, plan: matchColumns(statement, query, target, this.problems) };
    }
    const plan = nameColumns(query, statement.columns, statement.query);
    const written = { ...target, schema: plan.schema };
    this.relations.set(target.name, written);
    return { ...base, target: written, plan };
  }

  #bindExplain(statement: Explain): BoundExplain {
    const options = bindExplainOptions(statement, this.problems);
    const inner = this.#bindPlain(statement.statement);
    return { kind: 'explain', options, statement: inner, ...baseOf(statement) };
  }
}

/** The streams and tables that some statement of the file writes, or would write if it were not explained. */
function writtenIn(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(
    statements.map(innerOf).flatMap((statement) => {
      if (statement.kind === 'create_relation_as') return [dottedName(statement.name)];
      return statement.kind === 'insert' ? [dottedName(statement.target)] : [];
    }),
  );
}

function innerOf(statement: Statement): Exclude<Statement, Explain> {
  return statement.kind === 'explain' ? statement.statement : statement;
}

function baseOf(statement: Statement): Pick<BoundStatement, 'span' | 'annotations'> {
  return { span: statement.span, annotations: bindAnnotations(statement.annotations) };
}

function noColumns(statement: CreateRelation, name: string): VelostreamError {
  return new VelostreamError(`the columns of ${statement.relation} "${name}" are not known`, {
    code: 'source_unavailable',
    position: statement.name.span,
    hint: `Declare them: CREATE ${statement.relation.toUpperCase()} ${name} (name TYPE, ...) WITH (...).`,
  });
}
