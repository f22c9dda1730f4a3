/** Processor time at a steady million messages a second: the whole product beside MQTT.js. */

import { inspector, type Measured, measureSafely, mqttjs } from '../flood.ts';
import { atMost, type Row, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

const PACE = 1_000_000;
const BUDGET = 256 * 2 ** 20;

export async function measureProcessor({ repetitions, quick }: PartOptions): Promise<Section> {
  const rows: Row[] = [];
  const faults: string[] = [];
  for (const topics of [1000, 100_000]) {
    const flood = {
      payloadBytes: 100,
      topics,
      qos: 0,
      window: 0,
      warmUpMs: 700,
      warmUpBytes: 0,
      measureMs: quick ? 500 : 1200,
      pace: PACE,
    } as const;
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      ours.push(await measureSafely(inspector, flood, BUDGET, faults));
      theirs.push(await measureSafely(mqttjs, flood, 0, faults));
    }
    const percent = (measured: readonly Measured[]): number => 100 * median(measured.map(({ cores }) => cores));
    const taken = (measured: readonly Measured[]): string =>
      `took ${(median(measured.map(({ perSecond }) => perSecond)) / 1e6).toFixed(2)} M/s`;
    rows.push({
      what: `Core used at 1 M msg/s, 100 B, ${topics === 1000 ? '1 000' : '100 000'} topics`,
      ours: percent(ours),
      unit: '%',
      note: taken(ours),
      peer: `MQTT.js (${taken(theirs)})`,
      theirs: percent(theirs),
      ratio: median(ours.map((each, index) => (theirs[index]?.processorNs ?? Number.NaN) / each.processorNs)),
      bars: [atMost(25)],
    });
  }
  return {
    title: 'Processor at a million messages a second',
    rows,
    remarks: [...faults, 'The ratio compares processor time per message that was taken.'],
  };
}
