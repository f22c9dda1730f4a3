/** Everything the service tells a page unasked: one frame at most sixty times a second, acknowledged, holding only what changed. */

import type { ListedProfile, SecretStatus } from './profiles.ts';
import type { ComparisonRecord } from './comparison-records.ts';
import type { ConnectionReport } from './connection-records.ts';
import type { FlowGauges, FlowRows } from './flow-records.ts';
import type { ViewId } from './identifiers.ts';
import type { PacketRows } from './packet-records.ts';
import type { RepeatRecord, ReplayRecord } from './replay-records.ts';
import type { Notice, SourceStats, SourceSummary, TapRecord } from './source-records.ts';
import type { TopicRows } from './topic-records.ts';
import type { RulesRecord } from './rules.ts';
import type { Settings } from './settings.ts';
import type { ShapingRecord } from './shaping.ts';

/** The state of one packet view's window. */
export interface PacketViewPush {
  readonly kind: 'packets';
  readonly view: ViewId;
  /** Rows in the view now. */
  readonly total: number;
  /** Rows in the capture now, filtered or not. */
  readonly captured: number;
  /** Rows the filter has not looked at yet; 0 once it is up to date. */
  readonly unscanned: number;
  /**
   * How far rows have moved since the view was opened: less by one with each row before them that was evicted, more with each that the
   * filter found. What stands at index `i` now stood at `i` minus the difference between two pushes. Only a window that does not follow
   * counts, and it moves along.
   */
  readonly moved: number;
  /** Time of the first packet of the capture since it was cleared, kept or not; NaN before there is one. */
  readonly originUs: number;
  readonly rows: PacketRows;
}

export interface TopicViewPush {
  readonly kind: 'topics';
  readonly view: ViewId;
  readonly total: number;
  readonly topics: number;
  /** Topics that a search found; equal to {@link topics} without one. */
  readonly matched: number;
  readonly searching: boolean;
  readonly rows: TopicRows;
}

export interface FlowViewPush {
  readonly kind: 'flows';
  readonly view: ViewId;
  readonly total: number;
  readonly all: number;
  readonly evicted: number;
  /** As {@link PacketViewPush.moved}. */
  readonly moved: number;
  readonly gauges: FlowGauges;
  readonly rows: FlowRows;
}

export interface ConnectionViewPush {
  readonly kind: 'connection';
  readonly view: ViewId;
  readonly report: ConnectionReport;
}

export type ViewPush = PacketViewPush | TopicViewPush | FlowViewPush | ConnectionViewPush;

/** Absent members did not change. */
export interface Frame {
  /** Counts from 1; the page acknowledges it once applied, and the next frame waits for that. */
  readonly number: number;
  readonly views: readonly ViewPush[];
  readonly stats: readonly SourceStats[];
  /** All sources, in tab order. */
  readonly sources?: readonly SourceSummary[];
  readonly settings?: Settings;
  readonly profiles?: { readonly profiles: readonly ListedProfile[]; readonly secrets: SecretStatus };
  readonly notices?: readonly Notice[];
  readonly repeats?: readonly RepeatRecord[];
  readonly replays?: readonly ReplayRecord[];
  readonly comparisons?: readonly ComparisonRecord[];
  readonly taps?: readonly TapRecord[];
  readonly shaping?: ShapingRecord;
  readonly rules?: RulesRecord;
}
