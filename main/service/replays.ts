/** The replays of a service: each takes a source's messages to a session, and stays to be read once it is over. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ProcedureOutput, ProcedureParsed } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { ReplayRecord } from '../../shared/contract/replay-records.ts';
import { checkTopicRule } from '../../shared/mqtt/topic-mapping.ts';
import type { Clock } from '../engine/sources/ports.ts';
import type { CapturedMessage } from './captured-message.ts';
import { requireFilter } from './filter-text.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSource } from './live-source.ts';
import { Replay } from './replay.ts';
import { ReplayFeed } from './replay-feed.ts';

type Request = ProcedureParsed<'startReplay'>;
type Preview = ProcedureOutput<'previewReplay'>;

/** Bytes that may wait for the network before a replay waits as well. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
/** Messages that wait for acknowledgements of others: enough to keep the connection at work until the next turn. */
const QUEUED_AHEAD = 256;
/** Replays that are over and can still be read; older ones go. */
const KEPT = 20;
/** Pages hear of progress this often, not with every message. */
const TELL_US = 250_000;
/** A preview names so many topics, found in so many of the first messages. */
const SAMPLE_TOPICS = 8;
const SAMPLE_MESSAGES = 2_000;
/** One slice of a preview's search, and the longest that one may take, milliseconds. */
const SLICE_MS = 6;
const LONGEST_PREVIEW_MS = 10_000;

export interface ReplaySources {
  source(id: SourceId): LiveSource;
  session(id: SourceId): LiveSession;
  publish(request: CapturedMessage & { readonly source: SourceId }): unknown;
}

interface Running {
  readonly id: number;
  readonly request: Request;
  readonly fromName: string;
  readonly toName: string;
  readonly replay: Replay;
  state: ReplayRecord['state'] | undefined;
}

export class Replays {
  readonly #clock: Clock;
  readonly #sources: ReplaySources;
  readonly #changed: () => void;
  readonly #replays = new Map<number, Running>();
  #nextId = 0;
  #toldUs = 0;

  constructor(clock: Clock, sources: ReplaySources, changed: () => void) {
    this.#clock = clock;
    this.#sources = sources;
    this.#changed = changed;
  }

  /** Oldest first. */
  get all(): readonly ReplayRecord[] {
    return [...this.#replays.values()].map(recordOf);
  }

  /** Throws `no-such-source`, `driven-by-…`, `bad-filter`, `bad-topic`, and `wrong-state` where the session is not connected. */
  start(request: Request): ReplayRecord {
    const feed = this.#feedOf(request);
    const from = this.#sources.source(request.from);
    const to = this.#sources.session(request.to);
    requireConnected(to);
    const id = this.#nextId;
    this.#nextId += 1;
    const target = {
      get isConnected() {
        return to.state === 'connected';
      },
      get isBusy() {
        return to.session.backlogBytes > BACKLOG_BYTES || to.session.snapshot().queued > QUEUED_AHEAD;
      },
      // The session keeps them, and sends them once it is connected again.
      unsettled: 0,
      publish: (message: CapturedMessage) => void this.#sources.publish({ ...message, source: to.id }),
    };
    const { speed, rounds, topics, qos, retain } = request;
    const replay = new Replay(feed, { speed, rounds, topics, qos, retain }, target, this.#clock, () => this.#tell(id));
    const running: Running = {
      id,
      request,
      fromName: from.summary().name,
      toName: to.summary().name,
      replay,
      state: undefined,
    };
    this.#replays.set(id, running);
    this.#forgetOld();
    this.#changed();
    return recordOf(running);
  }

  /** How many messages there are and where some of them would go. Looks at everything for ten seconds at most. */
  async preview(request: ProcedureParsed<'previewReplay'>): Promise<Preview> {
    const feed = this.#feedOf(request);
    const startUs = this.#clock.nowUs();
    let complete = false;
    for (
      let sliceUs = startUs;
      !complete && sliceUs - startUs < LONGEST_PREVIEW_MS * 1000;
      sliceUs = this.#clock.nowUs()
    ) {
      const endUs = sliceUs + SLICE_MS * 1000;
      complete = feed.prepare(() => this.#clock.nowUs() > endUs);
      if (!complete) await new Promise<void>((resolve) => void this.#clock.after(0, resolve));
    }
    const topics = new Set<string>();
    const looked = complete ? SAMPLE_MESSAGES : 0;
    for (let count = 0; count < looked && topics.size < SAMPLE_TOPICS; count += 1) {
      if (feed.peekUs() === undefined) break;
      const message = feed.take();
      if (message !== undefined) topics.add(message.topic);
    }
    feed.close();
    return { total: feed.total, complete, durationUs: feed.lastUs - feed.firstUs, topics: [...topics] };
  }

  pause(id: number): void {
    this.#of(id).replay.pause();
  }

  /** Throws `wrong-state` while the session is not connected. */
  resume(id: number): void {
    const { replay, request } = this.#of(id);
    if (!replay.resume()) requireConnected(this.#sources.session(request.to));
  }

  /** One that is over already is forgotten. */
  stop(id: number): void {
    const { replay } = this.#of(id);
    if (replay.isOver) {
      this.#replays.delete(id);
      this.#changed();
    } else replay.stop();
  }

  /** Replays from or to a source that goes. */
  stopOf(source: SourceId): void {
    for (const { request, replay } of this.#replays.values())
      if (request.from === source || request.to === source) replay.stop();
  }

  stopAll(): void {
    for (const { replay } of this.#replays.values()) replay.stop();
  }

  #feedOf({ from, filter, direction, fromSeq, ranges, topics }: ProcedureParsed<'previewReplay'>): ReplayFeed {
    const source = this.#sources.source(from);
    for (const rule of topics) {
      const found = checkTopicRule(rule);
      if (found === undefined) continue;
      const topic = rule[found.side];
      const { fault } = found;
      throw fault === 'wildcards'
        ? new InspectorError('bad-topic', { topic, rule: '', reason: `its wildcards are not those of "${rule.from}"` })
        : new InspectorError('bad-topic', { topic, rule: fault.rule, reason: fault.message });
    }
    return new ReplayFeed(source.recording, {
      filter: requireFilter(filter),
      direction: direction === 'both' ? undefined : direction,
      fromSeq,
      ranges,
      subject: source.filterSubject,
    });
  }

  #of(id: number): Running {
    const found = this.#replays.get(id);
    if (found === undefined) throw new InspectorError('no-such-replay', { replay: id });
    return found;
  }

  #forgetOld(): void {
    const over = [...this.#replays.values()].filter(({ replay }) => replay.isOver);
    for (const { id } of over.slice(0, Math.max(0, over.length - KEPT))) this.#replays.delete(id);
  }

  #tell(id: number): void {
    const running = this.#replays.get(id);
    if (running === undefined) return;
    const { state } = running.replay.progress;
    const nowUs = this.#clock.nowUs();
    if (state === running.state && nowUs - this.#toldUs < TELL_US) return;
    running.state = state;
    this.#toldUs = nowUs;
    this.#changed();
  }
}

function requireConnected({ id, state }: LiveSession): void {
  if (state !== 'connected') throw new InspectorError('wrong-state', { source: id, state, needs: 'connected' });
}

function recordOf({ id, request, fromName, toName, replay }: Running): ReplayRecord {
  const { from, to, speed, rounds } = request;
  const progress = replay.progress;
  return { replay: id, from, fromName, to, toName, speed, roundsWanted: rounds, ...progress };
}
