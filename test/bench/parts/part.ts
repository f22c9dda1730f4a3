/** What every part of the benchmark is given and answers. */

import type { Section } from '../report.ts';

export interface PartOptions {
  /** Repetitions of each measurement; at least five unless only trying. */
  readonly repetitions: number;
  /** Smaller inputs, for trying. */
  readonly quick: boolean;
}

export type Part = (options: PartOptions) => Promise<Section>;
