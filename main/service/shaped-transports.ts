/** Connections of a command under one preset of a link's conditions. */

import { type PresetName, PRESETS } from '../../shared/contract/shaping.ts';
import { ShapedTransport } from '../engine/shaping/shaped-link.ts';
import type { Clock, Random, TransportFactory } from '../engine/sources/ports.ts';

/** As `create` makes them where no preset is named; its conditions begin with this call. */
export function shapedTransports(
  create: TransportFactory,
  preset: PresetName | undefined,
  clock: Clock,
  random: Random,
): TransportFactory {
  if (preset === undefined) return create;
  const shaped = { clock, random, conditions: PRESETS[preset], sinceUs: clock.nowUs() };
  return (options) => new ShapedTransport(create(options), { ...shaped, target: options });
}
