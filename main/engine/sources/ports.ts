/** What the pure engine needs from the outside world, as types. `transport/` and the hosts lend the real things. */

import type { TlsRecord } from '../../../shared/contract/connection-records.ts';

export type {
  CertificateRecord as CertificateFacts,
  TlsRecord as TlsFacts,
} from '../../../shared/contract/connection-records.ts';

/** Monotonic time and the wall clock it is anchored to. */
export interface Clock {
  /** Microseconds since the Unix epoch, monotonic within a process: wall clock at start plus elapsed monotonic time. */
  nowUs(): number;
  /** Runs `task` once after `delayMs`; disposing cancels. Never runs it synchronously. */
  after(delayMs: number, task: () => void): Disposable;
}

/** Source of randomness for client identifiers, hash seeds and reconnect jitter. */
export interface Random {
  /** Fills and returns `target`. */
  fill(target: Uint8Array): Uint8Array;
}

/** The stages of reaching a broker, in order. A stage that a connection does not need is absent, never zero. */
export type StageName = 'srv' | 'dns' | 'tcp' | 'proxy' | 'tls' | 'upgrade';

/** One timed stage of a connection attempt; `endUs` is absent while it runs. */
export interface Stage {
  readonly name: StageName;
  readonly startUs: number;
  readonly endUs?: number;
  readonly failure?: TransportFailure;
  /** Facts for the tooltip: addresses tried, chosen address, proxy, sub-protocol, HTTP status … */
  readonly facts: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/**
 * Every way a transport can fail, closed. Wording is the page's; `data` carries what it needs
 * (host, port, address, errno, certificate facts, HTTP status …).
 */
export type TransportFailureCode =
  | 'dns-not-found'
  | 'dns-failed'
  | 'srv-not-found'
  | 'tcp-refused'
  | 'tcp-timeout'
  | 'tcp-unreachable'
  | 'tcp-reset'
  | 'tcp-failed'
  | 'bind-failed'
  | 'proxy-refused'
  | 'proxy-authentication'
  | 'proxy-failed'
  | 'tls-certificate-expired'
  | 'tls-certificate-not-yet-valid'
  | 'tls-wrong-host'
  | 'tls-unknown-ca'
  | 'tls-self-signed'
  | 'tls-certificate-rejected'
  | 'tls-client-certificate-required'
  | 'tls-client-certificate-rejected'
  | 'tls-wrong-passphrase'
  | 'tls-bad-credentials'
  | 'tls-not-tls'
  | 'tls-protocol-version'
  | 'tls-no-common-cipher'
  | 'tls-alpn'
  | 'tls-failed'
  | 'upgrade-refused'
  | 'upgrade-subprotocol'
  | 'upgrade-failed'
  | 'websocket-text-frame'
  | 'websocket-closed'
  | 'closed-by-peer'
  | 'write-failed'
  | 'aborted'
  | 'timeout';

export interface TransportFailure {
  readonly code: TransportFailureCode;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** How to reach a broker. Certificates and keys are contents, not paths: the page has no disk. */
export interface TransportOptions {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  /** Look up `_mqtt._tcp` / `_secure-mqtt._tcp` SRV records of `host` first; `port` then is only the fallback. */
  readonly srv?: boolean;
  readonly bindAddress?: string;
  readonly connectTimeoutMs: number;
  readonly proxy?: {
    readonly protocol: 'http' | 'https' | 'socks5';
    readonly host: string;
    readonly port: number;
    readonly username?: string;
    readonly password?: string;
  };
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    /** PKCS#12, instead of `cert` and `key`. */
    readonly pfx?: Uint8Array;
    readonly passphrase?: string;
    /** SNI; empty string sends none; absent uses `host` where it is a name. */
    readonly serverName?: string;
    readonly alpn?: readonly string[];
    readonly ciphers?: string;
    readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
    /** False accepts any certificate; the page warns for as long as the connection stands. */
    readonly verify: boolean;
    /** False accepts a good certificate for another name. Default true. */
    readonly verifyName?: boolean;
  };
  /**
   * Asked once TCP stands, in place of `tls`: how to secure the connection, or undefined to leave it in clear. For `mqtt` without a proxy.
   * What the answer takes counts as time of the attempt.
   */
  readonly secureLater?: (facts: ConnectedFacts) => Promise<TransportOptions['tls'] | undefined>;
  readonly websocket?: {
    readonly path: string;
    readonly headers?: readonly (readonly [name: string, value: string])[];
    readonly subprotocol?: string;
  };
}

/** Ends of a TCP connection, `127.0.0.1:1883` or `[::1]:1883`. */
export interface ConnectedFacts {
  readonly remoteAddress: string;
  readonly localAddress: string;
}

/** What a transport tells its owner. Calls come one at a time, never from inside a call of the owner's into the transport. */
export interface TransportEvents {
  /** A stage began, ended or failed; the same name again replaces the earlier fact. */
  stage(stage: Stage): void;
  /** A secret of the connection's TLS, where somebody keeps them: a line of the NSS Key Log Format without its line feed. */
  keyLog?(line: string): void;
  /** The byte stream stands. */
  open(facts: { readonly remoteAddress: string; readonly localAddress: string; readonly tls?: TlsRecord }): void;
  /** Bytes from the peer. Borrowed: valid until this call returns. */
  data(bytes: Uint8Array): void;
  /** The kernel took everything that was written; only after {@link Transport.write} returned false. */
  drained(): void;
  /** The last call. `failure` is absent where the owner asked to close and it went well. */
  closed(failure: TransportFailure | undefined): void;
}

/** One attempt at a byte stream to a broker. Single use. */
export interface Transport {
  /** Starts the attempt. */
  start(events: TransportEvents): void;
  /** Queues bytes; false means the kernel's buffer is full: wait for {@link TransportEvents.drained}. The bytes are the transport's from now on. */
  write(bytes: Uint8Array): boolean;
  /** Bytes of {@link write} that are still read from the memory they were handed over in; undefined where that is not known. */
  readonly unsentBytes?: number | undefined;
  /** Stops reading until {@link resume}; the peer then meets TCP back-pressure. */
  pause(): void;
  resume(): void;
  /** Flushes what was written and closes in order; `closed` follows. */
  end(): void;
  /** Drops the connection at once; `closed` follows. */
  destroy(): void;
}

/** Addresses of a host name in the order to try them; a failure where there are none. Never rejects. */
export type HostLookup = (
  host: string,
) => Promise<{ readonly addresses: readonly string[]; readonly failure?: TransportFailure }>;

/** Makes the transport that {@link TransportOptions.protocol} names. */
export type TransportFactory = (options: TransportOptions) => Transport;
