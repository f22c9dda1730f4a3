/** `--shape NAME`: the conditions of a link, by the names of the app's presets. */

import { isPresetName, PRESET_NAMES, type PresetName } from '../../../shared/contract/shaping.ts';
import { UsageError } from './arguments.ts';

/** Throws {@link UsageError}. */
export function readShape(text: string | undefined): PresetName | undefined {
  if (text === undefined || isPresetName(text)) return text;
  throw new UsageError(`--shape must be one of ${PRESET_NAMES.join(', ')}`);
}
