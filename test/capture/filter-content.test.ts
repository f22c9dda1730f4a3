/** Filters on what packets hold and on the exchange they belong to: every field over one recorded conversation. */

import { describe, expect, it } from 'vitest';
import { PacketView } from '../../main/engine/capture/packet-view.ts';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import type { Direction, Packet, ProtocolVersion } from '../../shared/mqtt/packet.ts';

const random = { fill: (target: Uint8Array): Uint8Array => target.fill(7) };
const OUT = 'client-to-server';
const IN = 'server-to-client';

class Conversation {
  readonly recording = new Recording({ byteBudget: 256 << 20, maxPacketBytes: Number.POSITIVE_INFINITY, random });
  #connection = 0;
  #version: ProtocolVersion = 4;

  open(version: ProtocolVersion): void {
    this.#version = version;
    this.#connection = this.recording.openConnection(1_000_000, version);
  }

  /** Records a packet at `atMs` after the first. */
  at(atMs: number, direction: Direction, packet: Packet | Uint8Array): void {
    const bytes = packet instanceof Uint8Array ? packet : encodePacket(packet, this.#version);
    this.recording.append(this.#connection, direction, bytes, 1_000_000 + atMs * 1000);
  }

  found(text: string): number[] {
    const { filter, errors } = parseFilter(text);
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    const { capture, flows } = this.recording;
    const view = new PacketView(capture, filter, { flows: flows.store });
    view.advance(() => false);
    return [...view.rows(0, 1000)];
  }
}

function message(topic: string, payload: string | Uint8Array, more: object = {}): Packet {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  return { type: 'publish', topic, payload: bytes, qos: 0, retain: false, dup: false, ...more };
}

function conversation(): Conversation {
  const talk = new Conversation();
  talk.open(5);
  const connect = { type: 'connect', protocolName: 'MQTT', cleanStart: true, keepAlive: 60 } as const;
  const will = { topic: 'gone', payload: new Uint8Array(0), qos: 0, retain: false } as const;
  talk.at(0, OUT, {
    ...connect,
    protocolVersion: 5,
    clientId: '',
    will: { ...will, properties: { willDelayInterval: 30 } },
  });
  const assigned = { assignedClientIdentifier: 'auto-5', serverKeepAlive: 30 };
  talk.at(5, IN, { type: 'connack', sessionPresent: false, reasonCode: 0, properties: assigned });
  const properties = { contentType: 'application/json', userProperties: [['trace', 'a7'] as const] };
  talk.at(
    10,
    OUT,
    message('site/1/temp', '{"temp":21.5,"on":true,"list":[{"v":1},{"v":-3}],"s":"on"}', { properties }),
  );
  talk.at(20, OUT, message('site/1/raw', Uint8Array.of(0xff, 0x00, 0x48)));
  talk.at(30, OUT, message('site/1/text', '22.75', { qos: 1, packetId: 9 }));
  talk.at(45, IN, { type: 'puback', packetId: 9, reasonCode: 0x10 });
  talk.at(50, OUT, message('site/温度', '{"temp":"hot"}', { qos: 2, packetId: 10 }));
  talk.at(52, IN, { type: 'pubrec', packetId: 10, reasonCode: 0 });
  talk.at(53, OUT, { type: 'pubrel', packetId: 10, reasonCode: 0 });
  talk.at(250, IN, { type: 'pubcomp', packetId: 10, reasonCode: 0 });
  talk.at(260, IN, { type: 'disconnect', reasonCode: 0x8e, properties: { reasonString: 'taken over by /2' } });
  talk.open(4);
  talk.at(1000, OUT, { ...connect, protocolVersion: 4, clientId: 'old' });
  talk.at(1001, IN, { type: 'connack', sessionPresent: false, reasonCode: 5 });
  talk.at(1002, OUT, message('site/1/temp', 'temp 99'));
  return talk;
}

describe('filters on content', () => {
  const talk = conversation();
  it.each<[string, number[]]>([
    ['reason:0x10', [5]],
    ['reason:>=0x80', [10]],
    ['reason:not-authorized', []],
    ['reason:5', [12]],
    ['type:pubrec,pubrel,pubcomp reason:0', [7, 8, 9]],
    ['type:puback,pubrec reason:!=0', [5]],
    ['payload:temp', [2, 6, 13]],
    ['payload:="22.75"', [4]],
    ['payload:>22', [4]],
    ['payload:22.75', [4]],
    ['payload:/^TEMP \\d+$/i', [13]],
    ['payload:/^TEMP/', []],
    ['payload:0xff0048', [3]],
    ['payload:*', [2, 3, 4, 6, 13]],
    ['payload.temp:>20', [2]],
    ['payload.temp:*', [2, 6]],
    ['payload.temp:hot', [6]],
    ['payload.temp:21.5,hot', [2, 6]],
    ['payload.on:true', [2]],
    ['payload.s:on', [2]],
    ['payload.s:o', []],
    ['payload.list[1].v:<0', [2]],
    ['payload.list.*.v:1', [2]],
    ['payload.list[7].v:*', []],
    ['payload.temp.deeper:*', []],
    ['payload.toString:*', []],
    ['prop.contentType:json', [2]],
    ['prop.user.trace:a7', [2]],
    ['prop.user.trace:=a', []],
    ['prop.user.other:*', []],
    ['prop.userProperties:trace', [2]],
    ['prop.serverKeepAlive:<60', [1]],
    ['prop.willDelayInterval:30', [0]],
    ['prop.reasonString:/by \\/\\d/', [10]],
    ['client:auto-', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['client:=old', [11, 12, 13]],
    ['topic.name:温', [6]],
    ['topic.name:/1.te/', [2, 4, 13]],
    ['time:>=1s', [11, 12, 13]],
    ['time:<10ms', [0, 1]],
    ['rtt:>100ms', [9]],
    ['rtt:>=2ms rtt:<=3ms', [7, 8]],
    ['flow.kind:publish2', [6, 7, 8, 9]],
    ['remaining:2', [7, 8, 9, 12]],
    ['-payload.temp:* type:publish', [3, 4, 13]],
    ['mqtt.topic contains "temp" && mqtt.msg contains "21.5"', [2]],
    ['mqtt.msgtype == 3 and not mqtt.qos == 0', [4, 6]],
    ['mqtt.clientid == "old"', [11]],
    ['mqtt.disconnect.reason_code == 0x8e', [10]],
  ])('%s', (text, rows) => {
    expect(talk.found(text)).toEqual(rows);
  });

  it('takes an ambiguous regular expression in its stride', () => {
    const long = new Conversation();
    long.open(4);
    long.at(0, OUT, message('a', `${'a'.repeat(100_000)}!`));
    expect(long.found('payload:/^(a|a)*(a+)+$/')).toEqual([]);
  });

  it('passes over packets that were cut off', () => {
    const cut = new Conversation();
    cut.open(5);
    cut.at(0, OUT, encodePacket(message('a', '{"temp":1}', { properties: { contentType: 'x' } }), 5).subarray(0, 12));
    cut.recording.closeConnection(0, 2_000_000);
    for (const text of ['payload:*', 'payload.temp:*', 'prop.contentType:*']) expect(cut.found(text)).toEqual([]);
  });
});
