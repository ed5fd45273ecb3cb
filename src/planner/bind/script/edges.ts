/**
 * Streams that one file both writes and reads: the reader takes the rows from the query that writes them,
 * without the detour through a file or topic. One that several statements write cannot be read.
 */
import { type SourceSpan, VelostreamError } from '../../../base/error.ts';
import type { BoundJob, BoundStatement } from '../../../plan/bound-script.ts';
import { columnReference, projectOf } from '../../../plan/build-plan.ts';
import type { LogicalPlan, ScanNode } from '../../../plan/logical-plan.ts';
import { transformPlan } from '../../../plan/rewrite-plan.ts';

export function connectRelations(statements: readonly BoundStatement[]): readonly BoundStatement[] {
  const writers = Map.groupBy(
    statements.filter((statement) => statement.kind === 'job'),
    (job) => job.target.name,
  );
  const read = new Set<string>();
  const connect = <Reader extends { readonly plan: LogicalPlan; readonly span: SourceSpan }>(
    reader: Reader,
  ): Reader => ({
    ...reader,
    plan: connectPlan(reader.plan, { writers, read, reader: reader.span, path: [] }),
  });
  const connected = statements.map((statement) => {
    switch (statement.kind) {
      case 'declaration':
        return statement;
      case 'explain': {
        const inner = statement.statement;
        return inner.kind === 'declaration' ? statement : { ...statement, statement: connect(inner) };
      }
      default:
        return connect(statement);
    }
  });
  return connected.map((statement) =>
    statement.kind === 'explain'
      ? { ...statement, statement: markRead(statement.statement, read) }
      : markRead(statement, read),
  );
}

function markRead<Statement extends BoundStatement>(
  statement: Statement,
  read: ReadonlySet<string>,
): Statement {
  return statement.kind === 'job' ? { ...statement, isRead: read.has(statement.target.name) } : statement;
}

interface Connection {
  readonly writers: ReadonlyMap<string, readonly BoundJob[]>;
  /** Takes the relations that are read. */
  readonly read: Set<string>;
  readonly reader: SourceSpan;
  /** The relations whose writers are being put in place. */
  readonly path: readonly string[];
}

function connectPlan(plan: LogicalPlan, connection: Connection): LogicalPlan {
  return transformPlan(plan, (node) => (node.kind === 'scan' ? connectScan(node, connection) : node));
}

function connectScan(scan: ScanNode, connection: Connection): LogicalPlan {
  const [writer, second] = connection.writers.get(scan.relation) ?? [];
  if (writer === undefined) return scan;
  connection.read.add(scan.relation);
  if (connection.path.includes(scan.relation)) throw readsItself(scan.relation, writer.span);
  if (second !== undefined) throw severalWriters(scan.relation, connection.reader);
  const path = [...connection.path, scan.relation];
  const written = connectPlan(writer.plan, { ...connection, path });
  const fields = scan.columns.filter((column) => column.kind === 'field');
  return projectOf(
    written,
    fields.map(({ index }) => columnReference(written.schema, index)),
    fields.map(({ name }) => name),
  );
}

function readsItself(relation: string, position: SourceSpan): VelostreamError {
  return new VelostreamError(`"${relation}" is written by a query that reads it`, {
    code: 'sql_unsupported',
    position,
  });
}

function severalWriters(relation: string, position: SourceSpan): VelostreamError {
  return new VelostreamError(
    `reading "${relation}", which several statements of the file write, is not supported yet`,
    {
      code: 'sql_unsupported',
      position,
      hint: 'Write it with one statement.',
    },
  );
}
