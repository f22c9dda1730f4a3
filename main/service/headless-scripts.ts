/** Scripts without a page: their clients' sources, kept until the run is over, and written to one capture file. */

import type { Port } from '../../shared/contract/port.ts';
import type { RunRecord } from '../../shared/contract/source-records.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/contract/settings.ts';
import { type Endpoint, endpointOf as addressOf } from '../engine/files/ip-address.ts';
import type { Parties } from '../engine/files/mqtt-conversation.ts';
import { PacketFileWriter } from '../engine/files/packet-file-writer.ts';
import type { Clock, HostLookup, Random, TransportFactory } from '../engine/sources/ports.ts';
import { LiveScript, type LiveScriptOptions } from './live-script.ts';
import { type ScriptHost, ScriptRuntime } from './script-runtime.ts';

const NOWHERE: Endpoint = { address: '0.0.0.0', port: 0 };
/** Pending handshakes are nobody's concern here. */
const NEVER_US = Number.POSITIVE_INFINITY;

export interface HeadlessScriptsOptions {
  /** Bytes of packets kept of each client; older ones are evicted and counted. */
  readonly byteBudget: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly createTransport: TransportFactory;
  readonly lookUpHost: HostLookup;
}

export class HeadlessScripts implements ScriptHost {
  readonly #options: HeadlessScriptsOptions;
  readonly #settings: Settings;
  readonly #sources: LiveScript[] = [];
  #refused = 0;

  constructor(options: HeadlessScriptsOptions) {
    this.#options = options;
    this.#settings = { ...DEFAULT_SETTINGS, byteBudget: options.byteBudget };
  }

  /** Clients that had a connection, in the order in which they first connected. */
  get sources(): readonly LiveScript[] {
    return this.#sources;
  }

  /** Clients that were turned away for want of room. */
  get refused(): number {
    return this.#refused;
  }

  get lookUpHost(): HostLookup {
    return this.#options.lookUpHost;
  }

  attach(port: Port): Disposable {
    const runtime = new ScriptRuntime(port, this, { closed: () => undefined });
    return { [Symbol.dispose]: () => runtime.close() };
  }

  beginRun(name: string): RunRecord {
    return { id: 0, name };
  }

  sourceRefused(): void {
    this.#refused += 1;
  }

  openScript(options: Pick<LiveScriptOptions, 'name' | 'mode' | 'run' | 'listener'>): LiveScript {
    const { clock, random, createTransport } = this.#options;
    const source = new LiveScript({
      ...options,
      id: this.#sources.length,
      settings: this.#settings,
      clock,
      random,
      createTransport,
      stalledAfterUs: () => NEVER_US,
      changed: () => undefined,
    });
    this.#sources.push(source);
    return source;
  }

  /** Packets that had to go before they could be written. */
  get evicted(): number {
    return this.#sources.reduce((sum, { recording }) => sum + recording.capture.evicted.packets, 0);
  }

  /** A pcapng file of all packets in the order of their times, piece by piece. */
  *file(application: string): Generator<Uint8Array> {
    const writer = new PacketFileWriter();
    yield writer.header(application);
    const rows = this.#sources.flatMap((source) => {
      const { capture } = source.recording;
      return Array.from({ length: capture.recordCount }, (_, index) => ({ source, seq: capture.firstSeq + index }));
    });
    rows.sort((a, b) => a.source.recording.capture.timeUs(a.seq) - b.source.recording.capture.timeUs(b.seq));
    for (const { source, seq } of rows) {
      const { capture } = source.recording;
      const bytes = capture.firstByte(seq) === 0 ? undefined : capture.bytes(seq);
      if (bytes === undefined || bytes.length === 0) continue;
      const parties = partiesOf(source, capture.connection(seq));
      yield writer.packet(parties, capture.direction(seq), capture.timeUs(seq), bytes);
    }
  }

  close(): void {
    for (const source of this.#sources) source.close();
  }
}

function partiesOf(source: LiveScript, connection: number): Parties {
  const attempt = source.script.log.attempts.find((one) => one.connection === connection);
  return {
    client: addressOf(attempt?.localAddress ?? '') ?? NOWHERE,
    server: addressOf(attempt?.remoteAddress ?? '') ?? NOWHERE,
  };
}
