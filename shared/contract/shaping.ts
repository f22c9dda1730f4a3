/** Conditions that a link is given for a trial: how slow it is, how it fails, and the presets of the toolbar and the command line. */

import * as v from 'valibot';
import type { SourceId } from './identifiers.ts';

const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000));
const kilobits = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));

export const LINKS = ['up', 'black-hole', 'half-open'] as const;

export const LinkConditionsSchema = v.pipe(
  v.object({
    /** Each way, so a round trip takes twice as long. */
    latencyMs: milliseconds,
    /** Latency varies by up to this, more or less; bytes stay in their order. */
    jitterMs: milliseconds,
    /** To the server; kilobits (1000 bits) a second. 0 sets no limit. */
    upKbit: kilobits,
    /** From the server; as `upKbit`. */
    downKbit: kilobits,
    /**
     * `black-hole`: nothing passes either way and nobody is told; `half-open`: bytes reach the server, its own do not come back.
     * TCP repeats what was lost, so bytes wait, and pass once the link is up.
     */
    link: v.picklist(LINKS),
    /** Every so often the link is a black hole for the last `outageMs` of the time. 0: never. */
    outageEveryMs: milliseconds,
    outageMs: milliseconds,
  }),
  v.forward(
    v.check(({ outageEveryMs, outageMs }) => outageMs === 0 || outageMs < outageEveryMs, 'not less than outageEveryMs'),
    ['outageMs'],
  ),
);

export type LinkConditions = v.InferOutput<typeof LinkConditionsSchema>;

/** A link that is left alone. */
export const UNSHAPED: LinkConditions = {
  latencyMs: 0,
  jitterMs: 0,
  upKbit: 0,
  downKbit: 0,
  link: 'up',
  outageEveryMs: 0,
  outageMs: 0,
};

/** Round trips and rates as such links are usually seen from an application; the rates of a satellite are a modest plan's. */
export const PRESETS = {
  offline: { ...UNSHAPED, link: 'black-hole' },
  /** EDGE. */
  '2g': { ...UNSHAPED, latencyMs: 400, jitterMs: 100, upKbit: 200, downKbit: 240 },
  '3g': { ...UNSHAPED, latencyMs: 150, jitterMs: 30, upKbit: 768, downKbit: 1600 },
  /** Geostationary: 35 786 km up and down, twice in a round trip, are 480 ms of light alone. */
  satellite: { ...UNSHAPED, latencyMs: 300, jitterMs: 20, upKbit: 1000, downKbit: 5000 },
  /** At the edge of reception: gone for 2 s of every 10 s. */
  'flaky-wifi': {
    ...UNSHAPED,
    latencyMs: 20,
    jitterMs: 20,
    upKbit: 5000,
    downKbit: 5000,
    outageEveryMs: 10_000,
    outageMs: 2000,
  },
  'half-open': { ...UNSHAPED, link: 'half-open' },
} as const satisfies Readonly<Record<string, LinkConditions>>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

export function isPresetName(text: string): text is PresetName {
  return Object.hasOwn(PRESETS, text);
}

/** The preset that has these conditions, `off` where they change nothing, `custom` for others. */
export function presetOf(conditions: LinkConditions): PresetName | 'off' | 'custom' {
  if (areEqual(conditions, UNSHAPED)) return 'off';
  return PRESET_NAMES.find((name) => areEqual(conditions, PRESETS[name])) ?? 'custom';
}

function areEqual(one: LinkConditions, other: LinkConditions): boolean {
  return (Object.keys(UNSHAPED) as (keyof LinkConditions)[]).every((key) => one[key] === other[key]);
}

/** What is set now. It starts off with each start of the service. */
export interface ShapingRecord {
  /** Of every connection on the way to its server, but for those of {@link sources}. */
  readonly all: LinkConditions;
  readonly sources: readonly { readonly source: SourceId; readonly conditions: LinkConditions }[];
}

export const NO_SHAPING: ShapingRecord = { all: UNSHAPED, sources: [] };
