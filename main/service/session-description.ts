/** What a session file says of its sources, as JSON in the file's first comment; nothing in it is secret. */

import * as v from 'valibot';
import type { SourceKind } from '../../shared/contract/source-records.ts';
import { ProtocolVersionSchema } from '../../shared/contract/profiles.ts';
import type { ProtocolVersion } from '../../shared/mqtt/packet.ts';

/** More tabs than anybody has. */
const MOST_SOURCES = 1000;
/** Characters of what the page remembers. */
export const MOST_VIEW = 262_144;

const KINDS = ['session', 'tap', 'file', 'script'] as const satisfies readonly SourceKind[];

const DescriptionSchema = v.object({
  format: v.literal(1),
  sources: v.pipe(
    v.array(
      v.object({
        name: v.pipe(v.string(), v.maxLength(200)),
        kind: v.picklist(KINDS),
        endpoint: v.pipe(v.string(), v.maxLength(2000)),
        colour: v.pipe(v.string(), v.maxLength(40)),
        /** Connections whose CONNECT is not in the file, with the version they spoke. */
        versions: v.array(v.tuple([v.pipe(v.number(), v.integer(), v.minValue(0)), ProtocolVersionSchema])),
      }),
    ),
    v.maxLength(MOST_SOURCES),
  ),
  view: v.pipe(v.string(), v.maxLength(MOST_VIEW)),
});

export type SessionDescription = v.InferOutput<typeof DescriptionSchema>;
export type DescribedSource = SessionDescription['sources'][number];

/** Undefined where the text is no description: the file is then read as any other. */
export function readDescription(text: string): SessionDescription | undefined {
  try {
    const parsed = v.safeParse(DescriptionSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

export function versionOf(source: DescribedSource | undefined, connection: number): ProtocolVersion | undefined {
  return source?.versions.find(([number]) => number === connection)?.[1];
}
