/** What a recording keeps while traffic goes on: paused, cleared, and full. */

import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FLOW_STATES } from '../../shared/contract/flow-records.ts';
import { listen } from '../support/ports.ts';
import { DrivenSource } from './drive-source.ts';
import { Recording } from '../../main/engine/sources/recording.ts';
import { SettingsSchema } from '../../shared/contract/settings.ts';
import * as v from 'valibot';

const SEGMENT = 16 * 1024 * 1024;

/** A broker as bare as can be: it accepts, and sends what the test tells it to. */
async function startSender() {
  let socket: Socket | undefined;
  const server = await listen(
    createServer((accepted) => {
      socket = accepted;
      accepted.once('data', () => accepted.write(Buffer.from([0x20, 2, 0, 0])));
    }),
  );
  return {
    port: server.port,
    send(topic: string, payload: string, times = 1, packetId = 0) {
      const body = Buffer.concat([
        Buffer.from([0, topic.length]),
        Buffer.from(topic),
        ...(packetId === 0 ? [] : [Buffer.from([packetId >> 8, packetId & 0xff])]),
        Buffer.from(payload),
      ]);
      const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
      const packet = Buffer.concat([Buffer.from([packetId === 0 ? 0x30 : 0x32, ...length]), body]);
      for (let index = 0; index < times; index += 1) socket?.write(packet);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe('a paused recording', () => {
  it('keeps no row, still answers, and says how many packets passed', async () => {
    await using sender = await startSender();
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: sender.port } });
    await driven.connect();
    sender.send('p/before', 'x');
    await driven.until('the first', () => driven.topic('p/before')?.messages === 1);
    const { recording } = driven;
    const rows = recording.capture.recordCount;
    recording.setRecording(false, Date.now() * 1000);
    sender.send('p/while', 'x', 10, 7);
    await driven.until('passed and acknowledged', () => recording.capture.unkept === 20);
    expect(recording.capture.recordCount).toBe(rows + 1);
    expect(driven.topic('p/while')?.messages ?? 0).toBe(0);
    recording.setRecording(true, Date.now() * 1000);
    sender.send('p/after', 'x');
    await driven.until('the last', () => driven.topic('p/after')?.messages === 1);
    expect(driven.transcript().slice(-4)).toEqual([
      '← PUBLISH p/before q0, 1 B',
      '* recording-paused',
      '* recording-resumed',
      '← PUBLISH p/after q0, 1 B',
    ]);
    const resumed = recording.capture.nextSeq - 2;
    expect(recording.capture.eventAt(resumed)?.data).toMatchObject({ packets: 20 });
    expect(driven.source.state).toBe('connected');
  });
});

describe('a cleared recording', () => {
  it('forgets what was, and goes on with what comes', async () => {
    await using sender = await startSender();
    using driven = new DrivenSource({ session: { protocolVersion: 4 }, transport: { port: sender.port } });
    await driven.connect();
    sender.send('c/old', 'old', 100, 1);
    await driven.until('the old ones', () => driven.topic('c/old')?.messages === 100);
    const { recording } = driven;
    const next = recording.capture.nextSeq;
    recording.clear();
    expect(recording.capture.recordCount).toBe(0);
    sender.send('c/new', 'new', 3, 2);
    await driven.until('the new ones', () => driven.topic('c/new')?.messages === 3);
    recording.settle(Date.now() * 1000);
    expect(recording.topics.topics).toBe(1);
    expect(driven.transcript()[0]).toBe('← PUBLISH c/new q1 #2, 3 B');
    expect(recording.capture.firstSeq).toBeGreaterThanOrEqual(next);
    expect(driven.flows('c/new')).toHaveLength(3);
    expect(driven.topic('c/old')?.messages ?? 0).toBe(0);
  });
});

describe('the smallest budget of the settings', () => {
  it('is enough to record, and evicts a small part at a time', () => {
    const byteBudget = 16 * 1024 * 1024;
    v.parse(SettingsSchema, { byteBudget });
    const recording = new Recording({ byteBudget, maxPacketBytes: 65_536, random: { fill: (bytes) => bytes.fill(7) } });
    const connection = recording.openConnection(0);
    // PUBLISH at QoS 0 to `a`, 8 000 bytes with its header.
    const packet = Uint8Array.from({ length: 8000 }, (_, i) => [0x30, 0xbd, 0x3e, 0, 1, 0x61][i] ?? 0x20);
    for (let index = 0; index < 4000; index += 1) recording.append(connection, 'server-to-client', packet, index);
    const { capture } = recording;
    expect(capture.evicted.packets).toBeGreaterThan(0);
    expect(capture.recordCount * packet.length).toBeGreaterThan(byteBudget / 2);
  });
});

describe('a full recording', () => {
  it('drops the oldest, counts them, and keeps the last value of every topic', async () => {
    await using sender = await startSender();
    using driven = new DrivenSource({
      session: { protocolVersion: 4 },
      transport: { port: sender.port },
      byteBudget: 5 * SEGMENT,
    });
    await driven.connect();
    sender.send('f/quiet', 'the last that was heard');
    const payload = 'z'.repeat(8_000);
    const messages = 14_000;
    sender.send('f/loud', payload, messages);
    sender.send('f/end', 'x');
    await driven.until('all came', () => driven.topic('f/end')?.messages === 1, 18_000);
    const { capture, flows } = driven.recording;
    expect(capture.evicted.packets).toBeGreaterThan(0);
    expect(capture.evicted.packets).toBe(capture.firstSeq);
    expect(capture.evicted.packets + capture.recordCount).toBe(capture.nextSeq);
    expect(capture.nextSeq).toBe(messages + 5);
    expect(capture.bytesUsed).toBeLessThanOrEqual(5 * SEGMENT);
    expect(capture.evicted.bytes).toBeGreaterThan(capture.evicted.packets * 8_000 * 0.99);
    expect(driven.topic('f/loud')?.messages).toBe(messages);
    expect(driven.topic('f/quiet')).toMatchObject({
      messages: 1,
      last: expect.stringContaining('the last that was heard'),
    });
    expect(capture.has(0)).toBe(false);
    expect(flows.store.counts[FLOW_STATES.indexOf('open')]).toBe(0);
  });
});
