/** Receiving a flood: the whole product beside the raw socket, MQTT.js, mosquitto_sub and paho, interleaved. */

import { inspector, installedPeers, type Measured, measureSafely, mqttjs, type Peer, rawSocket } from '../flood.ts';
import { type Bar, type Row, ratioAtLeast, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

interface Scenario {
  readonly payloadBytes: number;
  readonly topics: number;
  readonly qos: 0 | 1 | 2;
  readonly bars: Readonly<Record<string, readonly Bar[]>>;
}

const SCENARIOS: readonly Scenario[] = [
  { payloadBytes: 20, topics: 1000, qos: 0, bars: { 'MQTT.js': [ratioAtLeast(16)] } },
  {
    payloadBytes: 100,
    topics: 1000,
    qos: 0,
    bars: { 'MQTT.js': [ratioAtLeast(12)], 'raw socket': [ratioAtLeast(0.5)], cold: [ratioAtLeast(6)] },
  },
  { payloadBytes: 100, topics: 100_000, qos: 0, bars: { 'MQTT.js': [ratioAtLeast(9)] } },
  { payloadBytes: 1000, topics: 1000, qos: 0, bars: { 'MQTT.js': [ratioAtLeast(5)] } },
  { payloadBytes: 100, topics: 1000, qos: 1, bars: { 'MQTT.js': [ratioAtLeast(15)] } },
  { payloadBytes: 100, topics: 1000, qos: 2, bars: { 'MQTT.js': [ratioAtLeast(25)] } },
];

const WINDOW = 20_000;
/** Small, so that the warm-up fills it: from then on the oldest segment is evicted and used again. */
const REUSED_BUDGET = 256 * 2 ** 20;
/** So large that the measurement ends before it is full. */
const COLD_BUDGET = 4 * 2 ** 30;

const GROUPED = new Intl.NumberFormat('en', { useGrouping: true });
const grouped = (value: number): string => GROUPED.format(value).replaceAll(',', ' ');

interface Contestant {
  readonly key: string;
  readonly peer: Peer;
  readonly byteBudget: number;
  readonly warmUpMs: number;
  readonly warmUpBytes: number;
  readonly measureMs: number;
}

function contestants({ qos }: Scenario, installed: readonly Peer[], quick: boolean): readonly Contestant[] {
  const measureMs = quick ? 300 : 500;
  const plain = { byteBudget: 0, warmUpMs: 400, warmUpBytes: 0, measureMs };
  return [
    {
      key: 'reused',
      peer: inspector,
      byteBudget: REUSED_BUDGET,
      warmUpMs: 500,
      warmUpBytes: REUSED_BUDGET * 1.2,
      measureMs,
    },
    { key: 'MQTT.js', peer: mqttjs, ...plain },
    ...(qos === 0
      ? [
          { key: 'cold', peer: inspector, ...plain, byteBudget: COLD_BUDGET, warmUpMs: 250 },
          { key: 'raw socket', peer: rawSocket, ...plain },
        ]
      : []),
    ...installed.map((peer) => ({ key: peer.name, peer, ...plain })),
  ];
}

export async function measureReceiving({ repetitions, quick }: PartOptions): Promise<Section> {
  const { present, missing } = installedPeers();
  const remarks = missing.map((name) => `Missing on this machine: ${name}.`);
  const rows: Row[] = [];
  const pauses: number[] = [];
  for (const scenario of SCENARIOS) {
    const { payloadBytes, topics, qos } = scenario;
    const field = contestants(scenario, present, quick);
    const found = new Map<string, Measured[]>(field.map(({ key }) => [key, []]));
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (let turn = 0; turn < field.length; turn += 1) {
        const { key, peer, byteBudget, ...timing } = field[(turn + repetition) % field.length] as Contestant;
        const flood = { payloadBytes, topics, qos, window: WINDOW, pace: 0, ...timing };
        const measured = await measureSafely(peer, flood, byteBudget, remarks);
        found.get(key)?.push(measured);
        if (measured.report !== undefined) {
          pauses.push(measured.report.longestPauseMs);
          const fault = faultOf(measured.report, scenario, key === 'reused');
          if (fault !== undefined) remarks.push(`${payloadBytes} B, QoS ${qos}, ${key}: ${fault}`);
        }
      }
    }
    const name = `QoS ${qos}, ${payloadBytes} B, ${grouped(topics)} topics`;
    rows.push(...rowsOf(name, scenario, found));
  }
  remarks.push(
    'Reused: the capture has reached its byte budget and evicts, as it does for most of a long flood; cold: its first fill. ' +
      'A rate is what the peer read from the kernel, or acknowledged. QoS 1 and 2: at most ' +
      `${grouped(WINDOW)} unacknowledged. Longest garbage pause of the product in a run: median ${median(pauses).toFixed(1)} ms, worst ${Math.max(...pauses).toFixed(1)} ms of the clock, waiting for a core included.`,
  );
  return { title: 'Receiving a flood', rows, remarks };
}

/** What is wrong with the product's own account of the flood, if anything. */
function faultOf(
  report: NonNullable<Measured['report']>,
  { qos, topics }: Scenario,
  reused: boolean,
): string | undefined {
  if (report.malformed > 0) return `${report.malformed} malformed packets`;
  if (report.topics !== topics) return `${report.topics} topics instead of ${topics}`;
  if (reused && report.evicted === 0) return 'nothing was evicted: this was a first fill';
  if (qos > 0 && report.flows < report.messages) return `${report.flows} handshakes for ${report.messages} messages`;
  return undefined;
}

function rowsOf(name: string, { bars }: Scenario, found: ReadonlyMap<string, readonly Measured[]>): Row[] {
  const rate = (measured: readonly Measured[]): number => median(measured.map(({ perSecond }) => perSecond)) / 1e6;
  const processor = (measured: readonly Measured[]): string =>
    `${median(measured.map(({ processorNs }) => processorNs)).toFixed(0)} ns CPU`;
  const row = (what: string, key: string, ours: readonly Measured[], peer: string): Row[] => {
    const theirs = found.get(peer) ?? [];
    if (theirs.length === 0) return [];
    const ratios = ours.map(({ perSecond }, index) => perSecond / (theirs[index]?.perSecond ?? Number.NaN));
    return [
      {
        what,
        ours: rate(ours),
        unit: 'M/s',
        note: processor(ours),
        peer: `${peer} (${processor(theirs)})`,
        theirs: rate(theirs),
        ratio: median(ratios),
        ...(bars[key] === undefined ? {} : { bars: bars[key] }),
      },
    ];
  };
  const reused = found.get('reused') ?? [];
  const cold = found.get('cold') ?? [];
  return [
    ...['MQTT.js', 'raw socket', 'mosquitto_sub', 'paho'].flatMap((peer) => row(name, peer, reused, peer)),
    ...(cold.length === 0 ? [] : row(`${name}, cold`, 'cold', cold, 'MQTT.js')),
  ];
}
