/** What the detail of a packet says beyond its bytes: the notes, each on the traffic that calls for it. */

import { describe, expect, it } from 'vitest';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import type { LiveSource } from '../../main/service/live-source.ts';
import { packetDetail } from '../../main/service/packet-detail.ts';
import type { ConnackPacket, ConnectPacket, Packet, PublishPacket } from '../../shared/mqtt/packet.ts';
import { noColours } from './no-colours.ts';

const CONNECT: ConnectPacket = {
  type: 'connect',
  protocolName: 'MQTT',
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  clientId: 'c',
};
const CONNACK: ConnackPacket = { type: 'connack', sessionPresent: false, reasonCode: 0 };
const PUBLISH: PublishPacket = {
  type: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  topic: 'a',
  payload: Uint8Array.of(0x78),
};

type Line = readonly ['→' | '←' | 'reconnect', Packet?];

/** Records one transcript and answers the notes on its last packet. */
function notesOn(...lines: readonly Line[]): readonly unknown[] {
  const recording = new Recording({
    byteBudget: 128 * 1024 * 1024,
    maxPacketBytes: 65_536,
    random: { fill: (bytes) => bytes.fill(7) },
  });
  let now = 0;
  let connection = recording.openConnection(now);
  for (const [arrow, packet] of lines) {
    now += 1;
    if (packet === undefined) {
      recording.closeConnection(connection, now);
      connection = recording.openConnection(now);
    } else
      recording.append(
        connection,
        arrow === '→' ? 'client-to-server' : 'server-to-client',
        encodePacket(packet, 5),
        now,
      );
  }
  recording.settle(now);
  const live = { id: 1, recording, clientId: 'c' } as unknown as LiveSource;
  return packetDetail(live, recording.capture.nextSeq - 1, noColours(recording)).notes;
}

const opened: readonly Line[] = [
  ['→', CONNECT],
  ['←', CONNACK],
];
const keeping: ConnectPacket = { ...CONNECT, cleanStart: false, properties: { sessionExpiryInterval: 60 } };

describe('a note', () => {
  it.each<[string, readonly Line[], unknown]>([
    ['retained-from-store', [...opened, ['←', { ...PUBLISH, retain: true }]], {}],
    ['retain-cleared-on-forward', [...opened, ['←', { ...PUBLISH, retain: true }], ['←', PUBLISH]], {}],
    ['empty-retained-clears', [...opened, ['→', { ...PUBLISH, retain: true, payload: new Uint8Array(0) }]], {}],
    ['qos-limit-of-subscription', [...opened, ['→', { ...PUBLISH, qos: 1, packetId: 1 }]], { qos: 1 }],
    [
      'resent-after-reconnect',
      [
        ['→', keeping],
        ['←', CONNACK],
        ['→', { ...PUBLISH, qos: 1, packetId: 1 }],
        ['reconnect'],
        ['→', keeping],
        ['←', { ...CONNACK, sessionPresent: true }],
        ['→', { ...PUBLISH, qos: 1, packetId: 1, dup: true }],
      ],
      { original: 3 },
    ],
    ['dup-without-original', [...opened, ['←', { ...PUBLISH, qos: 1, packetId: 9, dup: true }]], {}],
    [
      'alias-resolved',
      [
        ...opened,
        ['←', { ...PUBLISH, properties: { topicAlias: 3 } }],
        ['←', { ...PUBLISH, topic: '', properties: { topicAlias: 3 } }],
      ],
      { alias: 3 },
    ],
    [
      'granted-less',
      [
        ...opened,
        ['→', { type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter: 'a/#', qos: 2 }] }],
        ['←', { type: 'suback', packetId: 1, reasonCodes: [1] }],
      ],
      { topicFilter: 'a/#', asked: 2, granted: 1 },
    ],
    [
      'no-matching-subscribers',
      [...opened, ['→', { ...PUBLISH, qos: 1, packetId: 1 }], ['←', { type: 'puback', packetId: 1, reasonCode: 0x10 }]],
      {},
    ],
    [
      'keep-alive-overridden',
      [
        ['→', CONNECT],
        ['←', { ...CONNACK, properties: { serverKeepAlive: 30 } }],
      ],
      { seconds: 30 },
    ],
    [
      'client-id-assigned',
      [
        ['→', { ...CONNECT, clientId: '' }],
        ['←', { ...CONNACK, properties: { assignedClientIdentifier: 'auto-1' } }],
      ],
      { clientId: 'auto-1' },
    ],
    [
      'session-resumed',
      [
        ['→', keeping],
        ['←', { ...CONNACK, sessionPresent: true }],
      ],
      {},
    ],
    ['session-discarded', [['→', keeping], ['←', CONNACK], ['reconnect'], ['→', keeping], ['←', CONNACK]], {}],
    ['taken-over', [...opened, ['←', { type: 'disconnect', reasonCode: 0x8e }]], { clientId: 'c' }],
  ])('%s', (code, lines, data) => {
    expect(notesOn(...lines)).toContainEqual({ code, data });
  });

  it('is not made where nothing needs one', () => {
    expect(notesOn(...opened)).toEqual([]);
    expect(notesOn(...opened, ['→', PUBLISH])).toEqual([]);
    expect(notesOn(...opened, ['←', PUBLISH])).toEqual([]);
    expect(notesOn(['→', keeping], ['←', CONNACK])).toEqual([]);
    expect(notesOn(['→', keeping], ['←', CONNACK], ['reconnect'], ['→', CONNECT], ['←', CONNACK])).toEqual([]);
  });
});
