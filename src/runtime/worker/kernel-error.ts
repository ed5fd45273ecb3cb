/** What a kernel's trap or refusal means to a user. */
import { VelostreamError } from '../../base/error.ts';
import { isExhausted } from '../../kernels/heap/heap.ts';
import { KernelFailure } from '../../wasm/host-functions.ts';
import type { PostedError } from '../messages.ts';
import { describeError } from '../posted-error.ts';
import type { WorkerContext } from './worker-context.ts';

export function describeKernelError(context: WorkerContext, error: unknown): PostedError {
  if (error instanceof KernelFailure) {
    const reason = context.graph.evaluationErrorTexts[error.code] ?? 'evaluation failed';
    return describeError(
      new VelostreamError(`a group's result cannot be computed: ${reason}`, { code: 'record_rejected' }),
    );
  }
  if (isExhausted(context.memory.view()) && error instanceof WebAssembly.RuntimeError) {
    return describeError(outOfMemory(context));
  }
  return describeError(error);
}

export function outOfMemory({ partition, options }: WorkerContext): VelostreamError {
  return new VelostreamError(`partition ${partition} is out of memory`, {
    code: 'resource_limit',
    detail: `It may take ${options.memoryBytesMax} bytes, and its state needs more.`,
    hint: 'Spread the keys over more partitions, or group by fewer values.',
  });
}
