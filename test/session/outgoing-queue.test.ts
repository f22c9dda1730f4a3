/** The waiting queue against a plain array. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageQueue, weightOf } from '../../main/engine/session/outgoing-queue.ts';
import type { OutgoingMessage } from '../../main/engine/session/output.ts';

const message = (topic: string): OutgoingMessage => ({ topic, payload: new Uint8Array(3), qos: 1, retain: false });

interface Pair {
  readonly queue: MessageQueue;
  readonly list: { message: OutgoingMessage; ticket: number }[];
  tickets: number;
}

const commands: fc.Arbitrary<(pair: Pair) => void> = fc
  .oneof(
    { weight: 5, arbitrary: fc.string({ maxLength: 4 }) },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 }) },
  )
  .map((choice) => (pair: Pair) => {
    if (typeof choice === 'string') {
      const entry = { message: message(choice), ticket: ++pair.tickets };
      pair.queue.push(entry.message, entry.ticket, entry.ticket * 10);
      pair.list.push(entry);
    } else if (choice === null) {
      expect(pair.queue.shift()).toBe(pair.list.shift()?.message);
    } else {
      const at = pair.list.findIndex(({ ticket }) => ticket === choice);
      expect(pair.queue.remove(choice)).toBe(at >= 0);
      if (at >= 0) pair.list.splice(at, 1);
    }
  });

describe('the queue', () => {
  it('keeps order, counts and bytes over growth, removals and wrapping', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 400, size: 'max' }), (actions) => {
        const pair: Pair = { queue: new MessageQueue(), list: [], tickets: 0 };
        for (const action of actions) {
          action(pair);
          expect(pair.queue.count).toBe(pair.list.length);
          expect(pair.queue.headTicket).toBe(pair.list[0]?.ticket ?? Number.POSITIVE_INFINITY);
        }
        const bytes = pair.list.reduce((sum, entry) => sum + weightOf(entry.message), 0);
        expect(pair.queue.bytes).toBe(bytes);
        expect(pair.queue.drain()).toEqual(pair.list.map((entry) => ({ ...entry, queuedAtMs: entry.ticket * 10 })));
        expect(pair.queue.bytes).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
