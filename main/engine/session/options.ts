/** What a session is told once, at its making: identity, handshake, limits, schedule and policies. */

import type { Properties, ProtocolVersion, Will } from '../../../shared/mqtt/packet.ts';
import type { SubscriptionRequest } from './output.ts';

/** Who decides what; a script dialect turns these off and drives the session by hand. */
interface SessionPolicy {
  /** Tries again by the {@link ReconnectOptions} schedule. */
  readonly autoReconnect: boolean;
  /** Sends PINGREQ by itself and closes where no PINGRESP comes. */
  readonly autoPing: boolean;
  /** Remembers subscriptions and sends them again where the server has lost them. */
  readonly resubscribe: boolean;
  /** Lets SUBSCRIBE and PUBLISH follow CONNECT at once (MQTT 5.0 §3.1.4 allows it, except with enhanced authentication). */
  readonly sendBeforeConnack: boolean;
  /** Answers a PUBLISH at once; off, the owner calls `acknowledge`. */
  readonly autoAcknowledge: boolean;
  /** Closes on every pair that is not in the QoS tables; off, such an acknowledgement is recorded and ignored. */
  readonly strict: boolean;
}

export interface ReconnectOptions {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Part of a delay that chance takes away, 0 … 1. */
  readonly jitter: number;
  /** `healing` gives up after refusals that no waiting cures (credentials, identifier, take-over …). */
  readonly after: 'healing' | 'everything';
}

interface QueueOptions {
  readonly maxMessages: number;
  /** Sum of payload lengths and of topic lengths in UTF-16 units. */
  readonly maxBytes: number;
  readonly overflow: 'refuse-newest' | 'drop-oldest';
  /** Whether QoS 0 messages wait while there is no connection; off, they are refused. */
  readonly qos0: boolean;
}

export interface SessionOptions {
  readonly protocolVersion: ProtocolVersion;
  /** Empty asks the server for one. */
  readonly clientId: string;
  readonly cleanStart: boolean;
  /** Seconds; 0 is off. */
  readonly keepAlive: number;
  readonly username?: string;
  readonly password?: Uint8Array;
  readonly will?: Will;
  /** CONNECT properties as they shall go out, the method and data of enhanced authentication among them. MQTT 5.0 only. */
  readonly properties?: Properties;
  /** Remembered from the start and sent once connected. */
  readonly subscriptions: readonly SubscriptionRequest[];
  /** Unacknowledged QoS 1 and 2 messages of ours at a time, 1 … 65 535; the server's Receive Maximum may lower it. */
  readonly inflightWindow: number;
  readonly queue: QueueOptions;
  /**
   * Outbound Topic Aliases, where the server allows any: `first` gives them to the first topics seen,
   * `recent` takes the one that was unused longest. Each aliased packet depends on an earlier one of its connection.
   */
  readonly topicAliases: 'off' | 'first' | 'recent';
  /** From the transport's opening, or the last AUTH, to CONNACK. */
  readonly connackTimeoutMs: number;
  /** From PINGREQ, or the last byte received, to PINGRESP; at most the keep-alive itself. */
  readonly pingTimeoutMs: number;
  /** Bound on waiting for handshakes in `disconnect` with `afterInflight`. */
  readonly drainTimeoutMs: number;
  /** Bound on waiting for the transport to close after our DISCONNECT; it is destroyed then. */
  readonly closeTimeoutMs: number;
  readonly reconnect: ReconnectOptions;
  /** Bytes of chance for the schedule's jitter, used round and round. */
  readonly jitterBytes: Uint8Array;
  /**
   * What becomes of unacknowledged messages when the server has lost the session. The specification has the session's state
   * discarded [MQTT-3.2.2-5], and in both cases it is: identifiers and handshakes are forgotten and nothing is resent with DUP.
   * `republish` then gives the messages to the new session as new ones, as an application would that must not lose them: at QoS 2
   * this may deliver twice what the server had taken before it lost the session. `discard` settles them as `session-lost`.
   * A message whose PUBREC came is never republished: the server had taken it.
   */
  readonly onSessionLost: 'republish' | 'discard';
  /**
   * What to do when the server resumes a session that this object knows nothing of, a program's last run's for instance.
   * `accept` regards our state of it as there and empty; `close` obeys [MQTT-3.2.2-4] to the letter.
   */
  readonly foreignSession: 'accept' | 'close';
  readonly policy: SessionPolicy;
}

/** Every option but identity, as a first connection wants it. */
export const DEFAULT_OPTIONS = {
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  subscriptions: [],
  inflightWindow: 20,
  queue: { maxMessages: 10_000, maxBytes: 64 * 1024 * 1024, overflow: 'refuse-newest', qos0: true },
  topicAliases: 'off',
  connackTimeoutMs: 30_000,
  pingTimeoutMs: 10_000,
  drainTimeoutMs: 10_000,
  closeTimeoutMs: 3_000,
  reconnect: { minDelayMs: 1_000, maxDelayMs: 120_000, jitter: 0.25, after: 'healing' },
  jitterBytes: new Uint8Array(0),
  onSessionLost: 'republish',
  foreignSession: 'accept',
  policy: {
    autoReconnect: true,
    autoPing: true,
    resubscribe: true,
    sendBeforeConnack: false,
    autoAcknowledge: true,
    strict: false,
  },
} as const satisfies Omit<SessionOptions, 'clientId'>;
