/**
 * The figures of a run as text: rows and time of every operator in every partition, then what each partition
 * did as a whole, how its rings stood, and some of the keys that it owns.
 */

import { type OperatorName, operatorNames } from '../../operators/measured/operator-meter.ts';
import { firstKeyGroup } from '../../operators/state/group-kernel.ts';
import type { Stage } from '../../plan/physical-plan.ts';
import type { JobSummary, OwnedKeys } from '../../runtime/coordinator/coordinator.ts';
import type { JobProgress, PartitionProgress } from '../../runtime/coordinator/job-progress.ts';
import type { PlannedJob } from '../planned-job.ts';

export function printFigures(planned: PlannedJob, summary: JobSummary): string {
  const { progress } = summary;
  const lines = [`${progress.total.recordsRead} records in ${progress.elapsedMillis.toFixed(1)} ms`];
  for (const stage of planned.physical.stages) {
    lines.push(`stage ${stage.id} ${stage.name}`, ...indent(printOperators(stage, progress)));
  }
  lines.push('partitions', ...indent(printPartitions(progress)));
  const keys = summary.ownedKeys.length === 0 ? [] : ['keys', ...indent(printKeys(planned, summary))];
  return [...lines, ...keys].join('\n');
}

function printOperators(stage: Stage, { partitions }: JobProgress): readonly string[] {
  const rows = operatorNames.flatMap((operator) =>
    partitions.flatMap(({ partition, stages }) => {
      const figures = stages[stage.id]?.operators[operator];
      if (figures === undefined) return [];
      const { rowsIn, rowsOut, micros } = figures;
      return [[labelOf(stage, operator), `${partition}`, `${rowsIn}`, `${rowsOut}`, millis(micros)]];
    }),
  );
  // An operator's name stands at the first of its partitions.
  const named = rows.map(([name = '', ...rest], i) => [rows[i - 1]?.[0] === name ? '' : name, ...rest]);
  return printTable(['operator', 'partition', 'rows in', 'rows out', 'ms'], named);
}

function labelOf(stage: Stage, operator: OperatorName): string {
  const { producer, output, filter } = stage;
  const target = output.kind === 'exchange' ? `exchange ${output.exchange} out` : 'sink';
  switch (operator) {
    case 'exchange_in':
      return 'exchange' in producer ? `exchange ${producer.exchange} in` : '';
    case 'producer':
      return producerLabel(stage);
    case 'map': {
      // One loop does it all, row by row.
      const isSent = output.kind === 'exchange';
      const parts = [...(filter === undefined ? [] : ['filter']), 'project', isSent ? 'append' : 'format'];
      return parts.join(' + ');
    }
    case 'pre_aggregate':
      return 'pre-aggregate';
    case 'output':
      return target;
  }
}

function producerLabel({ producer }: Stage): string {
  switch (producer.kind) {
    case 'scan':
      return `scan ${producer.relation}`;
    case 'shared':
      return `batches of stage ${producer.stage}`;
    case 'values':
      return 'one row';
    case 'pages':
      return 'read pages';
    case 'aggregate':
      return 'group table';
    case 'sort':
      return producer.limit === undefined ? 'sort' : 'top-n';
    case 'merge':
      return 'merge';
  }
}

/** What each partition did, and the sink's rings. Also for runs without other figures. */
export function printPartitions({ partitions, sink }: JobProgress): readonly string[] {
  const rows = partitions.map((progress) => {
    const { recordsRead, groups, busyMicros, blockedMicros, idleMicros } = progress.counters;
    const times = [busyMicros, blockedMicros, idleMicros].map(millis);
    return [`${progress.partition}`, `${recordsRead}`, `${groups}`, ...times, printRings(progress)];
  });
  const head = ['partition', 'records', 'groups', 'busy ms', 'blocked ms', 'idle ms', 'fullest ring'];
  return [...printTable(head, rows), `rings to the sink: ${printRings(sink)}`];
}

function printRings({
  utilizationMax,
  backpressureMax,
}: Pick<PartitionProgress, 'utilizationMax' | 'backpressureMax'>): string {
  return `${Math.round(utilizationMax * 100)} % ${backpressureMax}`;
}

function printKeys({ physical }: PlannedJob, { ownedKeys, progress }: JobSummary): readonly string[] {
  const keyed = physical.stages.filter(({ id }) => ownedKeys.some(({ stage }) => stage === id));
  return keyed.flatMap((stage) =>
    progress.partitions
      .filter(({ partition }) => stage.width === 'all' || partition === 0)
      .flatMap(({ partition }) => {
        const count = stage.width === 'all' ? progress.partitions.length : 1;
        const first = firstKeyGroup(partition, count);
        const last = firstKeyGroup(partition + 1, count) - 1;
        const keys = keysOf(ownedKeys, stage.id, partition);
        const where = `stage ${stage.id}, partition ${partition}: key groups ${first} to ${last}`;
        return [where, ...indent(keys)];
      }),
  );
}

function keysOf(owned: readonly OwnedKeys[], stage: number, partition: number): readonly string[] {
  return owned
    .flatMap((some) => (some.stage === stage && some.partition === partition ? some.keys : []))
    .sort();
}

function millis(micros: number): string {
  return (micros / 1000).toFixed(1);
}

/** Columns with letters stand to the left, numbers to the right. */
function printTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const columns = head.map((name, i) => {
    const cells = rows.map((row) => row[i] ?? '');
    const width = Math.max(name.length, ...cells.map((cell) => cell.length));
    const isText = cells.some((cell) => /[a-z]/i.test(cell));
    return [name, ...cells].map((cell) => (isText ? cell.padEnd(width) : cell.padStart(width)));
  });
  return [head, ...rows].map((_, line) =>
    columns
      .map((cells) => cells[line])
      .join('  ')
      .trimEnd(),
  );
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
