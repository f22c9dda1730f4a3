/** The worker's end of the script link: what `_inspector.wire` calls, as the JavaScript module `_inspector_link` of the interpreter. */

import type { Port } from '../../contract/port.ts';
import {
  type HostOverride,
  type LinkFailure,
  type PacketBatch,
  ROW_NUMBERS,
  type RuntimeMessage,
  type ScriptTarget,
  type ServiceMessage,
} from '../../contract/script-link.ts';
import { planHost } from './host-overrides.ts';
import type { Signal } from './host-module.ts';

export interface ScriptLink {
  /** To be registered as the JavaScript module `_inspector_link` before `_inspector.wire` is imported. */
  readonly module: object;
  /** Sources that the script opens from here on belong to a run of this name. */
  beginRun(name: string): void;
  /** The run is over: its connections are dropped without DISCONNECT. */
  finishRun(): void;
  setOverrides(overrides: readonly HostOverride[]): void;
  close(): void;
}

export interface ScriptLinkEvents {
  /** The service knows the run by this number from now on. */
  begun(run: number): void;
  /** A name that does not resolve: the owner offers a host override. */
  unresolved(host: string): void;
}

/** Takes ownership of `port`. */
export function createScriptLink(port: Port, events: ScriptLinkEvents): ScriptLink {
  const link = new Link(port, events);
  return {
    module: { link },
    beginRun: (name) => link.beginRun(name),
    finishRun: () => link.finishRun(),
    setOverrides: (overrides) => link.setOverrides(overrides),
    close: () => port.close(),
  };
}

/** A buffer of Python's, borrowed for one call. */
interface PythonBytes {
  getBuffer(kind?: string): { readonly data: Uint8Array; release(): void };
}

function copied(bytes: PythonBytes): Uint8Array<ArrayBuffer> {
  const buffer = bytes.getBuffer('u8');
  const copy = new Uint8Array(buffer.data);
  buffer.release();
  return copy;
}

/** How a connection ended, for Python. */
interface End {
  readonly code: string;
  readonly data: string;
}

/** So much is taken before the service hears of it: a small part of what it hands out ahead. */
const TOLD_BYTES = 65_536;

const CUT_OFF: LinkFailure = { code: 'aborted', data: {} };

/** Calls come from Python. Structures cross as JSON text, bytes as buffers. */
class Link {
  readonly #port: Port;
  readonly #events: ScriptLinkEvents;
  readonly #attempts = new Map<number, Attempt>();
  readonly #questions = new Map<number, (answer: string) => void>();
  #overrides: readonly HostOverride[] = [];
  #run = 0;
  #next = 0;
  #closed = false;

