/** One transport: from `start` to `closed`, whatever happens in between. */

import type { Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import type {
  Clock,
  Random,
  Transport,
  TransportEvents,
  TransportFailure,
  TransportOptions,
} from '../sources/ports.ts';
import type { Relay, RelayEvents } from '../sources/tap-ports.ts';
import { TransportError } from './failures.ts';
import type { Resolver } from './resolve.ts';
import { endpointText, travel, type Route } from './route.ts';
import { openSocketStream } from './socket-stream.ts';
import { Stages } from './stages.ts';
import type { ByteStream, ByteStreamEvents, Halves } from './stream.ts';
import { openWebSocketStream, upgrade, type Upgraded } from './websocket-stream.ts';

export interface Lent {
  readonly clock: Clock;
  readonly random: Random;
  readonly resolver: Resolver;
}

/** A host as the wire wants it: without the brackets of a URL, and names in the ASCII form of IDNA. */
function plainHost(host: string): string {
  if (host.startsWith('[') && host.endsWith(']')) return host.slice(1, -1);
  return /[^\u0020-\u007e]/.test(host) ? domainToASCII(host) || host : host;
}

/**
 * The attempt and then the connection. Everything it opened is listed, so that ending it at any moment leaves nothing
 * behind: no socket, no timer, no event after `closed`.
 */
export class Attempt implements Transport, Relay {
  readonly #options: TransportOptions;
  readonly #lent: Lent;
  readonly #abort = new AbortController();
  readonly #sockets = new Set<Socket>();
  readonly #halves: Halves;
  #events: (TransportEvents & Partial<RelayEvents>) | undefined;
  #stages: Stages | undefined;
  #stream: ByteStream | undefined;
  #limit: Disposable | undefined;
  #state: 'new' | 'connecting' | 'open' | 'ending' | 'aborting' | 'closed' = 'new';
  #paused = false;
  /** The last facts of an attempt that is over are being told. */
  #finishing = false;

  constructor(options: TransportOptions, lent: Lent, halves: Halves = 'together') {
    this.#options = { ...options, host: plainHost(options.host) };
    this.#lent = lent;
    this.#halves = halves;
  }

  start(events: TransportEvents & Partial<RelayEvents>): void {
    if (this.#state !== 'new') throw new Error('a transport starts once');
    this.#state = 'connecting';
    this.#events = events;
    this.#stages = new Stages(this.#lent.clock, (stage) => {
      if (!this.#isOver() || this.#finishing) events.stage(stage);
    });
    process.nextTick(() => void this.#run());
  }

  write(bytes: Uint8Array): boolean {
    if (this.#state === 'new' || this.#state === 'connecting') throw new Error('write before open');
    if (this.#state !== 'open') return false;
    return this.#stream?.write(bytes) ?? false;
  }

  get unsentBytes(): number | undefined {
    return this.#state === 'open' ? this.#stream?.unsentBytes : undefined;
  }

  pause(): void {
    this.#paused = true;
    if (this.#state === 'open') this.#stream?.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#state === 'open') this.#stream?.resume();
  }

  end(): void {
    if (this.#state === 'open' && this.#stream !== undefined) {
      this.#state = 'ending';
      this.#stream.end();
    } else {
      this.destroy();
    }
  }

  finish(): void {
    if (this.#state === 'open') this.#stream?.finish();
  }

  reset(): void {
    if (this.#state === 'open' && this.#stream !== undefined) this.#stream.reset();
    else this.destroy();
  }

  destroy(): void {
    if (this.#state === 'aborting' || this.#state === 'closed') return;
    if (this.#state === 'new') {
      this.#state = 'closed';
      return;
    }
    const opened = this.#state === 'open' || this.#state === 'ending';
    this.#state = 'aborting';
    this.#drop();
    process.nextTick(() => {
      const stage = opened ? 'open' : (this.#stages?.running ?? 'start');
      this.#finish({ code: 'aborted', data: { stage } });
    });
  }

  async #run(): Promise<void> {
    const { connectTimeoutMs } = this.#options;
    if (this.#state !== 'connecting' || this.#stages === undefined) return;
    this.#limit = this.#lent.clock.after(connectTimeoutMs, () => {
      const stage = this.#stages?.running ?? 'start';
      const { host, port } = this.#options;
      this.#finish({ code: 'timeout', data: { stage, timeoutMs: connectTimeoutMs, host, port } });
    });
    try {
      const route = await travel({
        options: this.#options,
        ...this.#lent,
        keyLog: (line) => this.#events?.keyLog?.(line),
        stages: this.#stages,
        halves: this.#halves,
        signal: this.#abort.signal,
        own: (socket) => this.#own(socket),
      });
      const upgraded = await this.#upgrade(route);
      if (this.#state === 'connecting') this.#open(route, upgraded);
    } catch (error) {
      if (error instanceof TransportError) this.#finish(error.failure);
      else this.#rethrow(error);
    }
  }

  /** A mistake in this program, or thrown by the owner's own events, is not a failure of the connection. */
  #rethrow(error: unknown): void {
    this.#drop();
    process.nextTick(() => {
      throw error;
    });
  }

  async #upgrade(route: Route): Promise<Upgraded | undefined> {
    const { protocol, host, port, srv, websocket } = this.#options;
    if ((protocol !== 'ws' && protocol !== 'wss') || this.#state !== 'connecting') return undefined;
    const endpoint = srv === true ? route.endpoint : { host, port };
    this.#stages?.begin('upgrade', {
      path: websocket?.path ?? '/mqtt',
      subprotocolOffered: websocket?.subprotocol ?? 'mqtt',
    });
    try {
      const upgraded = await upgrade({
        link: route.link,
        tls: route.tls?.progress,
        secure: protocol === 'wss',
        ...endpoint,
        websocket,
      });
      this.#stages?.end('upgrade', { status: 101, subprotocol: upgraded.subprotocol });
      return upgraded;
    } catch (error) {
      if (error instanceof TransportError) {
        this.#stages?.fail('upgrade', error.failure);
        this.#blameTls(error.failure);
      }
      throw error;
    }
  }

  #open(route: Route, upgraded: Upgraded | undefined): void {
    const { link, tls } = route;
    const events: ByteStreamEvents = {
      data: (bytes) => {
        if (!this.#isOver()) this.#events?.data(bytes);
      },
      drained: () => {
        if (this.#state === 'open') this.#events?.drained();
      },
      ended: () => {
        if (!this.#isOver()) this.#events?.ended?.();
      },
      closed: (failure) => {
        if (this.#isOver()) return;
        if (failure !== undefined) this.#blameTls(failure);
        this.#finish(failure);
      },
    };
    const { clock } = this.#lent;
    const stream =
      upgraded === undefined
        ? openSocketStream(link, tls?.progress, clock, events, this.#halves)
        : openWebSocketStream(upgraded, link, tls?.progress, clock, events, 'client', this.#halves);
    this.#limit?.[Symbol.dispose]();
    this.#stream = stream;
    this.#state = 'open';
    this.#events?.open({
      remoteAddress: endpointText(link.socket.remoteAddress, link.socket.remotePort),
      localAddress: endpointText(link.socket.localAddress, link.socket.localPort),
      ...(tls === undefined ? {} : { tls: tls.facts }),
    });
    if (this.#isOver()) return;
    stream.start();
    if (this.#paused) this.pause();
  }

  #isOver(): boolean {
    return this.#state === 'aborting' || this.#state === 'closed';
  }

  /** In TLS 1.3 the server's verdict on our certificate comes when the handshake is already over on our side. */
  #blameTls(failure: TransportFailure): void {
    if (failure.code.startsWith('tls-') && this.#stages?.has('tls') === true) this.#stages.fail('tls', failure);
  }

  #own(socket: Socket): void {
    // Errors are handled where they mean something; this one keeps an unwatched moment from ending the process.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#isOver()) socket.destroy();
    else this.#sockets.add(socket);
  }

  #drop(): void {
    this.#limit?.[Symbol.dispose]();
    this.#abort.abort();
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #finish(failure: TransportFailure | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#drop();
    const running = this.#stages?.running;
    this.#finishing = true;
    if (running !== undefined && failure !== undefined) this.#stages?.fail(running, failure);
    this.#finishing = false;
    this.#events?.closed(failure);
  }
}
