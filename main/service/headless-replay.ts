/** A replay without a page: the messages of one recording over a connection of its own. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Clock } from '../engine/sources/ports.ts';
import type { Recording } from '../engine/sources/recording.ts';
import type { CapturedMessage } from './captured-message.ts';
import type { HeadlessCapture } from './headless-capture.ts';
import { Replay, type ReplayPlan, type ReplayProgress } from './replay.ts';
import { type FeedOptions, ReplayFeed } from './replay-feed.ts';
import { requireTopicName } from './session-options.ts';

export interface HeadlessReplayOptions {
  readonly recording: Recording;
  readonly feed: FeedOptions;
  readonly plan: ReplayPlan;
  /** Connected already. */
  readonly connection: HeadlessCapture;
  readonly clock: Clock;
  /** With every change of the state and in each turn. */
  readonly changed: () => void;
}

/** Bytes that may wait for the network before the replay waits as well. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
/** Messages that wait for acknowledgements of others: enough to keep the connection at work until the next turn. */
const QUEUED_AHEAD = 256;

export class HeadlessReplay {
  readonly #replay: Replay;
  readonly #connection: HeadlessCapture;

  /** Begins at once. */
  constructor({ recording, feed, plan, connection, clock, changed }: HeadlessReplayOptions) {
    const target = {
      get isConnected() {
        return connection.session.state === 'connected';
      },
      get isBusy() {
        const { session } = connection;
        return session.backlogBytes > BACKLOG_BYTES || session.snapshot().queued > QUEUED_AHEAD;
      },
      get unsettled() {
        return unsettled(connection);
      },
      publish: (message: CapturedMessage) => publish(connection, message),
    };
    this.#connection = connection;
    this.#replay = new Replay(new ReplayFeed(recording, feed), plan, target, clock, changed);
  }

  get progress(): ReplayProgress {
    return this.#replay.progress;
  }

  /** Messages that wait for acknowledgements, their own or those of others. */
  get unsettled(): number {
    return unsettled(this.#connection);
  }

  stop(): void {
    this.#replay.stop();
  }
}

function unsettled({ session }: HeadlessCapture): number {
  const { queued, inFlightOut } = session.snapshot();
  return queued + inFlightOut;
}

/** Throws `bad-topic` and `refused`. */
function publish({ session }: HeadlessCapture, { properties, ...message }: CapturedMessage): void {
  requireTopicName(message.topic);
  const isFive = session.protocolVersion === 5 && properties !== undefined;
  const outcome = session.publish(isFive ? { ...message, properties } : message);
  if (outcome.outcome === 'refused') throw new InspectorError('refused', { reason: outcome.reason });
}
