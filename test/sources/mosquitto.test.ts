/** A session source against mosquitto over all four transports: rows in order, bytes unchanged, flows, topics, stages. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransportOptions } from '../../main/engine/sources/ports.ts';
import { versionName } from '../../shared/mqtt/version.ts';
import { testCertificates, type TestCertificates } from '../support/certificates.ts';
import { listenTo, mosquittoPublish } from '../support/mqtt-peers.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { DrivenSource } from './drive-source.ts';

const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;

describe.each(PROTOCOLS)('over %s', (protocol) => {
  let broker: Mosquitto;
  let certificates: TestCertificates;

  beforeAll(async () => {
    certificates = await testCertificates();
    broker = await startMosquitto({
      listeners: [
        { protocol, ...(protocol === 'mqtts' ? { requireClientCertificate: true } : {}) },
        { protocol: 'mqtt' },
      ],
    });
  });
  afterAll(() => broker?.stop());

  const transport = (): Partial<TransportOptions> & { port: number } => ({
    protocol,
    host: 'localhost',
    port: broker.port,
    ...(protocol === 'mqtts' || protocol === 'wss'
      ? { tls: { verify: true, ca: certificates.authority.cert, ...certificates.client } }
      : {}),
    ...(protocol === 'ws' || protocol === 'wss' ? { websocket: { path: '/mqtt', subprotocol: 'mqtt' } } : {}),
  });

  it.each([3, 4, 5] as const)('speaks MQTT version %i both ways at every QoS', async (protocolVersion) => {
    using driven = new DrivenSource({ session: { protocolVersion, clientId: 'spoken' }, transport: transport() });
    await driven.connect();
    await driven.subscribe('in/#', 2);
    const plain = broker.ports[1] ?? 0;
    await using listener = await listenTo(plain, 'out/#');

    for (const qos of [0, 1, 2] as const) {
      await mosquittoPublish(plain, { topic: `in/${qos}`, payload: `to us ${qos}`, qos });
      const done = () => driven.flowsIn('open') === 0 && driven.topic(`in/${qos}`)?.messages === 1;
      await driven.until('received and answered', done);
    }
    for (const qos of [0, 1, 2] as const) driven.publish(`out/${qos}`, `from us ${qos}`, qos);
    await driven.until('all sent and answered', () => driven.settled.length === 2 && driven.flowsIn('open') === 0);
    await driven.until('the listener heard all', () => listener.lines.length === 3);

    expect(listener.lines.toSorted()).toEqual(['0 0 out/0 from us 0', '1 0 out/1 from us 1', '2 0 out/2 from us 2']);
    expect(driven.settled).toEqual(['#2 acknowledged', '#3 acknowledged']);
    expect(driven.transcript()).toEqual([
      '* connection-opened',
      `→ CONNECT spoken ${versionName(protocolVersion)}, clean, keep-alive 60`,
      expect.stringMatching(/^← CONNACK (success|accepted|connection-accepted)/),
      '→ SUBSCRIBE #1 in/# q2',
      '← SUBACK #1 granted-qos-2',
      '← PUBLISH in/0 q0, 7 B',
      '← PUBLISH in/1 q1 #1, 7 B',
      '→ PUBACK #1',
      '← PUBLISH in/2 q2 #2, 7 B',
      '→ PUBREC #2',
      '← PUBREL #2',
      '→ PUBCOMP #2',
      '→ PUBLISH out/0 q0, 9 B',
      '→ PUBLISH out/1 q1 #2, 9 B',
      '→ PUBLISH out/2 q2 #3, 9 B',
      '← PUBACK #2',
      '← PUBREC #3',
      '→ PUBREL #3',
      '← PUBCOMP #3',
    ]);
    expect(driven.flows('in/2')).toEqual(['publish2 ← complete: PUBLISH PUBREC PUBREL PUBCOMP']);
    expect(driven.flows('out/2')).toEqual(['publish2 → complete: PUBLISH PUBREC PUBREL PUBCOMP']);
    expect(driven.flows('out/1')).toEqual(['publish1 → complete: PUBLISH PUBACK']);
    expect(driven.topic('in/1')?.last).toContain('to us 1');
    expect(driven.topic('out/0')).toMatchObject({ messages: 1 });

    expect(driven.stages()).toEqual([
      ...['dns', 'tcp'],
      ...(protocol === 'mqtts' || protocol === 'wss' ? ['tls'] : []),
      ...(protocol === 'ws' || protocol === 'wss' ? ['upgrade'] : []),
      ...['connect', 'first-message', 'suback'],
    ]);
    for (const stage of driven.source.log.current?.stages ?? []) {
      expect(stage.endUs, stage.name).toBeGreaterThanOrEqual(stage.startUs);
    }
    if (protocol === 'mqtts') {
      expect(driven.source.tls).toMatchObject({
        authorized: true,
        clientCertificateSent: true,
        verificationOff: false,
      });
    }
  });

  it('says goodbye and is gone', async () => {
    using driven = new DrivenSource({
      session: { protocolVersion: 5, clientId: `gone-${protocol}` },
      transport: transport(),
    });
    await driven.connect();
    driven.source.disconnect();
    await driven.until('idle', () => driven.source.state === 'idle');
    expect(driven.transcript().slice(-2)).toEqual(['→ DISCONNECT normal-disconnection', '* connection-closed']);
    expect(driven.source.failure).toBeUndefined();
    await broker.logged(`Client gone-${protocol} disconnected.`);
  });
});

describe('bytes', () => {
  it('are recorded as they went over the wire, whatever their size', async () => {
    await using broker = await startMosquitto();
    using driven = new DrivenSource({ transport: { port: broker.port } });
    await driven.connect();
    await driven.subscribe('big/#', 0);
    const payload = new Uint8Array(5_000_000).map((_, index) => (index * 31) & 0xff);
    driven.source.publish({ topic: 'big/one', payload, qos: 1, retain: false });
    await driven.until('it came back', () => driven.topic('big/one')?.messages === 2);
    const { capture } = driven.recording;
    const copies: Uint8Array[] = [];
    for (let seq = capture.firstSeq; seq < capture.nextSeq; seq += 1)
      if (capture.length(seq) > payload.length) copies.push(capture.bytes(seq).slice(-payload.length));
    expect(copies.map((copy) => Buffer.compare(copy, payload))).toEqual([0, 0]);
  });
});
