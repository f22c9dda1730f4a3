/** One page's look at the flows: a filter, an order, and windows of rows over that; and everything about one flow. */

import {
  FLOW_KINDS,
  FLOW_STATES,
  type FlowDetail,
  type FlowKind,
  type FlowRows,
  type FlowState,
  type FlowStep,
} from '../../../../shared/contract/flow-records.ts';
import { type Direction, PACKET_TYPES, type PacketType } from '../../../../shared/mqtt/packet.ts';
import { NO_TOPIC } from '../../topics/topic-table.ts';
import { FLOW_STATEMENTS } from './flow-rules.ts';
import { type FlowStore, STATE } from './flow-store.ts';

/** An open flow counts as stalled when its last step is older than this. */
export const DEFAULT_STALLED_US = 5_000_000;

/** Flows a filter looks at in one {@link FlowView.advance}: about 4 ms. */
const SCAN_SLICE = 100_000;

/** All conditions hold together; an absent one holds for every flow. */
export interface FlowFilter {
  readonly kinds?: ReadonlySet<FlowKind>;
  /** `stalled` and `open` exclude each other. */
  readonly states?: ReadonlySet<FlowState>;
  /** Who began. */
  readonly direction?: Direction;
  readonly packetId?: number;
  readonly connection?: number;
  /** Any other test, of a flow and its state as shown (an index into `FLOW_STATES`); `watchesState` has it run again as flows change. */
  readonly where?: { readonly watchesState: boolean; readonly test: (flow: number, state: number) => boolean };
  /** Whether a topic number matches; not asked for flows without a topic, which then do not match. */
  readonly topic?: (topic: number) => boolean;
}

/** What the view asks of the rest of the capture. */
export interface FlowViewSources {
  readonly topicText: (topic: number) => string;
  /** Asked again each time: it is a setting. */
  readonly stalledAfterUs?: () => number;
}

/** What the capture can still say of one row. */
export interface FlowStepFacts {
  readonly timeUs: number;
  readonly direction: Direction;
  readonly type: PacketType;
  readonly dup: boolean;
  readonly reasonCode: number;
  readonly connection: number;
}

/** State as shown: an open flow that waits too long is `stalled`. */
export function shownState(store: FlowStore, flow: number, nowUs: number, stalledAfterUs = DEFAULT_STALLED_US): number {
  const state = store.state(flow);
  return state === STATE.open && nowUs - store.lastUs(flow) > stalledAfterUs ? STATE.stalled : state;
}

/**
 * Without a filter a row is a flow's number less the first one's and nothing is stored; with one, the numbers that matched, oldest first.
 * A filter on states is run again, slice by slice, as long as flows change; until a round is over the view shows the round before.
 */
export class FlowView {
  readonly #store: FlowStore;
  readonly #topicText: (topic: number) => string;
  readonly #stalledAfterUs: () => number;
  #filter: FlowFilter | undefined;
  #newestFirst = false;
  #matches = new NumberList();
  /** The round under way over a filter on states. */
  #next: NumberList | undefined;
  #scanned = 0;
  #roundChanges = -1;
  #roundUs = 0;
  #nowUs = 0;

  constructor(store: FlowStore, sources: FlowViewSources) {
    this.#store = store;
    this.#topicText = sources.topicText;
    this.#stalledAfterUs = sources.stalledAfterUs ?? (() => DEFAULT_STALLED_US);
  }

  /** Rows of the whole view. */
  get total(): number {
    return this.#filter === undefined ? this.#store.end - this.#store.first : this.#matches.length;
  }

  /** Flows that the filter has not looked at yet. */
  get unscanned(): number {
    return this.#filter === undefined ? 0 : this.#store.end - Math.max(this.#scanned, this.#store.first);
  }

  /** Undefined shows all. */
  setFilter(filter: FlowFilter | undefined): void {
    this.#filter = filter;
    this.#matches = new NumberList();
    this.#next = undefined;
    this.#scanned = 0;
    this.#roundChanges = this.#store.changes;
    this.#roundUs = this.#nowUs;
  }

  setNewestFirst(newestFirst: boolean): void {
    this.#newestFirst = newestFirst;
  }

