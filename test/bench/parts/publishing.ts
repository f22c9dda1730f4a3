/** Publishing: messages a second that leave the product, every one captured, beside MQTT.js. */

import type { ChildProcess } from 'node:child_process';
import { nextMessage, processorMs, startScript, stopChild } from '../children.ts';
import type { Sink, SinkResult } from '../publish-sink.ts';
import { BYTE_BUDGET, PAYLOAD_BYTES, type PublisherName, TOPICS } from '../publishers.ts';
import { type Row, ratioAtLeast, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const WINDOW = 1000;

interface Published {
  readonly perSecond: number;
  readonly processorNs: number;
}

async function publishInto(who: PublisherName, sink: Sink): Promise<Published> {
  const broker = startScript('publish-sink.ts', [JSON.stringify(sink)]);
  let child: ChildProcess | undefined;
  try {
    const port = (await nextMessage(broker, 'port', 10_000)) as number;
    const started = nextMessage(broker, 'started', 60_000) as Promise<boolean>;
    const finished = nextMessage(broker, 'result', 70_000) as Promise<SinkResult>;
    finished.catch(() => undefined);
    child = startScript('peers/publish.ts', [who, port, sink.qos, WINDOW]);
    await started;
    const before = processorMs(child.pid) ?? Number.NaN;
    const { messages, seconds } = await finished;
    const used = (processorMs(child.pid) ?? Number.NaN) - before;
    if (messages === 0) throw new Error(`${who} published nothing`);
    return { perSecond: messages / seconds, processorNs: (used * 1e6) / messages };
  } finally {
    await Promise.all([stopChild(child), stopChild(broker)]);
  }
}

export async function measurePublishing({ repetitions, quick }: PartOptions): Promise<Section> {
  const rows: Row[] = [];
  for (const qos of [0, 1] as const) {
    const remaining = 2 + (TOPICS[0]?.length ?? 0) + (qos === 0 ? 0 : 2) + PAYLOAD_BYTES;
    const sink = { qos, packetBytes: 2 + remaining, warmUpMs: 700, warmUpBytes: 0, measureMs: quick ? 400 : 1000 };
    const ours: Published[] = [];
    const theirs: Published[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      ours.push(await publishInto('inspector', { ...sink, warmUpBytes: BYTE_BUDGET * 1.2 }));
      theirs.push(await publishInto('mqttjs', sink));
    }
    const rate = (published: readonly Published[]): number => median(published.map(({ perSecond }) => perSecond)) / 1e6;
    const processor = (published: readonly Published[]): string =>
      `${median(published.map(({ processorNs }) => processorNs)).toFixed(0)} ns CPU`;
    rows.push({
      what:
        qos === 0
          ? 'QoS 0, 100 B, into a discarding socket'
          : `QoS 1, 100 B, acknowledged by a stand-in broker, window ${WINDOW}`,
      ours: rate(ours),
      unit: 'M/s',
      note: processor(ours),
      peer: `MQTT.js (${processor(theirs)})`,
      theirs: rate(theirs),
      ratio: median(ours.map(({ perSecond }, index) => perSecond / (theirs[index]?.perSecond ?? Number.NaN))),
      bars: [ratioAtLeast(qos === 0 ? 8 : 25)],
    });
  }
  return {
    title: 'Publishing, every packet captured',
    rows,
    remarks: [
      'Rates are what arrives at the other end. The capture has reached its byte budget and evicts, as when receiving.',
    ],
  };
}
