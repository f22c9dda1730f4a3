/** One Python runtime as the service sees it: the sources of its run, driven by what comes over its port. */

import type { Port } from '../../shared/contract/port.ts';
import type { RunRecord } from '../../shared/contract/source-records.ts';
import {
  type LinkFailure,
  MOST_RUN_SOURCES,
  attemptOfRefused,
  parseRuntimeMessage,
  type RuntimeMessage,
  type ServiceMessage,
} from '../../shared/contract/script-link.ts';
import type { HostLookup } from '../engine/sources/ports.ts';
import type { ScriptMode } from '../engine/sources/script-source.ts';
import type { LiveScript, LiveScriptOptions } from './live-script.ts';
import { scriptTls, scriptTransport } from './script-target.ts';

/** What a runtime needs of whoever keeps its sources. */
export interface ScriptHost {
  beginRun(name: string): RunRecord;
  /** Makes a source and shows it. */
  openScript(options: Pick<LiveScriptOptions, 'name' | 'mode' | 'run' | 'listener'>): LiveScript;
  /** A script wanted more sources than it may have. */
  sourceRefused(run: RunRecord): void;
  readonly lookUpHost: HostLookup;
}

export interface ScriptRuntimeEvents {
  closed(): void;
}

/** A source that the script named; it is made when it is first opened. */
interface Client {
  readonly mode: ScriptMode;
  readonly name: string;
  live: LiveScript | undefined;
}

const TOO_MANY: LinkFailure = { code: 'too-many-sources', data: { limit: MOST_RUN_SOURCES } };
/** The script asked for what no connection can do or carry. */
const INVALID: LinkFailure = { code: 'invalid', data: {} };

/** A message that is none of the link, and about no attempt, closes the port: whoever sent it is no runtime of ours. */
export class ScriptRuntime {
  readonly #port: Port;
  readonly #host: ScriptHost;
  readonly #clients = new Map<number, Client>();
  /** Whose each standing attempt is. */
  readonly #attempts = new Map<number, LiveScript>();
  #run: { readonly number: number; readonly record: RunRecord } | undefined;
  #live = 0;
  #closed = false;

  constructor(port: Port, host: ScriptHost, events: ScriptRuntimeEvents) {
    this.#port = port;
    this.#host = host;
    port.onMessage((message) => this.#receive(message));
    port.onClose(() => {
      this.#shut();
      events.closed();
    });
  }

  /** Drops what the runtime holds; its sources stay readable. */
  close(): void {
    this.#shut();
    this.#port.close();
  }

  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endRun();
  }

  #endRun(): void {
    for (const { live } of this.#clients.values()) live?.close();
    this.#clients.clear();
    this.#attempts.clear();
    this.#run = undefined;
    this.#live = 0;
  }

  #receive(message: unknown): void {
    if (this.#closed) return;
    const parsed = parseRuntimeMessage(message);
    if (parsed === undefined) this.#refuse(message);
    else this.#obey(parsed);
  }

  #refuse(message: unknown): void {
    const attempt = attemptOfRefused(message);
    if (attempt === undefined) {
      this.close();
      return;
    }
    const live = this.#attempts.get(attempt);
    this.#attempts.delete(attempt);
    live?.script.end(attempt, true);
    this.#post({ kind: 'closed', attempt, failure: INVALID });
  }

  #post(message: ServiceMessage): void {
    if (!this.#closed) this.#port.post(message);
  }

  #obey(message: RuntimeMessage): void {
    switch (message.kind) {
      case 'begin':
        this.#endRun();
        this.#run = { number: message.run, record: this.#host.beginRun(message.name) };
        this.#post({ kind: 'begun', run: this.#run.record });
        return;
      case 'finish':
        if (this.#run?.number === message.run) this.#endRun();
        return;
      case 'source':
        this.#clients.set(message.source, { mode: message.mode, name: message.name, live: undefined });
        return;
      case 'release':
        this.#release(message.source);
        return;
      case 'open':
        this.#open(message);
        return;
      case 'secure':
        this.#attempts
          .get(message.attempt)
          ?.script.secure(message.attempt, message.tls === undefined ? undefined : scriptTls(message.tls));
        return;
      case 'resolve':
        void this.#resolve(message.request, message.host);
        return;
      case 'packets':
        this.#attempts.get(message.attempt)?.script.send(message.attempt, message.batch, message);
        return;
      case 'bytes':
        this.#attempts
          .get(message.attempt)
          ?.script.write(message.attempt, message.batch, message.bytes, message.initiator);
        return;
      case 'took':
        this.#attempts.get(message.attempt)?.script.took(message.attempt, message.bytes);
        return;
      case 'end':
        this.#attempts.get(message.attempt)?.script.end(message.attempt, message.abort);
    }
  }

  #open({ source, attempt, protocolVersion, target, decidesLater }: Extract<RuntimeMessage, { kind: 'open' }>): void {
    const client = this.#clients.get(source);
    const live = client === undefined ? undefined : (client.live ?? this.#make(client));
    if (live === undefined) {
      this.#post({ kind: 'closed', attempt, failure: TOO_MANY });
      return;
    }
    this.#attempts.set(attempt, live);
    live.target = target;
    const later = decidesLater && target.protocol === 'mqtt' && target.proxy === undefined;
    live.script.open(attempt, scriptTransport(target), protocolVersion, later);
  }

  /** Undefined where the run has as many sources as it may. */
  #make(client: Client): LiveScript | undefined {
    const run = (this.#run ??= { number: -1, record: this.#host.beginRun('') }).record;
    if (this.#live >= MOST_RUN_SOURCES) {
      this.#host.sourceRefused(run);
      return undefined;
    }
    this.#live += 1;
    const { mode, name } = client;
    client.live = this.#host.openScript({ mode, name, run, listener: this.#listener });
    return client.live;
  }

  /** The source stays on screen; the script may have another in its place. */
  #release(source: number): void {
    const client = this.#clients.get(source);
    this.#clients.delete(source);
    if (client?.live === undefined) return;
    this.#live -= 1;
    client.live.close();
  }

  async #resolve(request: number, host: string): Promise<void> {
    const { addresses, failure } = await this.#host.lookUpHost(host);
    this.#post({ kind: 'resolved', request, addresses, ...(failure === undefined ? {} : { failure }) });
  }

  readonly #listener: LiveScriptOptions['listener'] = {
    connected: (attempt, { remoteAddress, localAddress }) =>
      this.#post({ kind: 'connected', attempt, remoteAddress, localAddress }),
    opened: (attempt, { remoteAddress, localAddress, tls }) =>
      this.#post({ kind: 'opened', attempt, remoteAddress, localAddress, ...(tls === undefined ? {} : { tls }) }),
    packets: (attempt, batch, size) => this.#post({ kind: 'packets', attempt, size, ...batch }),
    bytes: (attempt, bytes) => this.#post({ kind: 'bytes', attempt, bytes }),
    sent: (attempt, batch) => this.#post({ kind: 'sent', attempt, batch }),
    closed: (attempt, failure) => {
      this.#attempts.delete(attempt);
      this.#post({ kind: 'closed', attempt, ...(failure === undefined ? {} : { failure }) });
    },
  };
}