  /** Goes on with the filter by one slice; call once per frame. Answers whether rows may have changed. */
  advance(nowUs: number): boolean {
    this.#nowUs = nowUs;
    const filter = this.#filter;
    if (filter === undefined) return this.#roundChanges !== (this.#roundChanges = this.#store.changes);
    const { first, end } = this.#store;
    const before = this.#matches.length;
    this.#matches.dropBelow(first);
    this.#next?.dropBelow(first);
    let changed = before !== this.#matches.length;
    const caughtUp = this.#next === undefined && this.#scanned + SCAN_SLICE >= end;
    if (caughtUp && watchesStates(filter) && this.#isRoundDue()) {
      this.#next = new NumberList();
      this.#scanned = first;
      this.#roundChanges = this.#store.changes;
      this.#roundUs = nowUs;
    }
    const target = this.#next ?? this.#matches;
    const stop = Math.min(end, Math.max(this.#scanned, first) + SCAN_SLICE);
    for (let flow = Math.max(this.#scanned, first); flow < stop; flow++) {
      if (!this.matches(flow)) continue;
      target.push(flow);
      changed = true;
    }
    this.#scanned = Math.max(stop, this.#scanned);
    if (this.#next !== undefined && this.#scanned >= end) {
      this.#matches = this.#next;
      this.#next = undefined;
      changed = true;
    }
    return changed;
  }

  /** Whether the filter holds for a flow now. */
  matches(flow: number): boolean {
    const filter = this.#filter;
    if (filter === undefined) return true;
    const store = this.#store;
    if (filter.kinds !== undefined && !filter.kinds.has(kindName(store.kind(flow)))) return false;
    if (filter.direction !== undefined && filter.direction !== directionName(store.toClient(flow))) return false;
    if (filter.packetId !== undefined && filter.packetId !== store.packetId(flow)) return false;
    if (filter.connection !== undefined && filter.connection !== store.connection(flow)) return false;
    if (filter.topic !== undefined) {
      const topic = store.topic(flow);
      if (topic === NO_TOPIC || !filter.topic(topic)) return false;
    }
    if (filter.states !== undefined && !filter.states.has(stateName(this.#shownState(flow)))) return false;
    return filter.where === undefined || filter.where.test(flow, this.#shownState(flow));
  }

  /** Flow of a row, -1 where there is none. */
  flowAt(row: number): number {
    const total = this.total;
    if (row < 0 || row >= total) return -1;
    const index = this.#newestFirst ? total - 1 - row : row;
    return this.#filter === undefined ? this.#store.first + index : this.#matches.get(index);
  }

  /** Row of a flow, or of the nearest one that began later; `exact` tells which. -1 for an empty view. */
  indexOf(flow: number): { readonly row: number; readonly exact: boolean } {
    const total = this.total;
    const from = this.#filter === undefined ? Math.max(0, flow - this.#store.first) : this.#matches.lowerBound(flow);
    const index = Math.min(from, total - 1);
    const found = this.#filter === undefined ? this.#store.first + index : this.#matches.get(index);
    return { row: this.#newestFirst && total > 0 ? total - 1 - index : index, exact: total > 0 && found === flow };
  }

  /** Rows `from`…, at most `count`. */
  window(from: number, count: number): FlowRows {
    const store = this.#store;
    const length = Math.max(0, Math.min(count, this.total - from));
    const rows = {
      first: from,
      flow: new Float64Array(length),
      kind: new Uint8Array(length),
      state: new Uint8Array(length),
      direction: new Uint8Array(length),
      packetId: new Uint16Array(length),
      connection: new Uint32Array(length),
      startUs: new Float64Array(length),
      durationUs: new Float64Array(length),
      retries: new Uint16Array(length),
      steps: new Uint16Array(length),
      awaits: new Uint8Array(length),
      reasonCode: new Uint8Array(length),
      topic: [] as string[],
    };
    for (let row = 0; row < length; row++) {
      const flow = this.flowAt(from + row);
      const topic = store.topic(flow);
      rows.flow[row] = flow;
      rows.kind[row] = store.kind(flow);
      rows.state[row] = this.#shownState(flow);
      rows.direction[row] = store.toClient(flow);
      rows.packetId[row] = store.packetId(flow);
      rows.connection[row] = store.connection(flow);
      rows.startUs[row] = store.startUs(flow);
      rows.durationUs[row] = store.lastUs(flow) - store.startUs(flow);
      rows.retries[row] = store.retries(flow);
      rows.steps[row] = Math.min(store.stepCount(flow), 0xffff);
      rows.awaits[row] = store.awaits(flow);
      rows.reasonCode[row] = store.reasonCode(flow);
      rows.topic.push(topic === NO_TOPIC ? '' : this.#topicText(topic));
    }
    return rows;
  }

  #shownState(flow: number): number {
    return shownState(this.#store, flow, this.#nowUs, this.#stalledAfterUs());
  }

  /** Flows change by packets and, towards `stalled`, by time alone. */
  #isRoundDue(): boolean {
    return this.#roundChanges !== this.#store.changes || this.#nowUs - this.#roundUs > 500_000;
  }
}

/**
 * Everything about one flow, undefined for one that was evicted. `facts` answers what the capture still has of a row; a step whose row is
 * gone stands with what the flow itself knows.
 */
export function flowDetail(
  store: FlowStore,
  flow: number,
  context: {
    readonly source: number;
    readonly nowUs: number;
    readonly topicText: (topic: number) => string;
    readonly facts: (seq: number) => FlowStepFacts | undefined;
    readonly stalledAfterUs?: number;
  },
): FlowDetail | undefined {
  if (!store.has(flow)) return undefined;
  const kind = kindName(store.kind(flow));
  const direction = directionName(store.toClient(flow));
  const topic = store.topic(flow);
  const awaits = PACKET_TYPES[store.awaits(flow)];
  const rule = FLOW_STATEMENTS[store.statement(flow) - 1];
  const steps = store.steps(flow).map((seq, index): FlowStep => {
    const facts = context.facts(seq);
    if (facts !== undefined) return { seq, ...facts, stored: true };
    return {
      seq,
      timeUs: index === 0 ? store.startUs(flow) : Number.NaN,
      direction: index % 2 === 0 ? direction : directionName(store.toClient(flow) === 0 ? 1 : 0),
      type: usualType(kind, index),
      dup: index === 0 && store.beganDup(flow),
      reasonCode: 0,
      connection: store.connection(flow),
      stored: false,
    };
  });
  return {
    source: context.source,
    flow,
    kind,
    state: stateName(shownState(store, flow, context.nowUs, context.stalledAfterUs)),
    direction,
    packetId: store.packetId(flow),
    topic: topic === NO_TOPIC ? '' : context.topicText(topic),
    startUs: store.startUs(flow),
    durationUs: store.lastUs(flow) - store.startUs(flow),
    retries: store.retries(flow),
    ...(awaits === undefined || awaits === 'reserved' ? {} : { awaits }),
    steps,
    ...(rule === undefined ? {} : { rule }),
  };
}

/** The packets of each exchange in order, where nothing is repeated or refused. */
export const USUAL_STEPS = {
  connect: ['connect', 'connack'],
  auth: ['auth', 'auth'],
  publish1: ['publish', 'puback'],
  publish2: ['publish', 'pubrec', 'pubrel', 'pubcomp'],
  subscribe: ['subscribe', 'suback'],
  unsubscribe: ['unsubscribe', 'unsuback'],
  ping: ['pingreq', 'pingresp'],
  orphan: ['pubrel', 'pubcomp'],
} as const satisfies Record<FlowKind, readonly PacketType[]>;

/** The type of a step in an exchange without repetitions: all that is known of an evicted row. */
function usualType(kind: FlowKind, index: number): PacketType {
  const steps: readonly PacketType[] = USUAL_STEPS[kind];
  return steps[Math.min(index, steps.length - 1)] ?? 'publish';
}

const watchesStates = (filter: FlowFilter): boolean =>
  filter.states !== undefined || filter.where?.watchesState === true;
const kindName = (kind: number): FlowKind => FLOW_KINDS[kind] ?? 'orphan';
const stateName = (state: number): FlowState => FLOW_STATES[state] ?? 'open';
const directionName = (toClient: number): Direction => (toClient === 0 ? 'client-to-server' : 'server-to-client');

/** Ascending numbers that leave at the front and come at the end. */
class NumberList {
  #values = new Float64Array(64);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  get(index: number): number {
    return this.#values[this.#start + index] ?? -1;
  }

  push(value: number): void {
    if (this.#end === this.#values.length) {
      const kept = this.#values.subarray(this.#start, this.#end);
      const values = new Float64Array(Math.max(64, kept.length * 2));
      values.set(kept);
      this.#values = values;
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#values[this.#end++] = value;
  }

  /** Index of the first value that is at least `value`. */
  lowerBound(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.get(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  dropBelow(value: number): void {
    this.#start += this.lowerBound(value);
  }
}
