/** One replay: takes messages from a capture when their time has come and publishes them, no faster than they are taken. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Seq } from '../../shared/contract/identifiers.ts';
import type { ReplayState } from '../../shared/contract/replay-records.ts';
import type { QoS } from '../../shared/mqtt/packet.ts';
import { mapTopic, type TopicRule } from '../../shared/mqtt/topic-mapping.ts';
import type { Clock } from '../engine/sources/ports.ts';
import type { CapturedMessage } from './captured-message.ts';
import type { ReplayFeed } from './replay-feed.ts';

export interface ReplayPlan {
  /** 1 keeps the recorded distances, 2 halves them; 0 waits for nothing but the connection. */
  readonly speed: number;
  /** Rounds; 0 is endless. */
  readonly rounds: number;
  readonly topics: readonly TopicRule[];
  /** As recorded where absent. */
  readonly qos?: QoS | undefined;
  readonly retain?: boolean | undefined;
}

/** The connection that the messages go to. */
export interface ReplayTarget {
  readonly isConnected: boolean;
  /** More messages wait, for the network or for acknowledgements of others, than it takes to keep the connection at work. Asked once a turn. */
  readonly isBusy: boolean;
  /** Messages handed over that are lost where the connection breaks for good: neither sent nor acknowledged. Asked when it breaks. */
  readonly unsettled: number;
  /** Throws an {@link InspectorError} where the message is refused. */
  publish(message: CapturedMessage): void;
}

export interface ReplayProgress {
  readonly state: ReplayState;
  /** Messages of one round; 0 until they are counted. */
  readonly total: number;
  /** Rounds that are over. */
  readonly rounds: number;
  /** Messages handed over, of all rounds. */
  readonly sent: number;
  readonly refused: number;
  readonly missed: number;
  readonly lastFailure?: { readonly code: string; readonly data: object };
  /** The packet that is to be sent next; absent at the end of a round. */
  readonly nextSeq?: Seq;
  /** Until the end, as far as that can be told. */
  readonly leftMs?: number;
  /** How late the last message was, because the connection did not take it earlier. */
  readonly behindMs: number;
}

/** A turn sends no more, so that others have theirs; and takes no longer, microseconds. */
const MESSAGES_A_TURN = 256;
const TURN_US = 4_000;
/** A connection that takes no more is asked again after so long. */
const BUSY_MS = 2;
/** Packets handed over last, which can be told of when the connection breaks. */
const REMEMBERED = 1024;
/** Longest sleep: progress is told meanwhile. */
const LONGEST_SLEEP_MS = 500;

/**
 * Keeps to the schedule of its start: what a slow connection held up follows as soon as it can, and the rest comes at its time again. A pause
 * moves the schedule. A connection that breaks stops the replay where it is; {@link resume} goes on there.
 */
export class Replay {
  readonly #feed: ReplayFeed;
  readonly #plan: ReplayPlan;
  readonly #target: ReplayTarget;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #state: ReplayState = 'preparing';
  #timer: Disposable | undefined;
  /** When the first message of the round is due, moved by pauses. */
  #roundUs = 0;
  /** When the present pause began. */
  #heldUs = 0;
  /** No message comes before the one in front of it, whatever clock recorded them. */
  #dueUs = 0;
  /** Taken, and not yet by the connection. */
  #waiting: CapturedMessage | undefined;
  #startedUs = 0;
  #rounds = 0;
  #taken = 0;
  #sent = 0;
  #refused = 0;
  #behindUs = 0;
  #lastFailure: ReplayProgress['lastFailure'];
  #waitingSeq: Seq | undefined;
  /** The packet of the n-th message handed over, at n modulo its length. */
  readonly #handedOver = new Float64Array(REMEMBERED);
  /** Of those handed over, when the connection broke. */
  #lost = 0;

  /** Begins at once. `changed` is called with every change of the state and in each turn. */
  constructor(feed: ReplayFeed, plan: ReplayPlan, target: ReplayTarget, clock: Clock, changed: () => void) {
    this.#feed = feed;
    this.#plan = plan;
    this.#target = target;
    this.#clock = clock;
    this.#changed = changed;
    this.#sleep(0);
  }

