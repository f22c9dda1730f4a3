/** One look at a session, for the Connection panel: plain data, made when asked for. */

import type { ProtocolVersion, Will } from '../../../shared/mqtt/packet.ts';
import type { ServerLimits, SessionEnd, SessionState } from './output.ts';
import type { SubscriptionState } from './subscriptions.ts';

export interface SessionSnapshot {
  readonly state: SessionState;
  readonly protocolVersion: ProtocolVersion;
  readonly clientId: string;
  /** The server chose {@link clientId}. */
  readonly clientIdAssigned: boolean;
  readonly cleanStart: boolean;
  /** Of the last accepted CONNACK. */
  readonly sessionPresent: boolean;
  /** Seconds in force; 0 ends the session with its connection. */
  readonly sessionExpiryInterval: number;
  /** Seconds in force; 0 is off. */
  readonly keepAlive: number;
  readonly keepAliveFromServer: boolean;
  readonly will?: Will;
  readonly subscriptions: readonly SubscriptionState[];
  /** Handshakes of ours that are not over, of this connection and earlier ones. */
  readonly inFlightOut: number;
  readonly inFlightIn: number;
  /** Messages of ours that may be unacknowledged at a time: our window or the server's Receive Maximum. */
  readonly window: number;
  readonly queued: number;
  readonly queuedBytes: number;
  readonly queueLimit: number;
  /** Messages lost to the queue's bound since the session was made. */
  readonly queueLost: number;
  /** What our CONNECT announced, 65 535 where it announced none. */
  readonly receiveMaximum: number;
  readonly limits: ServerLimits;
  readonly responseInformation?: string;
  readonly aliasesOut: readonly (readonly [alias: number, topic: string])[];
  readonly aliasesIn: readonly (readonly [alias: number, topic: string])[];
  /** A challenge of enhanced authentication that waits for `authenticate`. */
  readonly challenge?: { readonly method: string; readonly data: Uint8Array };
  /** Why the last connection or attempt ended; absent while one stands. */
  readonly lastEnd?: SessionEnd;
  readonly reconnect: { readonly attempt: number; readonly atMs?: number };
}
