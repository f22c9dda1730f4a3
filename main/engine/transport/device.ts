/** A device that connected to a listener: its handshakes from the server's side, then its byte stream. */

import type { Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Clock, StageName, TlsFacts, TransportFailure } from '../sources/ports.ts';
import type { ClientHelloFacts, DeviceFacts, DeviceRelay, ListenOptions, RelayEvents } from '../sources/tap-ports.ts';
import { firstWords } from '../sources/first-words.ts';
import { peerChain } from './certificate-facts.ts';
import { readClientHello } from './client-hello.ts';
import { acceptUpgrade, type AcceptedUpgrade } from './device-upgrade.ts';
import { codeOf, errorData, type FailureData, tlsFailure, type TlsProgress, TransportError } from './failures.ts';
import { attach, Inlet, type Link } from './inlet.ts';
import { tellKey } from './key-log.ts';
import { endpointText } from './route.ts';
import { openSocketStream } from './socket-stream.ts';
import { Stages } from './stages.ts';
import { type ByteStream, type ByteStreamEvents, HIGH_WATER_BYTES } from './stream.ts';
import { openWebSocketStream } from './websocket-stream.ts';

/** How long a device may take for its handshakes, milliseconds. */
const HANDSHAKE_MS = 60_000;

/** Bytes of a broken handshake that are shown. */
const SHOWN_BYTES = 32;

/** TLS of a device as it is asked for: a certificate that it need not have and that only the server beyond could judge. */
const NOT_JUDGED = { authorized: false, verificationOff: true, clientCertificateRequested: true } as const;

/** Lives from the connection on; nothing is read before {@link start}. */
export class Device implements DeviceRelay {
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly #socket: Socket;
  readonly #options: ListenOptions;
  readonly #clock: Clock;
  #facts: DeviceFacts = {};
  #events: RelayEvents | undefined;
  #stages: Stages | undefined;
  #stream: ByteStream | undefined;
  #limit: Disposable | undefined;
  #paused = false;
  #over = false;

  constructor(socket: Socket, options: ListenOptions, clock: Clock) {
    this.#socket = socket;
    this.#options = options;
    this.#clock = clock;
    this.remoteAddress = endpointText(socket.remoteAddress, socket.remotePort);
    this.localAddress = endpointText(socket.localAddress, socket.localPort);
    // Errors are handled where they mean something; this one keeps an unwatched moment from ending the process.
    socket.on('error', () => undefined);
  }

  get facts(): DeviceFacts {
    return this.#facts;
  }

  start(events: RelayEvents): void {
    this.#events = events;
    this.#stages = new Stages(this.#clock, (stage) => {
      if (!this.#over) events.stage(stage);
    });
    process.nextTick(() => void this.#run());
  }

  write(bytes: Uint8Array): boolean {
    return this.#over ? false : (this.#stream?.write(bytes) ?? false);
  }

