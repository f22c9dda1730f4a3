/** What the service shows of messages that are sent again. */

import type { Seq, SourceId } from './identifiers.ts';

export interface RepeatRecord {
  readonly repeat: number;
  readonly source: SourceId;
  readonly topic: string;
  readonly intervalMs: number;
  readonly sent: number;
  readonly refused: number;
}

/**
 * `preparing` looks for the messages; `interrupted` by the loss of the connection, and goes on when told to; `done` and `stopped` are over.
 */
export type ReplayState = 'preparing' | 'running' | 'paused' | 'interrupted' | 'done' | 'stopped';

/** Messages of one source on their way to a session. */
export interface ReplayRecord {
  /** Unique while the service runs. */
  readonly replay: number;
  readonly from: SourceId;
  readonly fromName: string;
  readonly to: SourceId;
  readonly toName: string;
  /** 1 is as recorded, 0 as fast as the connection takes them. */
  readonly speed: number;
  /** 0 is endless. */
  readonly roundsWanted: number;
  readonly state: ReplayState;
  /** Messages of one round; 0 until they are counted. */
  readonly total: number;
  /** Rounds that are over. */
  readonly rounds: number;
  /** Messages handed to the session, of all rounds. */
  readonly sent: number;
  /** Messages that the session turned away; why the last one was. */
  readonly refused: number;
  readonly lastFailure?: { readonly code: string; readonly data: object };
  /** Messages that were gone from the capture before their turn. */
  readonly missed: number;
  /** The packet that is to be sent next; absent before there is one, and once it is over. */
  readonly nextSeq?: Seq;
  /** Until the end; absent where that cannot be told. */
  readonly leftMs?: number;
  /** How late the last message was. */
  readonly behindMs: number;
}
