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

/** Does one thing to both; false where they answer differently. */
type Action = (pair: Pair) => boolean;

const push = (topic: string): Action => {
  return (pair) => {
    const entry = { message: message(topic), ticket: ++pair.tickets };
    pair.queue.push(entry.message, entry.ticket, entry.ticket * 10);
    pair.list.push(entry);
    return true;
  };
};

const shift: Action = ({ queue, list }) => queue.shift() === list.shift()?.message;

const remove = (ticket: number): Action => {
  return ({ queue, list }) => {
    const at = list.findIndex((entry) => entry.ticket === ticket);
    if (at >= 0) list.splice(at, 1);
    return queue.remove(ticket) === at >= 0;
  };
};

const actions = fc.oneof(
  { weight: 5, arbitrary: fc.string({ maxLength: 4 }).map(push) },
  { weight: 2, arbitrary: fc.constant(shift) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 }).map(remove) },
);

const agree = ({ queue, list }: Pair): boolean =>
  queue.count === list.length && queue.headTicket === (list[0]?.ticket ?? Number.POSITIVE_INFINITY);

describe('the queue', () => {
  it('keeps order, counts and bytes over growth, removals and wrapping', () => {
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 400, size: 'max' }), (sequence) => {
        const pair: Pair = { queue: new MessageQueue(), list: [], tickets: 0 };
        expect(sequence.every((action) => action(pair) && agree(pair))).toBe(true);
        const bytes = pair.list.reduce((sum, entry) => sum + weightOf(entry.message), 0);
        expect(pair.queue.bytes).toBe(bytes);
        expect(pair.queue.drain()).toEqual(pair.list.map((entry) => ({ ...entry, queuedAtMs: entry.ticket * 10 })));
        expect(pair.queue.bytes).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
