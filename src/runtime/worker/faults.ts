/** Faults that tests put into a partition's state: slow, failing, or the whole thread dying. */
import type { PageConsumer } from '../../operators/operator.ts';

export interface FaultSpec {
  readonly partition: number;
  /** `slow`: takes a page at most every `pauseMillis`. `throw`: its state fails. `exit`: its thread ends. */
  readonly kind: 'slow' | 'throw' | 'exit';
  /** Pages that are taken before the fault shows. */
  readonly afterPages: number;
  readonly pauseMillis: number;
}

/** The same consumer with the fault in it. */
export function withFault(
  consumer: PageConsumer,
  fault: FaultSpec,
  nowMillis: () => number,
  exit: () => void,
): PageConsumer {
  let pages = 0;
  let notBefore = 0;
  return {
    accept: (address) => {
      if (pages >= fault.afterPages) {
        if (fault.kind === 'throw') throw new Error('this partition was made to fail');
        if (fault.kind === 'exit') exit();
        if (nowMillis() < notBefore) return false;
        notBefore = nowMillis() + fault.pauseMillis;
      }
      const isTaken = consumer.accept(address);
      if (isTaken) pages++;
      return isTaken;
    },
    next: () => consumer.next(),
    endInput: () => consumer.endInput(),
    rejectRow: (row, reason) => consumer.rejectRow(row, reason),
    close: () => consumer.close(),
    get pendingInput() {
      return consumer.pendingInput;
    },
    get place() {
      return consumer.place;
    },
  };
}
