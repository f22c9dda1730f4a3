/** The TLS stage: handshake over a fresh or an existing connection, verification, and what was agreed on. */

import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { TlsFacts, TransportFailure } from '../sources/ports.ts';
import { peerChain } from './certificate-facts.ts';
import { isBoringSsl, readCredentials, type Credentials, type TlsOptions } from './credentials.ts';
import { tlsFailure, TransportError, verificationFailureCode, type FailureData, type TlsProgress } from './failures.ts';
import type { Inlet } from './inlet.ts';
import { tellKey } from './key-log.ts';

/** What one TLS connection needs, decided before the first byte. */
export interface TlsPlan {
  readonly credentials: Credentials;
  readonly verify: boolean;
  readonly verifyName: boolean;
  /** The name sent as SNI, if any; an address is never sent (RFC 6066 §3). */
  readonly serverName: string | undefined;
  /** The name or address that the certificate must carry. */
  readonly identity: string;
  readonly alpn: readonly string[];
}

/** Reads `tls` for a connection to `host`. Throws what {@link readCredentials} throws. */
export function planTls(tls: TlsOptions, host: string): TlsPlan {
  const chosen = tls.serverName ?? host;
  const serverName = chosen === '' || isIP(chosen) !== 0 ? undefined : chosen;
  return {
    credentials: readCredentials(tls),
    verify: tls.verify,
    verifyName: tls.verifyName ?? true,
    serverName,
    identity: chosen === '' ? host : chosen,
    alpn: tls.alpn ?? [],
  };
}

function connectionOptions(plan: TlsPlan): ConnectionOptions {
  return {
    secureContext: plan.credentials.context,
    // The handshake is always let through and judged afterwards: only then are the peer's certificates at hand.
    rejectUnauthorized: false,
    ...(plan.serverName === undefined ? {} : { servername: plan.serverName }),
    ...(plan.alpn.length === 0 ? {} : { ALPNProtocols: [...plan.alpn] }),
  };
}

/** Opens a TCP connection that goes on to TLS by itself; bytes come through `inlet`, or as `data` events without one. */
export function connectTls(
  plan: TlsPlan,
  target: {
    readonly host: string;
    readonly port: number;
    readonly localAddress?: string;
    readonly highWaterMark: number;
    readonly allowHalfOpen: boolean;
  },
  inlet: Inlet | undefined,
): TLSSocket {
  const identity = { checkServerIdentity: identityCheck(plan) };
  return connect({
    ...connectionOptions(plan),
    ...target,
    ...identity,
    ...(inlet === undefined ? {} : { onread: inlet.onread }),
  });
}

/** TLS over a connection that stands already: through a proxy. */
export function wrapTls(plan: TlsPlan, socket: Socket): TLSSocket {
  return connect({ ...connectionOptions(plan), checkServerIdentity: identityCheck(plan), socket });
}

/** Node would judge by the address that was dialled; the plan knows the name. */
function identityCheck(plan: TlsPlan): NonNullable<ConnectionOptions['checkServerIdentity']> {
  return (_dialled, certificate) => (plan.verifyName ? checkServerIdentity(plan.identity, certificate) : undefined);
}

/** Starts following a handshake. Call in the tick that made `socket`. `keyLog` takes its secrets, where somebody keeps them. */
export function followHandshake(socket: TLSSocket, plan: TlsPlan, keyLog: (line: string) => void): TlsProgress {
  const progress: TlsProgress = {
    answered: false,
    established: false,
    certificateRequested: undefined,
    certificateOffered: plan.credentials.certificateOffered,
  };
  // Secrets are derived right after the server's flight, while a failed handshake could still be asked about it:
  // once the socket is destroyed OpenSSL's state is gone.
  socket.on('keylog', (line) => {
    const told = tellKey(line);
    if (told !== undefined) keyLog(told);
    progress.answered = true;
    progress.certificateRequested = wasCertificateRequested(socket);
  });
  return progress;
}

