/** Topics of a small plant, with every kind of name and payload that a tree must show. */

import type { FakeMessage } from './fake-topics.ts';

const SECOND = 1_000_000;

/** Twenty readings of one sensor, then one of everything else. */
export const exampleMessages: readonly FakeMessage[] = [
  ...Array.from({ length: 20 }, (_, i): FakeMessage => {
    const reading = {
      t: 21 + Math.round(Math.sin(i / 3) * 20) / 10,
      rh: 40 + (i % 7),
      battery: { mv: 3300 - i, low: i > 17 },
      at: `2026-11-20T12:04:${String(i).padStart(2, '0')}Z`,
      tags: ['hall', 'b2'],
    };
    return { topic: 'site/b2/temp', payload: JSON.stringify(reading), qos: 2, agoUs: (20 - i) * SECOND };
  }),
  ...Array.from(
    { length: 5 },
    (_, i): FakeMessage => ({ topic: 'site/a1/temp', payload: `${20 + i / 2}`, qos: 1, agoUs: (6 - i) * SECOND }),
  ),
  { topic: 'site/a1/door/state', payload: 'closed', qos: 1, retain: true, agoUs: 312 * SECOND },
  { topic: 'site/a1/door/lock', payload: '', agoUs: 40 * SECOND },
  { topic: 'site/c3/数据/温度', payload: '温度 21.5 °C', qos: 1, retain: true, agoUs: 9 * SECOND },
  { topic: 'site/c3/frame', payload: Uint8Array.from({ length: 1024 }, (_, i) => (i * 37) & 255), agoUs: 2 * SECOND },
  {
    topic: 'site/c3/long',
    payload: JSON.stringify({ log: 'the quick brown fox jumps over the lazy dog '.repeat(200) }),
    agoUs: 70 * SECOND,
  },
  { topic: '/leading/slash', payload: 'begins with an empty level', agoUs: 3 * SECOND },
  { topic: 'trailing/slash/', payload: 'ends with an empty level', agoUs: 4 * SECOND },
  { topic: 'a//b', payload: 'an empty level inside', agoUs: 5 * SECOND },
  { topic: ' spaces / inside ', payload: 'blanks count', agoUs: 5 * SECOND },
  {
    topic: 'site/b2/alarm',
    payload: '{"level":"warning","code":17}',
    qos: 1,
    retain: true,
    agoUs: 30 * SECOND,
    properties: {
      contentType: 'application/json',
      messageExpiryInterval: 3600,
      correlationData: Uint8Array.of(1, 2, 255),
      userProperties: [
        ['origin', 'plc-7'],
        ['origin', 'gateway'],
      ],
    },
  },
  { topic: '$SYS/broker/version', payload: 'mosquitto version 2.0.11', retain: true, agoUs: 600 * SECOND },
  { topic: '$SYS/broker/messages/received', payload: '48211', retain: true, agoUs: 11 * SECOND },
];
