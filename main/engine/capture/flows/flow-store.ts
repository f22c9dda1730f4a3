/** The columns of flows: 48 bytes each in blocks, the oldest dropped whole. */

import { FLOW_STATES, type FlowKind, type FlowState } from '../../../../shared/contract/flow-records.ts';

const BLOCK_BITS = 13;
const BLOCK_FLOWS = 1 << BLOCK_BITS;
const WORDS = 12;
/** 6 MB. */
const SPARE_BLOCKS = 16;
/** Reopened flows that are remembered for those who look in each frame. */
const REOPENED_KEPT = 65_536;
/** Double indexes of a row. */
const START_US = 0;
const LAST_US = 1;
/** Word indexes of a row. */
const STEPS = 4;
const TOPIC = 8;
const CONNECTION = 9;
/** Packet identifier, retries (8 bits, saturating), statement. */
const IDENTITY = 10;
/** Kind, awaited type, state, inline steps, flags, reason code: from the lowest bits 4, 4, 4, 4, 8, 8. */
const META = 11;

const INLINE_STEPS = 4;
const TO_CLIENT = 1;
const DUP = 2;
const CHAINED = 4;

/** Bytes a flow takes; a step beyond the fourth takes a list element more. */
export const FLOW_BYTES = WORDS * 4;

/** Most flows kept by default: 192 MB. */
export const DEFAULT_FLOW_LIMIT = 4_000_000;

/** Indexes into the contract's lists, as the columns hold them. */
export const KIND = {
  connect: 0,
  auth: 1,
  publish1: 2,
  publish2: 3,
  subscribe: 4,
  unsubscribe: 5,
  ping: 6,
  orphan: 7,
} as const satisfies Record<FlowKind, number>;
export const STATE = {
  open: 0,
  complete: 1,
  failed: 2,
  abandoned: 3,
  protocolError: 4,
  stalled: 5,
} as const satisfies Record<FlowState, number>;

const NONE: readonly number[] = [];

interface Block {
  /** Sequence number that the steps of this block count from. */
  readonly baseSeq: number;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
}

/**
 * Flows are numbered from 0 in the order of their first packets; numbers are never reused. Assumptions: a flow's steps are never older
 * than the first step of its block's first flow; `counts` has each kept flow once, under its state.
 */
export class FlowStore {
  readonly #limit: number;
  readonly #blocks: Block[] = [];
  /** Steps beyond the fourth. */
  readonly #chains = new Map<number, number[]>();
  /** Number of kept flows by state; `stalled` is never stored. */
  readonly counts = new Uint32Array(FLOW_STATES.length);
  /** Time of the steps that are added, microseconds; a field because a number with a fraction that is passed on costs an allocation. */
  nowUs = 0;
  #first = 0;
  #end = 0;
  #changes = 0;
  /** The newest of {@link reopenings}. */
  #reopened: number[] = [];
  #reopenings = 0;
  /** Memory of dropped flows, to be used again: eviction drops those of a whole segment at once. */
  readonly #spare: Uint32Array[] = [];

  constructor(limit: number = DEFAULT_FLOW_LIMIT) {
    this.#limit = Math.max(BLOCK_FLOWS, limit);
  }

  /** Oldest flow kept; flows below were evicted. */
  get first(): number {
    return this.#first;
  }

  /** Number that the next flow gets. */
  get end(): number {
    return this.#end;
  }

  /** Grows with every change to any flow. */
  get changes(): number {
    return this.#changes;
  }

  /** How often a flow that had ended went on after all. */
  get reopenings(): number {
    return this.#reopenings;
  }

