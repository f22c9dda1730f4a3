/** What the list and the pane say of events, for each kind that a source notes. */

import { describe, expect, it } from 'vitest';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { PacketRow } from '../../../renderer/model/packet-rows.ts';
import { eventStory, eventWords } from '../../../renderer/panels/packets/event-words.ts';

const CONTEXT = { endpoint: 'mqtt://plant:1883', clientId: 'line-4', protocolVersion: 5 } as const;
const line = (event: string, data: Record<string, unknown> = {}) =>
  eventWords({ connection: 1, detail: { kind: 'event', event, data } } as PacketRow, CONTEXT).replaceAll('\u202f', ' ');
const REFUSED = { stage: 'tcp', code: 'tcp-refused', host: 'plant', port: 1883, errno: 'ECONNREFUSED' };

describe('events', () => {
  it('count connections from 1 and name where they went', () => {
    expect(line('connection-opened', { remoteAddress: '192.0.2.1:8883', tls: 'TLSv1.3' })).toBe(
      'connection 2 opened · 192.0.2.1:8883 · TLSv1.3',
    );
    expect(line('connection-closed')).toBe('connection 2 closed');
  });

  it('say why a connection failed in words, not in codes', () => {
    const words = line('connection-failed', REFUSED);
    expect(words).toMatch(/^connection 2 failed · .*plant.*1883/);
    expect(words).not.toContain('tcp-refused');
  });

  it('say how long recording was off and what is missing', () => {
    expect(line('recording-paused')).toBe('recording paused');
    expect(line('recording-resumed', { packets: 39, pausedUs: 1_540_000 })).toBe(
      'recording resumed · 39 packets not recorded · paused for 1.54 s',
    );
  });

  it('keep the exact code and the advice for the pane', () => {
    const packet = { connection: 0, event: { event: 'connection-failed', data: REFUSED } } as unknown as PacketDetail;
    const story = eventStory(packet, CONTEXT);
    expect(story.title).toBe('connection 1 failed');
    expect(story.facts.at(-1)?.value).toContain('tcp-refused');
    expect(story.advice.length).toBeGreaterThan(0);
  });
});
