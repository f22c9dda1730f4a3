/** Rules between real clients and a real broker, for tests: a device of MQTT.js through a tap, a listener at the broker, and a page. */

import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { PacketDetail } from '../../shared/contract/packet-records.ts';
import type { SourceSummary } from '../../shared/contract/source-records.ts';
import type { HeldPacket, Rule, RulesRecord } from '../../shared/contract/rules.ts';
import { type DrivenPage, plainProfile, startService, type StartedService } from '../service/drive-page.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Listener, listenTo } from '../support/mqtt-peers.ts';

let made = 0;

export function rule(filter: string, action: Rule['action'], changes: Partial<Rule> = {}): Rule {
  made += 1;
  return { id: `r${made}`, name: '', enabled: true, filter, every: 1, action, ...changes };
}

export class Bench implements AsyncDisposable {
  readonly broker: Mosquitto;
  readonly page: DrivenPage;
  readonly tapPort: number;
  readonly listener: Listener;
  readonly #started: StartedService;
  readonly #clients: MqttClient[] = [];

  private constructor(
    broker: Mosquitto,
    started: StartedService,
    parts: { readonly page: DrivenPage; readonly tapPort: number; readonly listener: Listener },
  ) {
    this.broker = broker;
    this.#started = started;
    this.page = parts.page;
    this.tapPort = parts.tapPort;
    this.listener = parts.listener;
  }

  static async start(): Promise<Bench> {
    const [broker, started] = await Promise.all([startMosquitto(), startService()]);
    const page = started.attach();
    const { port } = await page.call('startTap', {
      listen: { protocol: 'mqtt', port: 0 },
      upstream: { profile: plainProfile(broker.port) },
    });
    const listener = await listenTo(broker.port, '#');
    return new Bench(broker, started, { page, tapPort: port, listener });
  }

  rules(...rules: readonly Rule[]): Promise<void> {
    return this.page.call('setRules', { rules: [...rules] });
  }

  /** A client through the tap; 5.0 unless said otherwise. */
  async device(options: IClientOptions = {}): Promise<MqttClient> {
    const client = await connectAsync(`mqtt://127.0.0.1:${this.tapPort}`, {
      clientId: 'device',
      reconnectPeriod: 0,
      protocolVersion: 5,
      ...options,
    });
    client.on('error', () => undefined);
    this.#clients.push(client);
    return client;
  }

  /** The newest source of a device. */
  source(): SourceSummary {
    const found = this.page.sources.findLast(({ kind }) => kind === 'tap');
    if (found === undefined) throw new Error('no device has connected');
    return found;
  }

  get record(): RulesRecord | undefined {
    return this.page.frames.findLast(({ rules }) => rules !== undefined)?.rules;
  }

  /** The oldest packet that waits, once one does that `fits`. */
  held(fits: (held: HeldPacket) => boolean = () => true): Promise<HeldPacket> {
    return this.page.until('a packet that waits', () => this.record?.held.find(fits));
  }

  noneHeld(): Promise<boolean> {
    return this.page.until('nothing that waits', () => this.record?.held.length === 0);
  }

  /** What the listener heard, once it is `count` lines. */
  async heard(count: number): Promise<readonly string[]> {
    await this.page.until(`${count} messages`, () => this.listener.lines.length >= count);
    return this.listener.lines;
  }

  /** The packets of a source that pass the filter, in order, with all that is known of them. */
  async packets(filter: string, source = this.source().id): Promise<PacketDetail[]> {
    const { view } = await this.page.call('openPacketView', { source, filter });
    await this.page.call('setWindow', { view, from: 0, count: 100, follow: false });
    const push = await this.page.until('the rows', () => {
      const seen = this.page.view('packets', view);
      return seen?.unscanned === 0 && seen;
    });
    const seqs = [...push.rows.seq];
    await this.page.call('closeView', { view });
    return Promise.all(seqs.map((seq) => this.page.call('getPacket', { source, seq })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.listener[Symbol.asyncDispose]();
    this.page[Symbol.dispose]();
    await this.#started[Symbol.asyncDispose]();
    await this.broker[Symbol.asyncDispose]();
  }
}