  /** The flows of the reopenings from number `since` on. */
  reopenedSince(since: number): readonly number[] {
    if (since === this.#reopenings) return NONE;
    return this.#reopened.slice(Math.max(0, this.#reopened.length - (this.#reopenings - since)));
  }

  get reservedBytes(): number {
    return this.#blocks.length * BLOCK_FLOWS * FLOW_BYTES;
  }

  has(flow: number): boolean {
    return flow >= this.#first && flow < this.#end;
  }

  /** Opens a flow with its first step. */
  open(
    kind: number,
    awaits: number,
    seq: number,
    connection: number,
    toClient: number,
    packetId: number,
    topic: number,
    dup: boolean,
  ): number {
    const flow = this.#end;
    const index = flow - this.#first;
    if (index === this.#blocks.length * BLOCK_FLOWS) this.#grow(seq);
    this.#end++;
    this.#changes++;
    const block = this.#block(flow);
    const row = this.#row(flow) * WORDS;
    const { words, doubles } = block;
    doubles[row / 2 + START_US] = this.nowUs;
    doubles[row / 2 + LAST_US] = this.nowUs;
    words[row + STEPS] = seq - block.baseSeq;
    words[row + TOPIC] = topic;
    words[row + CONNECTION] = connection;
    words[row + IDENTITY] = packetId;
    const flags = (toClient === 0 ? 0 : TO_CLIENT) | (dup ? DUP : 0);
    words[row + META] = kind | (awaits << 4) | (1 << 12) | (flags << 16);
    this.counts[0] = (this.counts[0] ?? 0) + 1;
    if (this.#end - this.#first > this.#limit) this.#dropOldest();
    return flow;
  }

  /** Adds a step; `repeats` counts it as a retry. */
  addStep(flow: number, seq: number, repeats: boolean): void {
    const block = this.#block(flow);
    const { words, doubles } = block;
    const row = this.#row(flow) * WORDS;
    const meta = words[row + META] ?? 0;
    const steps = (meta >>> 12) & 15;
    doubles[row / 2 + LAST_US] = this.nowUs;
    this.#changes++;
    if (steps < INLINE_STEPS) {
      words[row + STEPS + steps] = seq - block.baseSeq;
      words[row + META] = meta + (1 << 12);
    } else {
      const chain = this.#chains.get(flow);
      if (chain === undefined) this.#chains.set(flow, [seq]);
      else chain.push(seq);
      words[row + META] = meta | (CHAINED << 16);
    }
    if (!repeats) return;
    const identity = words[row + IDENTITY] ?? 0;
    if (((identity >>> 16) & 255) < 255) words[row + IDENTITY] = identity + 0x1_0000;
  }

  /** {@link addStep} without a repetition and {@link move} in one, for the hot path; `meta` is the flow's {@link meta}. */
  step(flow: number, seq: number, meta: number, awaits: number, state: number, reasonCode: number): void {
    const steps = (meta >>> 12) & 15;
    if (steps >= INLINE_STEPS) {
      this.addStep(flow, seq, false);
      this.move(flow, awaits, state, reasonCode);
      return;
    }
    const { words, doubles, baseSeq } = this.#block(flow);
    const row = this.#row(flow) * WORDS;
    doubles[row / 2 + LAST_US] = this.nowUs;
    words[row + STEPS + steps] = seq - baseSeq;
    words[row + META] = (meta & 0x00ff_000f) | ((steps + 1) << 12) | (awaits << 4) | (state << 8) | (reasonCode << 24);
    const before = (meta >>> 8) & 15;
    if (before !== state) {
      this.counts[before] = (this.counts[before] ?? 0) - 1;
      this.counts[state] = (this.counts[state] ?? 0) + 1;
    }
    this.#changes++;
  }

  /** Kind, awaited type and state in one word, four bits each from the lowest: one look instead of three. */
  meta(flow: number): number {
    return this.#word(flow, META) | 0;
  }

  /** Sets what a flow awaits (0 once it ended), its state and the reason code of its last acknowledgement. */
  move(flow: number, awaits: number, state: number, reasonCode: number): void {
    const words = this.#block(flow).words;
    const at = this.#row(flow) * WORDS + META;
    const meta = words[at] ?? 0;
    const before = (meta >>> 8) & 15;
    if (state === STATE.open && before !== STATE.open) this.#noteReopened(flow);
    this.counts[before] = (this.counts[before] ?? 0) - 1;
    this.counts[state] = (this.counts[state] ?? 0) + 1;
    words[at] = (meta & 0x00ff_f00f) | (awaits << 4) | (state << 8) | (reasonCode << 24);
    this.#changes++;
  }

  /** Notes which statement the flow broke: an index into `FLOW_STATEMENTS` plus one. */
  setStatement(flow: number, statement: number): void {
    const words = this.#block(flow).words;
    const at = this.#row(flow) * WORDS + IDENTITY;
    words[at] = ((words[at] ?? 0) & 0x00ff_ffff) | (statement << 24);
  }

  kind(flow: number): number {
    return this.#word(flow, META) & 15;
  }

  /** Type number of the awaited packet, 0 for none. */
  awaits(flow: number): number {
    return (this.#word(flow, META) >>> 4) & 15;
  }

  state(flow: number): number {
    return (this.#word(flow, META) >>> 8) & 15;
  }

  /** 0 where the client began, 1 where the server did. */
  toClient(flow: number): 0 | 1 {
    return ((this.#word(flow, META) >>> 16) & TO_CLIENT) === 0 ? 0 : 1;
  }

  /** Whether the first packet seen of it had DUP set. */
  beganDup(flow: number): boolean {
    return ((this.#word(flow, META) >>> 16) & DUP) !== 0;
  }

  reasonCode(flow: number): number {
    return this.#word(flow, META) >>> 24;
  }

  packetId(flow: number): number {
    return this.#word(flow, IDENTITY) & 0xffff;
  }

  /** Repeated packets, 255 for that many or more. */
  retries(flow: number): number {
    return (this.#word(flow, IDENTITY) >>> 16) & 255;
  }

  statement(flow: number): number {
    return this.#word(flow, IDENTITY) >>> 24;
  }

  topic(flow: number): number {
    return this.#word(flow, TOPIC);
  }

  /** Connection of the first packet. */
  connection(flow: number): number {
    return this.#word(flow, CONNECTION);
  }

  startUs(flow: number): number {
    return this.#block(flow).doubles[(this.#row(flow) * WORDS) / 2 + START_US] ?? 0;
  }

  /** Time of the last step so far. */
  lastUs(flow: number): number {
    return this.#block(flow).doubles[(this.#row(flow) * WORDS) / 2 + LAST_US] ?? 0;
  }

  firstSeq(flow: number): number {
    return this.#block(flow).baseSeq + this.#word(flow, STEPS);
  }

  stepCount(flow: number): number {
    const meta = this.#word(flow, META);
    const chained = ((meta >>> 16) & CHAINED) === 0 ? 0 : (this.#chains.get(flow)?.length ?? 0);
    return ((meta >>> 12) & 15) + chained;
  }

  /** Sequence numbers of all steps, oldest first. */
  steps(flow: number): number[] {
    const block = this.#block(flow);
    const row = this.#row(flow) * WORDS;
    const steps: number[] = [];
    const inline = ((block.words[row + META] ?? 0) >>> 12) & 15;
    for (let step = 0; step < inline; step++) steps.push(block.baseSeq + (block.words[row + STEPS + step] ?? 0));
    return [...steps, ...(this.#chains.get(flow) ?? [])];
  }

  /** Drops blocks all of whose flows began before `seq`; answers how many flows went. */
  evictBefore(seq: number): number {
    const before = this.#first;
    while (this.#blocks.length > 0 && this.#end - this.#first > 0) {
      const last = Math.min(this.#first + BLOCK_FLOWS, this.#end) - 1;
      if (this.#end - this.#first < BLOCK_FLOWS || this.firstSeq(last) >= seq) break;
      this.#dropOldest();
    }
    return this.#first - before;
  }

  /** Forgets all flows; numbers go on. */
  clear(): void {
    this.#blocks.length = 0;
    this.#chains.clear();
    this.counts.fill(0);
    this.#first = this.#end;
    this.#changes++;
  }

  #noteReopened(flow: number): void {
    this.#reopenings += 1;
    this.#reopened.push(flow);
    if (this.#reopened.length >= REOPENED_KEPT * 2) this.#reopened = this.#reopened.slice(-REOPENED_KEPT);
  }

  #dropOldest(): void {
    for (let flow = this.#first; flow < this.#first + BLOCK_FLOWS; flow++) {
      const state = this.state(flow);
      this.counts[state] = (this.counts[state] ?? 0) - 1;
      if (((this.#word(flow, META) >>> 16) & CHAINED) !== 0) this.#chains.delete(flow);
    }
    const dropped = this.#blocks.shift();
    if (dropped !== undefined && this.#spare.length < SPARE_BLOCKS) this.#spare.push(dropped.words);
    this.#first += BLOCK_FLOWS;
    this.#changes++;
  }

  #grow(baseSeq: number): void {
    const words = this.#spare.pop() ?? new Uint32Array(BLOCK_FLOWS * WORDS);
    this.#blocks.push({ baseSeq, words, doubles: new Float64Array(words.buffer) });
  }

  #row(flow: number): number {
    return (flow - this.#first) & (BLOCK_FLOWS - 1);
  }

  #block(flow: number): Block {
    const block = this.#blocks[(flow - this.#first) >>> BLOCK_BITS];
    if (block === undefined || flow < this.#first || flow >= this.#end) throw new RangeError(`no flow ${flow}`);
    return block;
  }

  #word(flow: number, word: number): number {
    return this.#block(flow).words[this.#row(flow) * WORDS + word] ?? 0;
  }
}
