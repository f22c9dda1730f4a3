/** Which flow a packet identifier belongs to, however many flows there were before. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_FLOW_LIMIT } from '../../../main/engine/capture/flows/flow-store.ts';
import { PacketIdTable } from '../../../main/engine/capture/flows/packet-id-table.ts';

const steps = fc.array(
  fc.record({
    packetId: fc.integer({ min: 1, max: 65_535 }),
    /** Flows of other identifiers and of the other side that came in between. */
    skipped: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 2 ** 33 })),
  }),
  { maxLength: 60, size: 'max' },
);

describe('packet identifiers', () => {
  it('name their last flow exactly while it may be kept, and one that is gone afterwards', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const table = new PacketIdTable();
        const model = new Map<number, number>();
        let next = 0;
        for (const { packetId, skipped } of all) {
          next += skipped;
          table.set(packetId, next);
          model.set(packetId, next);
          next += 1;
        }
        const oldestKept = next - DEFAULT_FLOW_LIMIT;
        for (const [packetId, flow] of model) {
          if (flow >= oldestKept) expect(table.get(packetId)).toBe(flow);
          else {
            expect(table.get(packetId)).toBeGreaterThanOrEqual(0);
            expect(table.get(packetId)).toBeLessThan(oldestKept);
          }
        }
        const visited: number[] = [];
        table.each((flow) => visited.push(flow));
        expect(visited.toSorted((a, b) => a - b)).toEqual(
          [...model.keys()].map((packetId) => table.get(packetId)).toSorted((a, b) => a - b),
        );
      }),
    );
  });

  it('have none before their first', () => {
    const table = new PacketIdTable();
    table.set(7, 2 ** 40);
    expect([table.get(6), table.get(7), table.get(65_535)]).toEqual([-1, 2 ** 40, -1]);
  });
});
