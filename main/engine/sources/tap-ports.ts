/** What a tap needs of the outside world, as types: devices that connect, and connections on to their server. */

import type { TlsFacts, Transport, TransportEvents, TransportFailure, TransportOptions } from './ports.ts';

/** As {@link TransportEvents}; a peer may close its half and go on reading. Bytes of `data` are the receiver's from then on. */
export interface RelayEvents extends TransportEvents {
  /** The peer closed its half in order: no `data` follows. */
  ended(): void;
  /** Both halves were closed in order, where there is no failure. Also a peer that closes both at once comes here without `ended` before. */
  closed(failure: TransportFailure | undefined): void;
}

/** One end of a connection that is passed on: its halves close on their own, as TCP's do. Single use. */
export interface Relay extends Omit<Transport, 'start' | 'end' | 'unsentBytes'> {
  start(events: RelayEvents): void;
  /** Flushes what was written and closes our half; the peer may go on sending. A WebSocket closes both. */
  finish(): void;
  /**
   * Flushes what was written, for a moment at most, and drops the connection so that the peer notices: by RST over bare TCP and what runs over
   * it, without close_notify over TLS. `closed` follows.
   */
  reset(): void;
}

/** Makes the connection on that {@link TransportOptions.protocol} names. */
export type RelayFactory = (options: TransportOptions) => Relay;

/** A device that connected. Its handshakes begin with {@link Relay.start}; `open` comes once its byte stream stands. */
export interface DeviceRelay extends Relay {
  /** `192.168.1.7:51034`. */
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** What its handshakes told so far; whole once open or closed. */
  readonly facts: DeviceFacts;
}

/** Facts of a device that its byte stream does not show. */
export interface DeviceFacts {
  /** Present once the ClientHello was read, whatever became of the handshake. */
  readonly hello?: ClientHelloFacts;
  /** Present once the handshake is over. `chain` holds the device's own certificates. */
  readonly tls?: TlsFacts;
  readonly websocket?: WebSocketFacts;
}

/** What a ClientHello offers. */
export interface ClientHelloFacts {
  /** SNI; absent where the device names no server. */
  readonly serverName?: string;
  readonly alpn: readonly string[];
  /** `TLSv1.3` …, newest first. */
  readonly versions: readonly string[];
  readonly ciphers: number;
}

export interface WebSocketFacts {
  readonly path: string;
  /** Sub-protocols that the device offered. */
  readonly offered: readonly string[];
  /** The one it was given, empty for none. */
  readonly subprotocol: string;
  readonly userAgent?: string;
}

/** A certificate and its private key as PEM; the certificate may bring its chain. */
export interface ServerCredentials {
  readonly cert: string;
  readonly key: string;
}

export interface ListenOptions {
  readonly protocol: TransportOptions['protocol'];
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Credentials for the name that a device asks for by SNI, undefined where it names none. Absent for protocols without TLS. */
  readonly credentials?: (serverName: string | undefined) => Promise<ServerCredentials>;
}

/** Why a tap cannot listen; `errno` is the system's word, or what is wrong with the credentials. */
export interface ListenFailure {
  readonly code: 'port-taken' | 'port-forbidden' | 'listen-failed' | 'bad-credentials';
  readonly errno: string;
}

export interface DeviceListener {
  readonly port: number;
  /** Takes no more devices; those that are connected stay. Idempotent. */
  close(): void;
}

/** Listens until closed; `accept` gets each device as it connects. Never rejects. */
export type ListenForDevices = (
  options: ListenOptions,
  accept: (device: DeviceRelay) => void,
) => Promise<DeviceListener | ListenFailure>;

/** The sockets of a tap. */
export interface TapNetwork {
  readonly listen: ListenForDevices;
  readonly createRelay: RelayFactory;
}

/** Everything that a host lends for taps. */
export interface TapHost {
  readonly network: TapNetwork;
  makeAuthority(): Promise<ServerCredentials>;
  /** Makes certificates under an authority, by the name that a device asks for. */
  certificates(authority: ServerCredentials): NonNullable<ListenOptions['credentials']>;
  /** Addresses that this machine has in its networks. */
  addresses(): readonly string[];
}
