/** The taps that listen: where devices connect, what becomes of each connection, and how many there are. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { ProcedureParsed } from '../../shared/contract/procedures.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { TapRecord } from '../../shared/contract/source-records.ts';
import type { TransportOptions } from '../engine/sources/ports.ts';
import type {
  DeviceListener,
  DeviceRelay,
  ListenOptions,
  Relay,
  RelayFactory,
  ServerCredentials,
  TapHost,
} from '../engine/sources/tap-ports.ts';
import { leadsBack } from '../engine/sources/tap-loop.ts';
import { onwardOptions } from '../engine/sources/tap-source.ts';
import type { LiveTap, LiveTapOptions } from './live-tap.ts';

/** Connections that may stand at once in one tap; further devices are turned away, and counted. */
export const MOST_DEVICES = 1000;

export interface TapsOptions {
  /** Absent where the host cannot listen. */
  readonly host: TapHost | undefined;
  /** The authority that certificates are made under. */
  readonly authority: (make: () => Promise<ServerCredentials>) => Promise<ServerCredentials>;
  /** Makes a source and shows it. */
  readonly openTap: (options: Pick<LiveTapOptions, 'tap' | 'endpoint' | 'device' | 'connectOn' | 'ended'>) => LiveTap;
  /** Makes the way on of a source to its server. */
  readonly shape: (source: SourceId, create: RelayFactory, options: TransportOptions) => Relay;
  readonly refused: (tap: TapRecord) => void;
  readonly changed: () => void;
}

export type TapRequest = ProcedureParsed<'startTap'>['listen'];

interface RunningTap {
  readonly id: number;
  readonly name: string;
  readonly listen: TapRequest;
  readonly upstream: string;
  readonly listener: DeviceListener;
  readonly standing: Set<LiveTap>;
  connections: number;
  refused: number;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

export class Taps {
  readonly #options: TapsOptions;
  readonly #taps: RunningTap[] = [];
  #next = 0;

  constructor(options: TapsOptions) {
    this.#options = options;
  }

  get all(): readonly TapRecord[] {
    return this.#taps.map((tap) => this.#record(tap));
  }

  /** PEM of the authority whose certificates devices are shown. */
  async authorityCertificate(): Promise<string> {
    return (await this.#authority()).cert;
  }

  /** Rejects with `tap-to-itself`, `port-taken`, `port-forbidden`, `cannot-listen` or `bad-tap-certificate`. */
  async start(listen: TapRequest, upstream: TransportOptions, endpoint: string): Promise<TapRecord> {
    const machine = this.#host();
    const { network } = machine;
    const { protocol, host, port } = listen;
    if (leadsBack(listen, upstream, machine.addresses())) throw new InspectorError('tap-to-itself', { host, port });
    const credentials = await this.#credentials(listen);
    const id = this.#next;
    this.#next += 1;
    let running: RunningTap | undefined;
    const options = { protocol, host, port, ...(credentials === undefined ? {} : { credentials }) };
    const outcome = await network.listen(options, (device) => {
      if (running === undefined) device.reset();
      else this.#accept(running, device, upstream);
    });
    if ('code' in outcome) {
      const { code, errno } = outcome;
      if (code === 'port-taken' || code === 'port-forbidden') throw new InspectorError(code, { port });
      if (code === 'bad-credentials') throw new InspectorError('bad-tap-certificate', { reason: errno });
      throw new InspectorError('cannot-listen', { host, port, reason: errno });
    }
    running = {
      id,
      name: `:${outcome.port}`,
      listen: { ...listen, port: outcome.port },
      upstream: endpoint,
      listener: outcome,
      standing: new Set(),
      connections: 0,
      refused: 0,
    };
    this.#taps.push(running);
    this.#options.changed();
    return this.#record(running);
  }

  /** Takes no more devices and cuts off those that are connected; what was recorded stays. Throws `no-such-tap`. */
  stop(id: number): void {
    const at = this.#taps.findIndex((tap) => tap.id === id);
    const [tap] = at < 0 ? [] : this.#taps.splice(at, 1);
    if (tap === undefined) throw new InspectorError('no-such-tap', { tap: id });
    tap.listener.close();
    for (const source of tap.standing) source.close();
    this.#options.changed();
  }

  stopAll(): void {
    for (const { id } of [...this.#taps]) this.stop(id);
  }

  #host(): TapHost {
    const { host } = this.#options;
    if (host === undefined) throw new InspectorError('internal', { message: 'this host has no taps' });
    return host;
  }

  #authority(): Promise<ServerCredentials> {
    const host = this.#host();
    return this.#options.authority(() => host.makeAuthority());
  }

  async #credentials({ protocol, certificate }: TapRequest): Promise<ListenOptions['credentials']> {
    if (protocol !== 'mqtts' && protocol !== 'wss') return undefined;
    if (certificate !== undefined) return () => Promise.resolve(certificate);
    return this.#host().certificates(await this.#authority());
  }

  #accept(tap: RunningTap, device: DeviceRelay, upstream: TransportOptions): void {
    if (tap.standing.size >= MOST_DEVICES) {
      tap.refused += 1;
      device.reset();
      this.#options.refused(this.#record(tap));
      this.#options.changed();
      return;
    }
    const { id, name } = tap;
    const { network } = this.#host();
    const { shape } = this.#options;
    const source: LiveTap = this.#options.openTap({
      tap: { id, name },
      endpoint: tap.upstream,
      device,
      connectOn: (facts) => shape(source.id, network.createRelay, onwardOptions(upstream, facts)),
      ended: () => {
        tap.standing.delete(source);
        this.#options.changed();
      },
    });
    tap.standing.add(source);
    tap.connections += 1;
    this.#options.changed();
  }

  #record(tap: RunningTap): TapRecord {
    const { id, name, listen, upstream, standing, connections, refused } = tap;
    const { protocol, host, port } = listen;
    const hosts = EVERY_ADDRESS.has(host) ? this.#host().addresses() : [host];
    return {
      id,
      name,
      protocol,
      host,
      port,
      addresses: hosts.map((one) => `${protocol}://${one.includes(':') ? `[${one}]` : one}:${port}`),
      openToNetwork: !LOOPBACK.has(host),
      ownCertificate: listen.certificate !== undefined,
      upstream,
      devices: standing.size,
      connections,
      refused,
    };
  }
}