  constructor(port: Port, events: ScriptLinkEvents) {
    this.#port = port;
    this.#events = events;
    port.onMessage((message) => this.#receive(message as ServiceMessage));
    port.onClose(() => {
      this.#closed = true;
      for (const attempt of this.#attempts.values()) attempt.closed(CUT_OFF);
      this.#attempts.clear();
      for (const answer of this.#questions.values()) answer(JSON.stringify({ addresses: [], failure: CUT_OFF }));
      this.#questions.clear();
    });
  }

  beginRun(name: string): void {
    this.#run += 1;
    this.post({ kind: 'begin', run: this.#run, name });
  }

  finishRun(): void {
    this.post({ kind: 'finish', run: this.#run });
  }

  setOverrides(overrides: readonly HostOverride[]): void {
    this.#overrides = overrides;
  }

  post(message: RuntimeMessage): void {
    if (!this.#closed) this.#port.post(message);
  }

  /** Where a connection goes, as JSON of a {@link file://./host-overrides.ts PlannedHost}. */
  plan(host: string, port: number, protocol: ScriptTarget['protocol']): string {
    return JSON.stringify(planHost({ host, port, protocol }, this.#overrides));
  }

  /** Whether some override replaces what a script says about TLS: its certificate files may then be missing. */
  replacesTls(): boolean {
    return this.#overrides.some(({ to }) => to.includes('://'));
  }

  source(mode: 'packets' | 'bytes', name: string): number {
    this.#next += 1;
    this.post({ kind: 'source', source: this.#next, mode, name: name.slice(0, 300) });
    return this.#next;
  }

  release(source: number): void {
    this.post({ kind: 'release', source });
  }

  /**
   * Starts an attempt. `signal` is set whenever something of it changes. `target` is JSON of a `ScriptTarget`. With `decidesLater` the attempt
   * stops at `isConnected` for {@link Attempt.secure}.
   */
  open(source: number, protocolVersion: 3 | 4 | 5, target: string, signal: Signal, decidesLater: boolean): Attempt {
    this.#next += 1;
    const attempt = new Attempt(this, this.#next, signal);
    if (this.#closed) {
      attempt.closed(CUT_OFF);
      return attempt;
    }
    this.#attempts.set(attempt.number, attempt);
    const parsed = JSON.parse(target) as ScriptTarget;
    const attemptOf = { source, attempt: attempt.number, protocolVersion, target: parsed };
    this.post({ kind: 'open', ...attemptOf, decidesLater });
    return attempt;
  }

  /** Addresses of a name, as JSON of `{addresses, failure?}`. */
  resolve(host: string): Promise<string> {
    this.#next += 1;
    const request = this.#next;
    return new Promise((resolve) => {
      if (this.#closed) resolve(JSON.stringify({ addresses: [], failure: CUT_OFF }));
      else this.#questions.set(request, resolve);
      this.post({ kind: 'resolve', request, host });
    });
  }

  #receive(message: ServiceMessage): void {
    if (message.kind === 'begun') {
      this.#events.begun(message.run.id);
      return;
    }
    if (message.kind === 'resolved') {
      const { request, addresses, failure } = message;
      this.#questions.get(request)?.(JSON.stringify({ addresses, failure }));
      this.#questions.delete(request);
      this.#noteUnresolved(failure);
      return;
    }
    const attempt = this.#attempts.get(message.attempt);
    if (attempt === undefined) return;
    switch (message.kind) {
      case 'connected':
        attempt.connected(message);
        return;
      case 'opened':
        attempt.opened(message);
        return;
      case 'packets':
        attempt.arrived({ batch: message, size: message.size });
        return;
      case 'bytes':
        attempt.arrived({ bytes: message.bytes, size: message.bytes.length });
        return;
      case 'sent':
        attempt.sent(message.batch);
        return;
      case 'closed':
        this.#attempts.delete(message.attempt);
        this.#noteUnresolved(message.failure);
        attempt.closed(message.failure);
    }
  }

  #noteUnresolved(failure: LinkFailure | undefined): void {
    const host = failure?.data['host'];
    if (failure?.code === 'dns-not-found' && typeof host === 'string') this.#events.unresolved(host);
  }
}

interface Arrival {
  readonly batch?: PacketBatch;
  readonly bytes?: Uint8Array;
  /** Wire bytes. */
  readonly size: number;
}

/** One connection of a script's client, in Python's hands. */
class Attempt {
  readonly number: number;
  readonly #link: Link;
  readonly #signal: Signal;
  readonly #arrivals: Arrival[] = [];
  readonly #unsent = new Map<number, number>();
  #batch = 0;
  /** Bytes that were taken and not told. */
  #taken = 0;
  #facts = '';
  /** Other flags that are set with the attempt's own: of whoever waits for several attempts at once. */
  readonly #watchers = new Set<Signal>();
  /** TCP stands; bytes may be written, which leave once the connection is open. */
  isConnected = false;
  isOpen = false;
  isOver = false;
  unsentBytes = 0;
  /** Whether the flag is set when bytes have left, too: each time wakes who waits for it. */
  tellsSent = true;
  end: End | undefined;

  constructor(link: Link, number: number, signal: Signal) {
    this.#link = link;
    this.number = number;
    this.#signal = signal;
  }

  /** Of the connection that stands, as JSON of `{remoteAddress, localAddress, tls?}`; empty before. */
  get facts(): string {
    return this.#facts;
  }

  /** Whether something waits to be taken. */
  get pending(): boolean {
    return this.#arrivals.length > 0;
  }

  /**
   * Sends a batch as the contract lays it out. `others` is a JSON list of packets in which bytes are `{"$": index}` into `blobs`, and
   * `lengths` says where each blob of `blobs` ends.
   */
  send(
    rows: PythonBytes,
    bytes: PythonBytes,
    others: string,
    blobs: PythonBytes,
    properties: string,
    initiators: string,
  ): void {
    const blob = copied(blobs);
    const raw = copied(rows);
    const packed = copied(bytes);
    this.#batch += 1;
    const revive = (_key: string, value: unknown): unknown => revived(value, blob);
    const message = {
      kind: 'packets',
      attempt: this.number,
      batch: this.#batch,
      rows: new Uint32Array(raw.buffer),
      bytes: packed,
      others: others === '' ? [] : (JSON.parse(others, revive) as never[]),
      properties: properties === '' ? [] : (JSON.parse(properties, revive) as never[]),
      initiators: JSON.parse(initiators) as string[],
    } as const;
    this.#count(packed.length + (raw.length / 4 / ROW_NUMBERS) * 4 + blob.length);
    this.#link.post(message);
  }

  write(bytes: PythonBytes, initiator: string): void {
    const own = copied(bytes);
    this.#batch += 1;
    this.#count(own.length);
    this.#link.post({ kind: 'bytes', attempt: this.number, batch: this.#batch, bytes: own, initiator });
  }

  /** The next packets or bytes that came, undefined where there are none. The server may send as much again. */
  take(): Arrival | undefined {
    const arrival = this.#arrivals.shift();
    if (arrival === undefined) return undefined;
    this.#taken += arrival.size;
    if (this.#taken >= TOLD_BYTES) {
      this.#link.post({ kind: 'took', attempt: this.number, bytes: this.#taken });
      this.#taken = 0;
    }
    return arrival;
  }

  /** Says how to secure a connection that {@link isConnected}: JSON of a `ScriptTls`, or empty for in clear. */
  secure(tls: string): void {
    const parsed = tls === '' ? {} : { tls: JSON.parse(tls) as NonNullable<ScriptTarget['tls']> };
    this.#link.post({ kind: 'secure', attempt: this.number, ...parsed });
  }

  /** From now on `signal` is set with the attempt's own. */
  watch(signal: Signal): void {
    this.#watchers.add(signal);
  }

  unwatch(signal: Signal): void {
    this.#watchers.delete(signal);
  }

  close(abort: boolean): void {
    this.#link.post({ kind: 'end', attempt: this.number, abort });
  }

  connected({ remoteAddress, localAddress }: Extract<ServiceMessage, { kind: 'connected' }>): void {
    this.#facts = JSON.stringify({ remoteAddress, localAddress });
    this.isConnected = true;
    this.#changed();
  }

  opened(facts: Extract<ServiceMessage, { kind: 'opened' }>): void {
    const { remoteAddress, localAddress, tls } = facts;
    this.#facts = JSON.stringify({ remoteAddress, localAddress, tls });
    this.isConnected = true;
    this.isOpen = true;
    this.#changed();
  }

  arrived(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#changed();
  }

  sent(upTo: number): void {
    for (const [batch, size] of this.#unsent) {
      if (batch > upTo) break;
      this.#unsent.delete(batch);
      this.unsentBytes -= size;
    }
    if (this.tellsSent) this.#changed();
  }

  closed(failure: LinkFailure | undefined): void {
    this.isOver = true;
    this.unsentBytes = 0;
    this.#unsent.clear();
    this.end =
      failure === undefined ? { code: '', data: '{}' } : { code: failure.code, data: JSON.stringify(failure.data) };
    this.#changed();
  }

  #changed(): void {
    this.#signal.set();
    for (const watcher of this.#watchers) watcher.set();
  }

  #count(size: number): void {
    this.#unsent.set(this.#batch, size);
    this.unsentBytes += size;
  }
}

/** `{"$": [from, to]}` stands for bytes. */
function revived(value: unknown, blob: Uint8Array): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value) || !Array.isArray(value.$)) return value;
  const [from, to] = value.$ as [number, number];
  return blob.slice(from, to);
}
