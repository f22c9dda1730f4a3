/** Settings that outlive a session, kept by the host; a missing or damaged value falls back to its default. */

import * as v from 'valibot';
import { ColourRulesSchema } from './colours.ts';

export const SettingsSchema = v.object({
  theme: v.optional(v.picklist(['system', 'dark', 'light']), 'system'),
  language: v.optional(v.picklist(['system', 'en', 'zh-CN']), 'system'),
  /** Bytes of packets kept per source. */
  byteBudget: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(16_777_216), v.maxValue(17_179_869_184)),
    1_073_741_824,
  ),
  /** Larger packets are refused, counted and shown without their bytes. */
  maxPacketBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1024), v.maxValue(268_435_460)), 268_435_460),
  /** A handshake without progress for so long is shown as stalled. */
  stalledAfterMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(3_600_000)), 5_000),
  flashOnChange: v.optional(v.boolean(), true),
  timeFormat: v.optional(v.picklist(['clock', 'relative', 'iso']), 'clock'),
  /** Connect the built-in broker's demo at start. */
  demoAtStart: v.optional(v.boolean(), true),
  /** How packets of the list are coloured; those that are on have filters that read. */
  colourRules: v.optional(ColourRulesSchema, []),
});

export type Settings = v.InferOutput<typeof SettingsSchema>;
export const DEFAULT_SETTINGS: Settings = v.parse(SettingsSchema, {});
export const SettingsPatchSchema = v.partial(SettingsSchema);
