/** What the service shows of connections: their stages, security and subscriptions. */

import type { ProtocolVersion, QoS, Subscription } from '../mqtt/packet.ts';
import type { SourceId } from './identifiers.ts';
import type { SessionState } from './source-records.ts';

/**
 * Why a connection failed or ended. `stage` is where; `code` is a `TransportFailureCode`, `connack`, `disconnect`,
 * `protocol-error`, `keep-alive-timeout`, `connack-timeout`, `taken-over` or `closed-by-peer`; `data` carries what the words need
 * (`reasonCode`, `reasonString`, `serverReference`, `rule`, `host`, `port`, `errno` …).
 */
export interface ConnectionFailure {
  readonly stage: string;
  readonly code: string;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly atUs: number;
}

/** One stage of a connection attempt. Names of `ports.ts` stages plus the packets that complete a connection. */
export interface StageRecord {
  readonly name: 'srv' | 'dns' | 'tcp' | 'proxy' | 'tls' | 'upgrade' | 'connect' | 'suback' | 'first-message';
  readonly startUs: number;
  readonly endUs?: number;
  readonly failed: boolean;
  readonly facts: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface ConnectionAttempt {
  /** Connection number in the capture. */
  readonly connection: number;
  readonly startUs: number;
  readonly endUs?: number;
  readonly stages: readonly StageRecord[];
  readonly failure?: ConnectionFailure;
  readonly remoteAddress?: string;
  readonly localAddress?: string;
  readonly tls?: TlsRecord;
  /** Whose connection a tap passes on; all else here is of the way on to its server. */
  readonly device?: DeviceRecord;
}

/** The end of a tapped connection that the device made. */
export interface DeviceRecord {
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** Its handshakes with the tap: `tls`, `upgrade`. */
  readonly stages: readonly StageRecord[];
  /** What its ClientHello offered, whatever became of the handshake; versions newest first, `ciphers` a count. */
  readonly hello?: {
    readonly serverName?: string;
    readonly alpn: readonly string[];
    readonly versions: readonly string[];
    readonly ciphers: number;
  };
  /** `chain` holds the device's own certificates. */
  readonly tls?: TlsRecord;
  readonly websocket?: {
    readonly path: string;
    readonly offered: readonly string[];
    readonly subprotocol: string;
    readonly userAgent?: string;
  };
}

/** A certificate as the Security view shows it. Times are milliseconds since the Unix epoch. */
export interface CertificateRecord {
  readonly subject: string;
  readonly issuer: string;
  readonly subjectAltNames: readonly string[];
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly serialNumber: string;
  readonly fingerprint256: string;
  readonly keyType: string;
  readonly keyBits?: number;
  readonly selfSigned: boolean;
  readonly pem: string;
}

/** What is known of a TLS connection that stands. */
export interface TlsRecord {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn?: string;
  readonly serverName?: string;
  readonly authorized: boolean;
  /** Node's or OpenSSL's verification error code, where verification failed or was switched off and would have. */
  readonly authorizationError?: string;
  readonly verificationOff: boolean;
  readonly chain: readonly CertificateRecord[];
  /** Absent where it cannot be known: TLS 1.1 and earlier, resumed sessions. */
  readonly clientCertificateRequested?: boolean;
  /** False also where {@link clientCertificateRequested} is unknown. */
  readonly clientCertificateSent: boolean;
  readonly resumed: boolean;
  readonly ephemeralKey?: string;
}

export interface SubscriptionRecord extends Subscription {
  readonly subscriptionIdentifier?: number;
  /** Granted QoS 0–2, a failure code ≥ 0x80, or absent while the SUBACK is awaited. */
  readonly reasonCode?: number;
}

/** The Connection panel of one source, pushed whole when it changed (at most four times a second). */
export interface ConnectionReport {
  readonly source: SourceId;
  readonly state: SessionState;
  readonly profileId?: string;
  /** Oldest first; the last fifty, `attemptsDropped` counts older ones. */
  readonly attempts: readonly ConnectionAttempt[];
  readonly attemptsDropped: number;
  readonly session?: {
    readonly clientId: string;
    readonly assignedClientId: boolean;
    readonly protocolVersion: ProtocolVersion;
    readonly cleanStart: boolean;
    readonly sessionPresent: boolean;
    readonly sessionExpiryInterval: number;
    /** Seconds in force, and whether the server overrode ours. */
    readonly keepAlive: number;
    readonly keepAliveFromServer: boolean;
    readonly subscriptions: readonly SubscriptionRecord[];
    readonly will?: {
      readonly topic: string;
      readonly qos: QoS;
      readonly retain: boolean;
      readonly payloadLength: number;
    };
    readonly inFlightOut: number;
    readonly inFlightIn: number;
    readonly queued: number;
    readonly queueLimit: number;
    readonly queueRefused: number;
    readonly receiveMaximum: number;
    readonly serverReceiveMaximum: number;
    readonly aliasesOut: readonly (readonly [alias: number, topic: string])[];
    readonly aliasesIn: readonly (readonly [alias: number, topic: string])[];
    /** What the server announced in CONNACK; absent entries mean the specification's default. */
    readonly server: Readonly<Record<string, string | number | boolean>>;
  };
  /** A challenge of enhanced authentication that waits for an answer. */
  readonly challenge?: { readonly method: string; readonly data: Uint8Array; readonly reasonCode: number };
}
