/** Topic Aliases of a server, given out over a real socket at QoS 0 and 1: kept, followed, and refused where they are invalid. */

import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen } from '../support/ports.ts';
import { DrivenSource } from './drive-source.ts';

const CONNACK_5 = Buffer.from([0x20, 3, 0, 0, 0]);
/** What our CONNECT allows. */
const MAXIMUM = 2;

/** A PUBLISH of 5.0 with a Topic Alias and the payload `x`. */
function aliased(alias: number, topic: string, qos: 0 | 1 = 0): Buffer {
  const name = Buffer.from(topic);
  const identifier = qos === 0 ? [] : [0, 9];
  const body = [0, name.length, ...name, ...identifier, 3, 0x23, alias >> 8, alias & 0xff, 0x78];
  return Buffer.from([0x30 | (qos << 1), body.length, ...body]);
}

/** A server that sends `packets` behind its CONNACK, in one write, and collects what comes then. */
async function serve(packets: readonly Buffer[]) {
  const received: Buffer[] = [];
  const server = await listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.on('data', (bytes) => received.push(bytes));
        socket.write(Buffer.concat([CONNACK_5, ...packets]));
      });
    }),
  );
  return { server, received: () => Buffer.concat(received) };
}

function drive(port: number): DrivenSource {
  const reconnect = { minDelayMs: 60_000, maxDelayMs: 60_000, jitter: 0, after: 'healing' } as const;
  const session = { protocolVersion: 5, properties: { topicAliasMaximum: MAXIMUM }, reconnect } as const;
  return new DrivenSource({ session, transport: { port } });
}

describe('a Topic Alias of the server', () => {
  it('stands for its topic until it is given to another', async () => {
    const packets = [aliased(1, 'a/b'), aliased(1, ''), aliased(2, 'c', 1), aliased(1, 'd'), aliased(1, '')];
    const { server, received } = await serve(packets);
    await using _ = server;
    using driven = drive(server.port);
    driven.source.connect();
    await driven.until('all came', () => driven.recording.messages === packets.length);
    expect(driven.source.snapshot().aliasesIn).toEqual([
      [1, 'd'],
      [2, 'c'],
    ]);
    expect(['a/b', 'c', 'd'].map((topic) => driven.topic(topic)?.messages)).toEqual([2, 1, 2]);
    expect(driven.source.state).toBe('connected');
    await driven.until('PUBACK came', () => received().equals(Buffer.from([0x40, 2, 0, 9])));
  });

  it.each([
    ['of zero', [aliased(0, 'a')], 'MQTT-3.3.2-8'],
    ['of zero without a topic', [aliased(0, '')], 'MQTT-3.3.2-8'],
    ['above our Topic Alias Maximum', [aliased(MAXIMUM, 'a'), aliased(MAXIMUM + 1, 'b')], 'MQTT-3.1.2-26'],
    ['above it at QoS 1', [aliased(MAXIMUM + 1, 'b', 1)], 'MQTT-3.1.2-26'],
    ['that stands for nothing yet', [aliased(1, '')], 'MQTT-3.1.2-26'],
  ])('%s is answered with DISCONNECT 0x94', async (_what, packets, statement) => {
    const { server, received } = await serve(packets);
    await using _ = server;
    using driven = drive(server.port);
    driven.source.connect();
    await driven.until('DISCONNECT came', () => received().length > 0);
    expect(received().subarray(0, 3)).toEqual(Buffer.from([0xe0, received().length - 2, 0x94]));
    await driven.until('given up', () => driven.source.failure !== undefined);
    expect(driven.source.failure).toMatchObject({
      code: 'protocol-error',
      data: { reasonCode: 0x94, rule: statement },
    });
    expect(driven.transcript().find((line) => line.startsWith('→ DISCONNECT'))).toContain('topic-alias-invalid');
    const outgoing = driven.transcript().filter((line) => line.startsWith('→'));
    expect(outgoing).toHaveLength(2);
  });
});
