/** Measures filters over a full capture: milliseconds per million packets, and the time to the first screenful, newest first. */

import { type ByteSearch, pureByteSearch } from '../../main/engine/capture/byte-search.ts';
import { Capture } from '../../main/engine/capture/capture.ts';
import { PacketView } from '../../main/engine/capture/packet-view.ts';
import { TopicTable } from '../../main/engine/topics/topic-table.ts';
import { parseFilter } from '../../shared/filter/filter-parse.ts';
import { ack, concat, publish } from '../capture/capture-model.ts';

const PACKETS = 2_000_000;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const nativeSearch: ByteSearch = (needle) => {
  const wanted = Buffer.from(needle);
  return (bytes, from, to) => {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).indexOf(wanted);
    return at < 0 ? -1 : at + from;
  };
};

const capture = new Capture({ topics: new TopicTable({ a: 0x1234567, b: 0x89abcdf }) });
const connection = capture.openConnection(0, 4);
const batch: Uint8Array[] = [];
for (let index = 0; index < 100_000; index++) {
  if (index % 10 === 9) batch.push(ack(4, 1 + (index % 65_535)));
  else {
    const number = (index * 7919) % 10_000;
    const payload = `{"device":${number},"value":${(index * 31) % 977},"unit":"C","note":"all quiet on this line today, nothing else"}`;
    batch.push(
      publish({ topic: `site/${number % 97}/device/${number}/temperature`, qos: index % 7 === 0 ? 1 : 0, payload }),
    );
  }
}
const bytes = concat(batch);
for (let round = 0; round < PACKETS / 100_000; round++) capture.append(connection, 'server-to-client', bytes, round);
capture.append(connection, 'server-to-client', publish({ topic: 'rare', payload: 'needle-in-a-haystack' }), 1);

const millions = capture.recordCount / 1e6;
const lines = [`${millions.toFixed(1)} M packets, ${(capture.bytesUsed / 2 ** 20).toFixed(0)} MiB`];
lines.push('filter                                   ms per million   first 200, ms    matches');
for (const [text, search] of [
  ['topic:site/+/device/77/#', nativeSearch],
  ['type:puback', nativeSearch],
  ['type:publish qos:>0 topic:site/5/#', nativeSearch],
  ['-topic:site/# or id:77', nativeSearch],
  ['len:>150', nativeSearch],
  ['needle-in-a-haystack', nativeSearch],
  ['needle-in-a-haystack', pureByteSearch],
  ['"value\\":5,"', nativeSearch],
  ['"value\\":5,"', pureByteSearch],
  ['quiet', nativeSearch],
  ['quiet', pureByteSearch],
  ['temperature', nativeSearch],
] as const) {
  const all: number[] = [];
  const first: number[] = [];
  let matches = 0;
  for (let round = 0; round < 5; round++) {
    const view = new PacketView(capture, parseFilter(text).filter, search);
    const start = performance.now();
    view.advance(() => view.progress.matched >= 200);
    first.push(performance.now() - start);
    view.close();
    const whole = new PacketView(capture, parseFilter(text).filter, search);
    const begin = performance.now();
    whole.advance(() => false);
    all.push((performance.now() - begin) / millions);
    matches = whole.progress.matched;
  }
  const name = `${text}${search === pureByteSearch ? ' (pure)' : ''}`;
  lines.push(
    `${name.padEnd(40)} ${median(all).toFixed(2).padStart(14)} ${median(first).toFixed(2).padStart(15)} ${String(matches).padStart(10)}`,
  );
}
process.stdout.write(`${lines.join('\n')}\n`);
