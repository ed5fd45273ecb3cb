/**
 * What is wrong with a text behind its syntax and its names: options, sources, sinks. Each error gets a place
 * in the text (the option that it is about, else where the stream is declared or named), and all are reported
 * at once.
 */
import { type SourceSpan, VelostreamError } from '../base/error.ts';
import { optionOfKey, type Role } from '../connectors/properties.ts';
import { dottedName } from '../sql/ast/name.ts';
import type { Explain, Statement } from '../sql/ast/statement.ts';
import { walk } from '../sql/ast/traverse.ts';
import { ScriptErrors } from './script-errors.ts';

/** What an error is about. */
export interface Subject {
  /** Its name; empty for a statement that writes none. */
  readonly relation: string;
  readonly role: Role;
  /** The statement that is being planned: the place of what has none nearer. */
  readonly statement?: SourceSpan;
}

interface WrittenOption {
  readonly key: string;
  readonly span: SourceSpan;
}

interface Place {
  readonly span: SourceSpan;
  /** Behind the name, or in the statements that write it. */
  readonly options: readonly WrittenOption[];
}

export class ScriptProblems {
  readonly #sql: string;
  readonly #relations = new Map<string, Place>();
  /** By where the statement begins. */
  readonly #statements = new Map<number, readonly WrittenOption[]>();
  readonly #errors = new Map<string, VelostreamError>();

  constructor(sql: string, statements: readonly Statement[]) {
    this.#sql = sql;
    for (const statement of statements) {
      const inner = statement.kind === 'explain' ? statement.statement : statement;
      this.#takeIn(inner);
      walk(inner, (node) => {
        if (node.kind === 'uri_table') this.#takePlace(node.uri.value, { span: node.uri.span, options: [] });
        return true;
      });
    }
  }

  /** What `work` gives; undefined where it has an error, which is noted. A defect of ours is thrown. */
  async attempt<T>(subject: Subject, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof VelostreamError) || error.domain === 'internal') throw error;
      const located = error.at(this.#placeOf(error, subject));
      this.#errors.set(`${located.position?.start} ${located.message}`, located);
      return undefined;
    }
  }

  /** Throws what was noted, if anything was. */
  check(): void {
    if (this.#errors.size === 0) return;
    const start = ({ position }: VelostreamError): number => position?.start ?? 0;
    throw new ScriptErrors(
      [...this.#errors.values()].sort((a, b) => start(a) - start(b)),
      this.#sql,
    );
  }

  #takeIn(statement: Exclude<Statement, Explain>): void {
    const options = [
      ...(statement.properties?.entries ?? []),
      ...statement.annotations.map(({ name, span }) => ({ key: name, span })),
    ];
    this.#statements.set(statement.span.start, options);
    const name = statement.kind === 'insert' ? statement.target : 'name' in statement && statement.name;
    if (name) this.#takePlace(dottedName(name), { span: name.span, options });
    for (const { key, keySpan } of statement.properties?.entries ?? []) {
      const inline = /^(.+)\.type$/.exec(key)?.[1];
      if (inline !== undefined) this.#takePlace(inline, { span: keySpan, options });
    }
  }

  /** The first place of a name is where it is declared, or read. */
  #takePlace(name: string, place: Place): void {
    const known = this.#relations.get(name);
    if (known === undefined) this.#relations.set(name, place);
    else this.#relations.set(name, { span: known.span, options: [...known.options, ...place.options] });
  }

  #placeOf(
    { position, option }: VelostreamError,
    { relation, role, statement }: Subject,
  ): Place['span'] | undefined {
    const declared = this.#relations.get(relation);
    const own = statement && this.#statements.get(statement.start);
    const options = [...(own ?? []), ...(declared?.options ?? [])];
    const keys = options.map(({ key }) => key);
    const isAbout = (key: string): boolean => optionOfKey(relation, key, { role, keys }) === option;
    const written = option === undefined ? undefined : options.find(({ key }) => isAbout(key));
    return position ?? written?.span ?? declared?.span ?? statement;
  }
}
