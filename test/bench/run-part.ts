/** Runs one part of the benchmark in a process of its own, so that heaps and compiled code of the parts do not mix. */

import { endWithParent } from './children.ts';
import type { Part, PartOptions } from './parts/part.ts';
import type { Section } from './report.ts';

/** In the order in which they are printed. */
export const PARTS = {
  receive: async () => (await import('./parts/receive.ts')).measureReceiving,
  processor: async () => (await import('./parts/processor.ts')).measureProcessor,
  memory: async () => (await import('./parts/memory.ts')).measureMemory,
  looking: async () => (await import('./parts/looking.ts')).measureLooking,
  tree: async () => (await import('./parts/tree.ts')).measureTree,
  roundTrip: async () => (await import('./parts/round-trip.ts')).measureRoundTrip,
  tap: async () => (await import('./parts/tap.ts')).measureTap,
  files: async () => (await import('./parts/files.ts')).measureFiles,
  publishing: async () => (await import('./parts/publishing.ts')).measurePublishing,
  console: async () => (await import('./parts/console.ts')).measureConsole,
  codec: async () => (await import('./parts/codec.ts')).measureCodec,
  carrier: async () => (await import('./parts/carrier.ts')).measureCarrier,
  page: async () => (await import('./parts/page.ts')).measurePage,
} as const satisfies Record<string, () => Promise<Part>>;

export type PartName = keyof typeof PARTS;

if (import.meta.main) {
  endWithParent();
  const [, , name, options] = process.argv;
  let section: Section;
  try {
    const part = await PARTS[name as PartName]();
    section = await part(JSON.parse(options ?? '{}') as PartOptions);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    section = { title: name ?? '', rows: [], remarks: [`**Failed:** ${reason}`] };
  }
  process.send?.({ section }, () => process.exit(0));
}
