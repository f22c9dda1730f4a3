/** The colours of a recording where there are no rules. */

import type { Recording } from '../../main/engine/sources/recording.ts';
import type { ColourRule } from '../../shared/contract/colours.ts';
import { RowColours } from '../../main/service/row-colours.ts';

export const noColours = ({ capture }: Recording): RowColours =>
  new RowColours({ capture, originUs: () => 0 }, () => NONE);

const NONE: readonly ColourRule[] = [];
