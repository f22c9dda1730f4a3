/** Memory per stored packet, the JavaScript heap, garbage pauses and steps, beside MQTT.js messages pushed to an array. */

import { nextMessage, startScript, stopChild } from '../children.ts';
import type { StoringReport } from '../peers/storing.ts';
import { atMost, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { PartOptions } from './part.ts';

async function store(who: 'inspector' | 'mqttjs', packets: number): Promise<StoringReport> {
  const child = startScript('peers/storing.ts', [who, packets], {
    execArgv: ['--expose-gc', '--max-old-space-size=8192'],
  });
  try {
    return (await nextMessage(child, 'storing', 120_000)) as StoringReport;
  } finally {
    await stopChild(child);
  }
}

export async function measureMemory({ repetitions, quick }: PartOptions): Promise<Section> {
  const packets = quick ? 2_000_000 : 8_000_000;
  const messages = quick ? 200_000 : 500_000;
  const ours: StoringReport[] = [];
  const theirs: StoringReport[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    ours.push(await store('inspector', packets));
    theirs.push(await store('mqttjs', messages));
  }
  const of = (reports: readonly StoringReport[], figure: keyof StoringReport): number =>
    median(reports.map((report) => report[figure]));
  const resident = of(ours, 'residentBytes');
  const millions = `${packets / 1e6} M packets`;
  return {
    title: 'Memory',
    rows: [
      {
        what: `Growth of the process per stored packet beyond its bytes, ${millions}`,
        ours: resident,
        unit: 'B',
        note: `${of(ours, 'accountedBytes').toFixed(1)} B columns by its own account`,
        peer: 'MQTT.js messages in an array',
        theirs: of(theirs, 'residentBytes'),
        ratio: of(theirs, 'residentBytes') / resident,
        bars: [atMost(24)],
      },
      {
        what: `JavaScript heap with ${millions} stored`,
        ours: of(ours, 'heapBytes') / 1e6,
        unit: 'MB',
        peer: `MQTT.js with ${messages / 1e6} M`,
        theirs: of(theirs, 'heapBytes') / 1e6,
        bars: [atMost(15)],
      },
      {
        what: 'Longest garbage pause while storing them',
        ours: of(ours, 'longestPauseMs'),
        unit: 'ms',
        peer: 'MQTT.js',
        theirs: of(theirs, 'longestPauseMs'),
        ratio: of(theirs, 'longestPauseMs') / of(ours, 'longestPauseMs'),
        bars: [atMost(8)],
      },
      {
        what: 'Step of 64 KiB, p99',
        ours: of(ours, 'stepP99Ms'),
        unit: 'ms',
        bars: [atMost(0.5)],
      },
      {
        what: 'Step of 64 KiB, longest',
        ours: of(ours, 'longestStepMs'),
        unit: 'ms',
        note: `worst repetition ${Math.max(...ours.map(({ longestStepMs }) => longestStepMs)).toFixed(1)} ms`,
        bars: [atMost(16)],
      },
    ],
    remarks: [
      'First fill, 100 B payloads, 1 000 topics, through capture, topics and flows; a step includes the settling of the tree that falls into it. ' +
        'The accounted figure includes what is reserved ahead for the block in use.',
    ],
  };
}
