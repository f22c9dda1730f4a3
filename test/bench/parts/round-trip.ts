/** QoS 1 round trips against mosquitto, one a millisecond: a bare socket, the product's session, MQTT.js. */

import { startMosquitto } from '../../support/mosquitto.ts';
import { findProgram } from '../../support/tools.ts';
import { nextMessage, startScript, stopChild } from '../children.ts';
import type { PublisherName } from '../publishers.ts';
import { type Bar, type Row, ratioAtLeast, type Section } from '../report.ts';
import { median, quantile } from '../statistics.ts';
import type { PartOptions } from './part.ts';

async function roundTrips(who: PublisherName, port: number, milliseconds: number): Promise<readonly number[]> {
  const child = startScript('peers/round-trip.ts', [who, port, milliseconds]);
  try {
    return (await nextMessage(child, 'samplesUs', milliseconds + 40_000)) as number[];
  } finally {
    await stopChild(child);
  }
}

const NAMES: readonly PublisherName[] = ['bare', 'inspector', 'mqttjs'];

export async function measureRoundTrip({ repetitions, quick }: PartOptions): Promise<Section> {
  const title = 'QoS 1 round trip against mosquitto';
  if (findProgram(['mosquitto']) === undefined)
    return { title, rows: [], remarks: ['Missing on this machine: mosquitto.'] };
  await using broker = await startMosquitto({ settings: ['set_tcp_nodelay true'] });
  const found: Record<PublisherName, (readonly number[])[]> = { bare: [], inspector: [], mqttjs: [] };
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (let turn = 0; turn < NAMES.length; turn += 1) {
      const who = NAMES[(turn + repetition) % NAMES.length] ?? 'bare';
      found[who].push(await roundTrips(who, broker.port, quick ? 1500 : 2500));
    }
  }
  const rows: Row[] = [];
  for (const [label, fraction] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['p99.9', 0.999],
  ] as const) {
    const of = (who: PublisherName): number[] => found[who].map((samples) => quantile(samples, fraction));
    const row = (peer: 'bare' | 'mqttjs', bars?: readonly Bar[]): Row => ({
      what: `Publish to PUBACK, ${label}`,
      ours: median(of('inspector')),
      unit: 'µs',
      peer: peer === 'bare' ? 'bare socket' : 'MQTT.js',
      theirs: median(of(peer)),
      ratio: median(of('inspector').map((ours, index) => (of(peer)[index] ?? Number.NaN) / ours)),
      ...(bars === undefined ? {} : { bars }),
    });
    rows.push(row('bare', fraction === 0.5 ? [ratioAtLeast(0.95)] : undefined), row('mqttjs', [ratioAtLeast(1)]));
  }
  const samples = found.inspector.reduce((sum, { length }) => sum + length, 0);
  return {
    title,
    rows,
    remarks: [
      `${samples} round trips of each; quantiles of each repetition, then their median. A ratio above 1 is quicker than the peer; the bar of 1.05 × bare reads 0.95 here.`,
    ],
  };
}
