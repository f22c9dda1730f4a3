/** Filters and searches over a full capture, beside a scan of decoded objects. */

import { PacketView } from '../../../main/engine/capture/packet-view.ts';
import { Recording } from '../../../main/engine/sources/recording.ts';
import { systemRandom } from '../../../main/engine/transport/system.ts';
import { parseFilter } from '../../../shared/filter/filter-parse.ts';
import { type IPublishPacket, type Packet, parser as createParser } from 'mqtt-packet';
import { makeTraffic } from '../packets.ts';
import { atMost, type Bar, type Row, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const BATCH = 100_000;
const TOPICS = 10_000;
/** Objects of the naive peer; more would only fill the heap. */
const OBJECTS = 300_000;
const SCREENFUL = 200;

function matchesTopic(topic: string, filter: string): boolean {
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [index, want] of wanted.entries()) {
    if (want === '#') return true;
    if (index >= levels.length || (want !== '+' && want !== levels[index])) return false;
  }
  return levels.length === wanted.length;
}

const holds = (packet: Packet, text: string): boolean =>
  packet.cmd === 'publish' && (packet.topic.includes(text) || packet.payload.includes(text));

const jsonOf = (packet: IPublishPacket): Readonly<Record<string, unknown>> =>
  JSON.parse(packet.payload.toString()) as Readonly<Record<string, unknown>>;

interface Question {
  readonly what: string;
  readonly text: string;
  readonly naive: (packet: Packet) => boolean;
  readonly bars?: readonly Bar[];
}

const QUESTIONS: readonly Question[] = [
  {
    what: 'Topic filter `site/+/device/77/#`',
    text: 'topic:site/+/device/77/#',
    naive: (packet) => packet.cmd === 'publish' && matchesTopic(packet.topic, 'site/+/device/77/#'),
    bars: [atMost(3)],
  },
  {
    what: 'Type filter, one packet in ten',
    text: 'type:puback',
    naive: (packet) => packet.cmd === 'puback',
  },
  {
    what: 'Type, QoS and topic filter',
    text: 'type:publish qos:0 topic:site/5/#',
    naive: (packet) => packet.cmd === 'publish' && packet.qos === 0 && matchesTopic(packet.topic, 'site/5/#'),
  },
  {
    what: 'Substring in one packet',
    text: 'needle-in-a-haystack',
    naive: (packet) => holds(packet, 'needle-in-a-haystack'),
    bars: [atMost(70)],
  },
  {
    what: 'Substring in one packet of a thousand',
    text: '"value\\":5,"',
    naive: (packet) => holds(packet, 'value":5,'),
    bars: [atMost(70)],
  },
  {
    what: 'Substring in nine packets of ten',
    text: 'quiet',
    naive: (packet) => holds(packet, 'quiet'),
    bars: [atMost(70)],
  },
  {
    what: 'Number inside of JSON payloads',
    text: 'payload.value:>970',
    naive: (packet) => packet.cmd === 'publish' && Number(jsonOf(packet)['value']) > 970,
  },
  {
    what: 'Regular expression over payloads',
    text: String.raw`payload:/"value":\d{2},/`,
    naive: (packet) => packet.cmd === 'publish' && /"value":\d{2},/.test(packet.payload.toString()),
  },
];

const payloadOf = (index: number): string =>
  `{"device":${(index * 7919) % TOPICS},"value":${(index * 31) % 977},"note":"all quiet on this line"}`;

function millisecondsOf(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

export async function measureLooking({ repetitions, quick }: PartOptions): Promise<Section> {
  const packets = quick ? 1_000_000 : 10_000_000;
  const traffic = makeTraffic(BATCH, TOPICS, payloadOf, 10);
  const recording = new Recording({ byteBudget: 8 * 2 ** 30, maxPacketBytes: 2 ** 28, random: systemRandom });
  const { capture } = recording;
  const connection = recording.openConnection(0, 4);
  // The rare needle stands in the oldest packet: the first screenful then needs the whole capture.
  const rare = makeTraffic(1, 1, () => 'needle-in-a-haystack');
  recording.append(connection, 'server-to-client', rare.bytes, 0);
  for (let round = 0; round < packets / BATCH; round += 1)
    recording.append(connection, 'server-to-client', traffic.bytes, round * 1000);

  const objects: Packet[] = [];
  const parser = createParser({ protocolVersion: 4 });
  parser.on('packet', (packet) => void objects.push(packet));
  while (objects.length < OBJECTS) parser.parse(Buffer.from(traffic.bytes));

  const millions = capture.recordCount / 1e6;
  const rows: Row[] = QUESTIONS.map(({ what, text, naive, bars }) => {
    const { filter } = parseFilter(text);
    const whole: number[] = [];
    const theirs: number[] = [];
    let matched = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const view = new PacketView(capture, filter);
      whole.push(millisecondsOf(() => view.advance(() => false)) / millions);
      matched = view.progress.matched;
      view.close();
      theirs.push(millisecondsOf(() => objects.filter(naive)) / (objects.length / 1e6));
    }
    return {
      what,
      ours: median(whole),
      unit: 'ms',
      note: `${matched} found`,
      peer: 'scan of mqtt-packet objects',
      theirs: median(theirs),
      ratio: median(whole.map((each, index) => (theirs[index] ?? Number.NaN) / each)),
      ...(bars === undefined ? {} : { bars }),
    };
  });
  for (const { what, text } of QUESTIONS) {
    const { filter } = parseFilter(text);
    const times = Array.from({ length: Math.max(repetitions, 1) }, () => {
      let found = 0;
      const took = millisecondsOf(() => {
        const view = new PacketView(capture, filter);
        view.advance(() => view.progress.matched >= SCREENFUL);
        found = view.rows(0, SCREENFUL).length;
        view.close();
      });
      return { took, found };
    });
    const found = times[0]?.found ?? 0;
    rows.push({
      what: `First ${SCREENFUL} hits of ${millions.toFixed(0)} M: ${what[0]?.toLowerCase() ?? ''}${what.slice(1)}`,
      ours: median(times.map(({ took }) => took)),
      unit: 'ms',
      note: `${found} found`,
      // With fewer hits than a screenful the answer is a scan of everything, which the rows above hold to their bars.
      ...(found < SCREENFUL ? {} : { bars: [atMost(5)] }),
    });
  }
  return {
    title: 'Looking: milliseconds per million packets',
    rows,
    remarks: [
      `${millions.toFixed(1)} M packets stored (${(capture.bytesUsed / 2 ** 20).toFixed(0)} MiB); the peer scans ${objects.length} objects that were decoded before, with split-and-match topics and \`Buffer.includes\`. ` +
        'First hits are counted newest first, view and rows included, and are milliseconds in all.',
    ],
  };
}
