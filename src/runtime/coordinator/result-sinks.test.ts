import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SinkWriter } from '../../io/sink.ts';
import type { JobGraph } from '../../job/job-graph.ts';
import { ResultSinks } from './result-sinks.ts';

/** Writes down what is called, and fails where it is told to. */
function recorder(name: string, calls: string[], failsAt?: string): SinkWriter {
  const call = (step: string) => async (): Promise<void> => {
    calls.push(`${step} ${name}`);
    if (step === failsAt) throw new Error(`${step} fails`);
  };
  return {
    open: call('open'),
    write: call('write'),
    prepare: call('prepare'),
    commit: call('commit'),
    abort: call('abort'),
  };
}

const graph = {
  partitionCount: 1,
  stages: [{ parallelism: 'one' }],
  results: [
    { stage: 0, schema: [] },
    { stage: 0, schema: [] },
  ],
} as unknown as JobGraph;

function sinksOf(calls: string[], failsAt?: string, isInOrder = false): ResultSinks {
  return new ResultSinks(graph, [
    { writer: recorder('a', calls), isInOrder },
    { writer: recorder('b', calls, failsAt), isInOrder },
  ]);
}

test('nothing is committed before all is prepared', async () => {
  const calls: string[] = [];
  const sinks = sinksOf(calls);
  await sinks.open();
  await sinks.commit();
  assert.deepEqual(calls, ['open a', 'open b', 'prepare a', 'prepare b', 'commit a', 'commit b']);
});

test('what cannot be prepared keeps all from being committed', async () => {
  const calls: string[] = [];
  const sinks = sinksOf(calls, 'prepare');
  await sinks.open();
  await assert.rejects(sinks.commit(), /prepare fails/);
  await sinks.abort();
  assert.deepEqual(calls.slice(2), ['prepare a', 'prepare b', 'abort a', 'abort b']);
});

test('a result in order is committed when its rows are out, and the next one opened', async () => {
  const calls: string[] = [];
  const sinks = sinksOf(calls, undefined, true);
  await sinks.open();
  const [first, second] = sinks.takers;
  assert.deepEqual([first!.isOpen(), second!.isOpen()], [true, false]);
  await first!.end();
  assert.deepEqual([first!.isOpen(), second!.isOpen()], [false, true]);
  await second!.end();
  await sinks.commit();
  assert.deepEqual(calls, ['open a', 'prepare a', 'commit a', 'open b', 'prepare b', 'commit b']);
});