/**
 * Whether the server sent CertificateRequest. OpenSSL does not say so; but only that message brings a client the
 * server's signature algorithms, in TLS 1.2 and 1.3. Earlier versions, resumed sessions and BoringSSL leave it unknown.
 */
function wasCertificateRequested(socket: TLSSocket): boolean | undefined {
  const protocol = socket.getProtocol();
  if (protocol !== 'TLSv1.2' && protocol !== 'TLSv1.3') return undefined;
  if (socket.isSessionReused() || isBoringSsl()) return undefined;
  return socket.getSharedSigalgs().length > 0;
}

function ephemeralKey(socket: TLSSocket): string | undefined {
  const info: object | null = socket.getEphemeralKeyInfo();
  if (info === null) return undefined;
  const { type, name, size } = info as { readonly type?: string; readonly name?: string; readonly size?: number };
  const parts = [type, name, size === undefined ? undefined : `${size} bits`].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

function tlsFacts(socket: TLSSocket, plan: TlsPlan, progress: TlsProgress): TlsFacts {
  const cipher = socket.getCipher();
  const requested = progress.certificateRequested;
  const key = ephemeralKey(socket);
  const error: unknown = socket.authorizationError;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: cipher.standardName,
    ...(typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol } : {}),
    ...(plan.serverName === undefined ? {} : { serverName: plan.serverName }),
    authorized: socket.authorized,
    ...(socket.authorized ? {} : { authorizationError: String(error) }),
    verificationOff: !plan.verify,
    chain: peerChain(socket),
    ...(requested === undefined ? {} : { clientCertificateRequested: requested }),
    clientCertificateSent: progress.certificateOffered && requested === true,
    resumed: socket.isSessionReused(),
    ...(key === undefined ? {} : { ephemeralKey: key }),
  };
}

function verificationFailure(facts: TlsFacts, plan: TlsPlan): TransportFailure {
  const errno = facts.authorizationError ?? '';
  const [leaf] = facts.chain;
  const data: FailureData = {
    errno,
    expectedName: plan.identity,
    ...(leaf === undefined
      ? {}
      : {
          subject: leaf.subject,
          issuer: leaf.issuer,
          subjectAltNames: leaf.subjectAltNames,
          validFromMs: leaf.validFromMs,
          validToMs: leaf.validToMs,
          fingerprint256: leaf.fingerprint256,
          selfSigned: leaf.selfSigned,
        }),
    chain: facts.chain.map((certificate) => certificate.pem),
  };
  return { code: verificationFailureCode(errno), data };
}

/**
 * Waits for the end of the handshake and verifies the peer. Rejects with the failure; a certificate that does not
 * verify rejects with its facts in `data` and its whole chain as PEM in `data.chain`, and closes the connection.
 */
export function handshake(socket: TLSSocket, plan: TlsPlan, progress: TlsProgress): Promise<TlsFacts> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => {
      stop();
      const failure = tlsFailure(error, progress) ?? {
        code: 'tls-failed' as const,
        data: { errno: String(error) },
      };
      reject(new TransportError(failure.code, failure.data));
    };
    const onClose = (): void => onError({ code: 'ECONNRESET', message: 'closed during the TLS handshake' });
    const onSecure = (): void => {
      stop();
      progress.established = true;
      progress.certificateRequested ??= wasCertificateRequested(socket);
      const facts = tlsFacts(socket, plan, progress);
      if (facts.authorized || !plan.verify) {
        resolve(facts);
        return;
      }
      socket.destroy();
      const failure = verificationFailure(facts, plan);
      reject(new TransportError(failure.code, failure.data));
    };
    const stop = (): void => {
      socket.off('error', onError).off('close', onClose).off('secureConnect', onSecure);
    };
    socket.once('error', onError).once('close', onClose).once('secureConnect', onSecure);
  });
}