  get progress(): ReplayProgress {
    const leftMs = this.#leftMs();
    const nextSeq = this.#nextSeq();
    return {
      state: this.#state,
      total: this.#feed.total,
      rounds: this.#rounds,
      sent: this.#sent,
      refused: this.#refused,
      missed: this.#feed.missed,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      ...(leftMs === undefined ? {} : { leftMs }),
      ...(this.isOver || nextSeq === undefined ? {} : { nextSeq }),
      behindMs: Math.round(this.#behindUs / 1000),
    };
  }

  get isOver(): boolean {
    return this.#state === 'done' || this.#state === 'stopped';
  }

  pause(): void {
    if (this.#state === 'running') this.#hold('paused');
  }

  /** Answers false while the connection does not stand. */
  resume(): boolean {
    if (this.#state !== 'paused' && this.#state !== 'interrupted') return true;
    if (!this.#target.isConnected) return false;
    this.#roundUs += this.#clock.nowUs() - this.#heldUs;
    this.#dueUs += this.#clock.nowUs() - this.#heldUs;
    this.#lost = 0;
    this.#state = 'running';
    this.#sleep(0);
    this.#changed();
    return true;
  }

  stop(): void {
    if (!this.isOver) this.#end('stopped');
  }

  #hold(state: 'paused' | 'interrupted'): void {
    this.#timer?.[Symbol.dispose]();
    this.#heldUs = this.#clock.nowUs();
    this.#state = state;
    this.#changed();
  }

  #end(state: 'done' | 'stopped'): void {
    this.#timer?.[Symbol.dispose]();
    this.#state = state;
    this.#feed.close();
    this.#changed();
  }

  #sleep(delayMs: number): void {
    this.#timer = this.#clock.after(Math.min(delayMs, LONGEST_SLEEP_MS), () => this.#turn());
  }

  #turn(): void {
    const startUs = this.#clock.nowUs();
    const deadline = (): boolean => this.#clock.nowUs() - startUs > TURN_US;
    if (this.#state === 'preparing') {
      if (!this.#feed.prepare(deadline)) {
        this.#sleep(0);
        return;
      }
      this.#state = 'running';
      this.#startedUs = startUs;
      this.#beginRound(startUs);
    }
    const delayMs = this.#publishDue(startUs, deadline);
    if (delayMs === undefined) return;
    this.#sleep(delayMs);
    this.#changed();
  }

  #beginRound(nowUs: number): void {
    this.#roundUs = nowUs;
    this.#dueUs = nowUs;
    this.#taken = 0;
  }

  /** Publishes what is due; answers when to go on, or nothing where the replay holds or is over. */
  #publishDue(nowUs: number, deadline: () => boolean): number | undefined {
    if (!this.#target.isConnected) {
      this.#lost = Math.min(this.#target.unsettled, this.#sent, REMEMBERED);
      this.#hold('interrupted');
      return undefined;
    }
    if (this.#target.isBusy) return BUSY_MS;
    for (let count = 0; count < MESSAGES_A_TURN && !deadline(); count += 1) {
      if (this.#waiting === undefined) {
        const recordedUs = this.#feed.peekUs();
        if (recordedUs === undefined) {
          if (!this.#nextRound(nowUs)) return undefined;
          continue;
        }
        const dueUs = this.#dueOf(recordedUs, nowUs);
        if (dueUs > nowUs) return (dueUs - nowUs) / 1000;
        this.#dueUs = dueUs;
        this.#taken += 1;
        this.#waitingSeq = this.#feed.nextSeq;
        this.#waiting = this.#feed.take();
        if (this.#waiting === undefined) continue;
      }
      const outcome = this.#publish(this.#waiting);
      if (outcome === 'busy') return BUSY_MS;
      this.#waiting = undefined;
      this.#behindUs = Math.max(0, nowUs - this.#dueUs);
    }
    return 0;
  }

  #dueOf(recordedUs: number, nowUs: number): number {
    const { speed } = this.#plan;
    if (speed === 0) return nowUs;
    return Math.max(this.#dueUs, this.#roundUs + (recordedUs - this.#feed.firstUs) / speed);
  }

  /** False where that was the last one. */
  #nextRound(nowUs: number): boolean {
    this.#rounds += 1;
    if (this.#feed.total === 0 || (this.#plan.rounds > 0 && this.#rounds >= this.#plan.rounds)) {
      this.#end('done');
      return false;
    }
    this.#feed.rewind();
    this.#beginRound(nowUs);
    return true;
  }

  #publish(message: CapturedMessage): 'taken' | 'busy' | 'refused' {
    const { topics, qos = message.qos, retain = message.retain } = this.#plan;
    try {
      this.#target.publish({ ...message, qos, retain, topic: mapTopic(topics, message.topic) });
      this.#handedOver[this.#sent % REMEMBERED] = this.#waitingSeq ?? -1;
      this.#sent += 1;
      return 'taken';
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      if (error.code === 'refused' && 'reason' in error.data && error.data.reason === 'queue-full') return 'busy';
      this.#refused += 1;
      this.#lastFailure = { code: error.code, data: error.data };
      return 'refused';
    }
  }

  #nextSeq(): Seq | undefined {
    if (this.#lost > 0) return this.#handedOver[(this.#sent - this.#lost) % REMEMBERED];
    return this.#waiting === undefined ? this.#feed.nextSeq : this.#waitingSeq;
  }

  #leftMs(): number | undefined {
    const { speed, rounds } = this.#plan;
    const { total, firstUs, lastUs } = this.#feed;
    if (this.isOver || this.#state === 'preparing' || rounds === 0 || total === 0) return undefined;
    const later = rounds - this.#rounds - 1;
    if (speed > 0) {
      const roundUs = (lastUs - firstUs) / speed;
      const nowUs = this.#state === 'running' ? this.#clock.nowUs() : this.#heldUs;
      return Math.max(0, Math.round((roundUs * (later + 1) - (nowUs - this.#roundUs)) / 1000));
    }
    const done = this.#rounds * total + this.#taken;
    const elapsedMs = (this.#clock.nowUs() - this.#startedUs) / 1000;
    return done === 0 ? undefined : Math.round((elapsedMs / done) * (rounds * total - done));
  }
}
