/** A tap without a page: the packets of all its devices in one recording, in the order in which they came. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { RuleBook, RulesRecord } from '../../shared/contract/rules.ts';
import type { LinkConditions } from '../../shared/contract/shaping.ts';
import type { Filter } from '../../shared/filter/filter-ast.ts';
import type { CaptureEvent } from '../engine/capture/capture.ts';
import { type Endpoint, endpointOf as addressOf } from '../engine/files/ip-address.ts';
import type { Parties } from '../engine/files/mqtt-conversation.ts';
import { PacketFileWriter } from '../engine/files/packet-file-writer.ts';
import { RuleGate } from '../engine/rules/rule-gate.ts';
import { RuleSet } from '../engine/rules/rule-set.ts';
import { ShapedRelay } from '../engine/shaping/shaped-link.ts';
import type { GateEnds } from '../engine/sources/gate-ports.ts';
import type { Clock, Random, TransportOptions } from '../engine/sources/ports.ts';
import { Recording } from '../engine/sources/recording.ts';
import type { DeviceListener, ListenFailure, ListenOptions, Relay, TapNetwork } from '../engine/sources/tap-ports.ts';
import { leadsBack } from '../engine/sources/tap-loop.ts';
import { onwardOptions, TapSource } from '../engine/sources/tap-source.ts';
import { type HeadlessRow, HeadlessRows } from './headless-rows.ts';
import { ruleFilters } from './rule-filters.ts';
import { LARGEST_TAPPED_BYTES } from './rules.ts';

export interface HeadlessTapOptions {
  readonly listen: ListenOptions;
  readonly upstream: TransportOptions;
  readonly filter: Filter;
  /** Bytes of packets that may wait to be read; older ones are evicted and counted. */
  readonly byteBudget: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: TapNetwork;
  /** Addresses that this machine has in its networks. */
  readonly own: readonly string[];
  /** Of the way on to the server, for every device. */
  readonly conditions: LinkConditions;
  /** For the packets of every device. */
  readonly rules: RuleBook;
  readonly listener: HeadlessTapListener;
}

/** Calls come from within the connections' events: they must not call back. */
export interface HeadlessTapListener {
  /** Rows may have come. */
  recorded(): void;
  /** Something happened to a connection, numbered from 0, that is no packet. */
  noted(connection: number, event: CaptureEvent): void;
}

const NOWHERE: Endpoint = { address: '0.0.0.0', port: 0 };

/** Used once: {@link start}, then {@link close}. */
export class HeadlessTap {
  readonly rows: HeadlessRows;
  readonly #recording: Recording;
  readonly #options: HeadlessTapOptions;
  readonly #startedUs: number;
  readonly #writer = new PacketFileWriter();
  readonly #rules = new RuleSet();
  readonly #standing = new Set<TapSource>();
  /** Of each connection, in their order. */
  readonly #parties: Parties[] = [];
  #listener: DeviceListener | undefined;

  /** Throws `bad-rule` and `bad-topic`. */
  constructor(options: HeadlessTapOptions) {
    const { byteBudget, random, filter, rules } = options;
    this.#rules.set(rules, ruleFilters(rules));
    this.#options = options;
    this.#startedUs = options.clock.nowUs();
    this.#recording = new Recording({ byteBudget, maxPacketBytes: Number.POSITIVE_INFINITY, random });
    this.rows = new HeadlessRows(this.#recording, filter, () => true);
  }

  /** Connections so far. */
  get devices(): number {
    return this.#parties.length;
  }

  /** What the rules did so far. */
  get ruleCounts(): RulesRecord['counts'] {
    return this.#rules.record.counts;
  }

  /** Rejects with `tap-to-itself`. */
  async start(): Promise<DeviceListener | ListenFailure> {
    const { listen, upstream, network, own, clock, listener } = this.#options;
    const { host, port } = listen;
    if (leadsBack(listen, upstream, own)) throw new InspectorError('tap-to-itself', { host, port });
    const outcome = await network.listen(listen, (device) => {
      const source: TapSource = new TapSource(
        {
          recording: this.#recording,
          clock,
          device,
          connectOn: (facts) => this.#shapedRelay(onwardOptions(upstream, facts)),
          makeGate: (connection, ends) => this.#gate(connection, ends),
        },
        {
          changed: () => undefined,
          recorded: () => listener.recorded(),
          noted: (connection, event) => listener.noted(connection, event),
          ended: () => this.#standing.delete(source),
        },
      );
      this.#parties[source.connection] = {
        client: addressOf(device.remoteAddress) ?? NOWHERE,
        server: addressOf(device.localAddress) ?? NOWHERE,
      };
      this.#standing.add(source);
    });
    if ('port' in outcome) this.#listener = outcome;
    return outcome;
  }

  /** Takes no more devices and cuts off those that stand. Rows stay readable. */
  close(): void {
    this.#listener?.close();
    for (const source of this.#standing) source.close();
  }

  #gate(connection: number, ends: GateEnds): RuleGate {
    const { clock, random } = this.#options;
    const surroundings = {
      rules: this.#rules,
      recording: this.#recording,
      connection,
      source: 0,
      sourceName: () => '',
    };
    return new RuleGate({ ...surroundings, largestBytes: LARGEST_TAPPED_BYTES, clock, random }, ends);
  }

  #shapedRelay(target: TransportOptions): Relay {
    const { network, clock, random, conditions } = this.#options;
    const relay = network.createRelay(target);
    return new ShapedRelay(relay, { clock, random, conditions, sinceUs: this.#startedUs, target });
  }

  /** Begins a pcapng file. */
  fileHeader(application: string): Uint8Array {
    return this.#writer.header(application);
  }

  /** TLS secrets as they stand in the file, lines of the NSS Key Log Format. */
  fileSecrets(lines: readonly string[]): Uint8Array {
    return this.#writer.secrets(lines);
  }

  /** A row as it stands in the file, between the device and the tap; undefined for a packet whose bytes were not kept. */
  filePiece({ seq }: HeadlessRow): Uint8Array | undefined {
    const { capture } = this.#recording;
    const bytes = capture.bytes(seq);
    if (bytes.length === 0) return undefined;
    const parties = this.#parties[capture.connection(seq)] ?? { client: NOWHERE, server: NOWHERE };
    return this.#writer.packet(parties, capture.direction(seq), capture.timeUs(seq), bytes);
  }
}
