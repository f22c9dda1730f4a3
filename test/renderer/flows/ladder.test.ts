/** Flows in words and arrows, without a page. */

import { describe, expect, it } from 'vitest';
import { flowRow, waitingUs } from '../../../renderer/model/flows-rows.ts';
import { flowLadder, senderOf } from '../../../renderer/model/flow-ladder.ts';
import { exampleFlows, flowRowsOf } from './fake-flows.ts';

const NOW_US = 1_795_176_247_000_000;
const flows = exampleFlows(NOW_US);
const ladder = (flow: number, nowUs = NOW_US) => {
  const detail = flows[flow];
  if (detail === undefined) throw new Error('no such example');
  return flowLadder(detail, 5, nowUs);
};

describe('ladder', () => {
  it('points each packet of both QoS 2 handshakes the right way', () => {
    const arrows = (flow: number) => ladder(flow).steps.map((step) => `${step.direction} ${step.label}`);
    expect(arrows(2)).toEqual(['right PUBLISH q2', 'left PUBREC', 'right PUBREL', 'left PUBCOMP']);
    expect(arrows(3)).toEqual(['left PUBLISH q2', 'right PUBREC', 'left PUBREL', 'right PUBCOMP']);
  });

  it('counts times from the first packet', () => {
    expect(ladder(2).steps.map((step) => step.timeText.replaceAll('\u202f', ' '))).toEqual([
      '0 µs',
      '1.92 ms',
      '1.97 ms',
      '3.84 ms',
    ]);
  });

  it('says at the other line how long each packet came after the one before', () => {
    const steps = ladder(2).steps.map((step) => step.sinceText?.replaceAll('\u202f', ' '));
    expect(steps).toEqual([undefined, '+1.92 ms', '+51 µs', '+1.87 ms']);
    expect(ladder(2).steps[0]?.spoken.replaceAll('\u202f', ' ')).toBe('PUBLISH q2 to the broker at 0 µs');
    expect(ladder(2).steps[2]?.spoken.replaceAll('\u202f', ' ')).toBe(
      'PUBREL to the broker at 1.97 ms, 51 µs after the step before',
    );
  });

  it('breaks where the connection changed and nowhere else', () => {
    expect(ladder(4).breaks).toEqual([{ before: 'step-1', label: 'connection lost · connection 2' }]);
    expect(ladder(2).breaks).toEqual([]);
  });

  it('marks DUP, a refusal by its code and name, a violated statement, and what is gone', () => {
    expect(ladder(4).steps.map((step) => step.detail)).toEqual(['evicted', 'DUP', undefined, undefined, undefined]);
    expect(ladder(4).steps[0]?.dashed).toBe(true);
    expect(ladder(5).steps[1]).toMatchObject({ detail: '0x87 Not authorized', tone: 'error' });
    expect(ladder(6).steps[0]).toMatchObject({ detail: 'Violates MQTT-4.3.3-13', tone: 'error' });
  });

  it('draws what is awaited from the side that must send it, for as long as it is', () => {
    expect(ladder(8).awaited).toMatchObject({ direction: 'left' });
    expect(ladder(8, NOW_US + 60_000_000).awaited?.label).toMatch(/^PUBCOMP awaited · 1.min 7.s$/);
    expect(ladder(2).awaited).toBeUndefined();
    expect(senderOf('pubrel', 'server-to-client')).toBe('server-to-client');
    expect(senderOf('puback', 'server-to-client')).toBe('client-to-server');
  });
});

describe('rows of flows', () => {
  it('read back what was sent, and nothing outside the window', () => {
    const rows = flowRowsOf(flows, 100);
    expect(flowRow(rows, 108)).toMatchObject({
      flow: 8,
      kind: 'publish2',
      state: 'stalled',
      awaits: 'pubcomp',
      packetId: 11,
      steps: 3,
    });
    expect(flowRow(rows, 99)).toBeUndefined();
    expect(flowRow(rows, 110)).toBeUndefined();
  });

  it('wait from their last packet, never less than nothing, and not once settled', () => {
    expect(waitingUs({ state: 'stalled', startUs: 100, durationUs: 50 }, 1150)).toBe(1000);
    expect(waitingUs({ state: 'open', startUs: 100, durationUs: Number.NaN }, 90)).toBe(0);
    expect(waitingUs({ state: 'complete', startUs: 100, durationUs: 50 }, 1150)).toBeUndefined();
  });
});