  pause(): void {
    this.#paused = true;
    if (!this.#over) this.#stream?.pause();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#over) this.#stream?.resume();
  }

  finish(): void {
    if (!this.#over) this.#stream?.finish();
  }

  reset(): void {
    if (this.#over) return;
    if (this.#stream === undefined) this.#cut();
    else this.#stream.reset();
  }

  destroy(): void {
    if (!this.#over) this.#cut();
  }

  #cut(): void {
    this.#socket.resetAndDestroy();
    process.nextTick(() => this.#finished({ code: 'aborted', data: {} }));
  }

  async #run(): Promise<void> {
    if (this.#over) return;
    this.#limit = this.#clock.after(HANDSHAKE_MS, () => {
      this.#fail({ code: 'timeout', data: { stage: this.#stages?.running ?? 'tls', timeoutMs: HANDSHAKE_MS } });
    });
    const { protocol } = this.#options;
    try {
      let link: Link = { socket: this.#socket, inlet: new Inlet(), userBuffer: false };
      let tls: TlsProgress | undefined;
      if (protocol === 'mqtts' || protocol === 'wss') ({ link, tls } = await this.#secure());
      const upgraded = protocol === 'ws' || protocol === 'wss' ? await this.#upgrade(link.socket) : undefined;
      if (!this.#over) this.#open(link, tls, upgraded);
    } catch (error) {
      if (error instanceof TransportError) {
        this.#fail(error.failure);
        return;
      }
      // A fault of ours costs this device its connection, not the others theirs.
      this.#fail({ code: 'tls-failed', data: errorData(error) });
      throw error;
    }
  }

  #fail(failure: TransportFailure): void {
    const running = this.#stages?.running;
    if (running !== undefined) this.#stages?.fail(running, failure);
    // What a refused handshake still has to say, an alert or an HTTP answer, goes out first.
    this.#socket.end();
    this.#socket.resume();
    const linger = this.#clock.after(500, () => this.#socket.destroy());
    this.#socket.once('close', () => linger[Symbol.dispose]());
    this.#finished(failure);
  }

  #finished(failure: TransportFailure | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#limit?.[Symbol.dispose]();
    this.#events?.closed(failure);
  }

  // --- TLS

  async #secure(): Promise<{ readonly link: Link; readonly tls: TlsProgress }> {
    this.#begin('tls');
    const hello = await this.#readHello();
    this.#facts = { ...this.#facts, hello };
    const offered = {
      ...(hello.serverName === undefined ? {} : { serverName: hello.serverName }),
      versionsOffered: hello.versions,
      ...(hello.alpn.length === 0 ? {} : { alpnOffered: hello.alpn }),
      ciphersOffered: hello.ciphers,
    };
    this.#stages?.note('tls', offered);
    const progress: TlsProgress = {
      answered: true,
      established: false,
      certificateRequested: true,
      certificateOffered: false,
    };
    const socket = await this.#handshake(hello, progress, offered);
    const facts = deviceTlsFacts(socket, hello);
    this.#facts = { ...this.#facts, tls: facts };
    const [own] = facts.chain;
    this.#stages?.end('tls', {
      protocol: facts.protocol,
      cipher: facts.cipher,
      ...(facts.alpn === undefined ? {} : { alpn: facts.alpn }),
      ...(own === undefined ? {} : { clientCertificate: own.subject }),
    });
    return { link: { socket, inlet: new Inlet(), userBuffer: false }, tls: progress };
  }

  /** Reads the first flight and hands it back; throws for bytes that are no TLS, and where the device goes away. */
  #readHello(): Promise<ClientHelloFacts> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      let seen = Buffer.alloc(0);
      const stop = (): void => {
        socket.off('readable', look).off('end', gone).off('close', gone);
      };
      const fail = (failure: TransportFailure): void => {
        stop();
        reject(new TransportError(failure.code, failure.data));
      };
      const gone = (): void => {
        if (seen.length === 0 && socket.errored === null) fail({ code: 'closed-by-peer', data: shown(seen) });
        else fail({ code: 'tls-failed', data: { ...errorData(socket.errored ?? 'ended'), ...shown(seen) } });
      };
      const look = (): void => {
        const chunk: Buffer | null = socket.read();
        if (chunk === null) return;
        seen = Buffer.concat([seen, chunk]);
        const reading = readClientHello(seen);
        if (reading.outcome === 'incomplete') return;
        if (reading.outcome === 'not-tls' || reading.outcome === 'unreadable') {
          const evidence = reading.outcome === 'not-tls' ? 'not-a-record' : 'unreadable-hello';
          fail({ code: 'tls-not-tls', data: { evidence, peerSpoke: firstWords(seen), ...shown(seen) } });
          return;
        }
        stop();
        socket.unshift(seen);
        if (reading.outcome === 'hello') resolve(reading.facts);
      };
      socket.on('readable', look).once('end', gone).once('close', gone);
      look();
    });
  }

  async #handshake(hello: ClientHelloFacts, progress: TlsProgress, offered: FailureData): Promise<TLSSocket> {
    const { credentials, protocol } = this.#options;
    if (credentials === undefined) throw new Error('a listener with TLS needs credentials');
    const { cert, key } = await credentials(hello.serverName);
    const overWeb = protocol === 'wss';
    let server: ReturnType<typeof createTlsServer>;
    try {
      server = createTlsServer({
        cert,
        key,
        highWaterMark: HIGH_WATER_BYTES,
        requestCert: true,
        rejectUnauthorized: false,
        handshakeTimeout: HANDSHAKE_MS * 2,
        ALPNCallback: ({ protocols }) => (overWeb ? protocols.find((name) => name === 'http/1.1') : protocols[0]),
      });
    } catch (error) {
      throw new TransportError('tls-bad-credentials', { part: 'cert', reason: 'unreadable', ...errorData(error) });
    }
    return new Promise((resolve, reject) => {
      server.on('keylog', (line) => {
        const told = tellKey(line);
        if (told !== undefined) this.#events?.keyLog?.(told);
      });
      server.once('secureConnection', (socket: TLSSocket) => {
        progress.established = true;
        socket.pause();
        socket.allowHalfOpen = true;
        resolve(socket);
      });
      server.once('tlsClientError', (error: Error) => {
        const { code, data } = tlsFailure(error, progress) ?? { code: 'tls-failed' as const, data: errorData(error) };
        const reason = codeOf(error) === 'ECONNRESET' ? { reason: 'hung-up' } : {};
        reject(new TransportError(code, { ...offered, ...reason, ...data }));
      });
      // A device that hangs up inside the handshake has both halves closed, or TLS would wait for it.
      this.#socket.allowHalfOpen = false;
      server.emit('connection', this.#socket);
    });
  }

  // --- WebSocket

  async #upgrade(socket: Socket): Promise<AcceptedUpgrade> {
    this.#begin('upgrade');
    const accepted = await acceptUpgrade(socket);
    this.#facts = { ...this.#facts, websocket: accepted.facts };
    this.#stages?.end('upgrade', {
      path: accepted.facts.path,
      subprotocolsOffered: accepted.facts.offered,
      subprotocol: accepted.facts.subprotocol,
    });
    return accepted;
  }

  #begin(name: StageName): void {
    this.#stages?.begin(name);
  }

  // --- the byte stream

  #open(link: Link, tls: TlsProgress | undefined, upgraded: AcceptedUpgrade | undefined): void {
    const events: ByteStreamEvents = {
      data: (bytes) => {
        if (!this.#over) this.#events?.data(bytes);
      },
      drained: () => {
        if (!this.#over) this.#events?.drained();
      },
      ended: () => {
        if (!this.#over) this.#events?.ended();
      },
      closed: (failure) => this.#finished(failure),
    };
    this.#limit?.[Symbol.dispose]();
    link.socket.on('error', () => undefined);
    let stream: ByteStream;
    if (upgraded === undefined) {
      attach(link);
      stream = openSocketStream(link, tls, this.#clock, events, 'apart');
    } else stream = openWebSocketStream(upgraded, link, tls, this.#clock, events, 'server', 'apart');
    this.#stream = stream;
    this.#events?.open({
      remoteAddress: this.remoteAddress,
      localAddress: this.localAddress,
      ...(this.#facts.tls === undefined ? {} : { tls: this.#facts.tls }),
    });
    if (this.#over) return;
    stream.start();
    if (this.#paused) stream.pause();
    else stream.resume();
  }
}

function deviceTlsFacts(socket: TLSSocket, hello: ClientHelloFacts): TlsFacts {
  const chain = peerChain(socket);
  return {
    ...NOT_JUDGED,
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    ...(typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol } : {}),
    ...(hello.serverName === undefined ? {} : { serverName: hello.serverName }),
    chain,
    clientCertificateSent: chain.length > 0,
    resumed: socket.isSessionReused(),
  };
}

/** The first bytes of what was no handshake, in hexadecimal. */
function shown(bytes: Uint8Array): { readonly bytesReceived: number; readonly firstBytes: string } {
  return { bytesReceived: bytes.length, firstBytes: Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex') };
}
