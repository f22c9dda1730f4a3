/** The conditions of all links to servers: who is shaped how, now and when it connects next. Nothing of it is kept. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import { type LinkConditions, NO_SHAPING, type ShapingRecord, UNSHAPED } from '../../shared/contract/shaping.ts';
import { ShapedRelay, type ShapedLinkOptions, ShapedTransport } from '../engine/shaping/shaped-link.ts';
import type { Clock, Random, Transport, TransportFactory, TransportOptions } from '../engine/sources/ports.ts';
import type { Relay, RelayFactory } from '../engine/sources/tap-ports.ts';

interface StandingLink {
  readonly source: SourceId;
  readonly link: Pick<ShapedRelay, 'shape' | 'cut'>;
}

export class Shaping {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #changed: () => void;
  readonly #links = new Set<StandingLink>();
  #record: ShapingRecord = NO_SHAPING;
  #sinceUs: number;

  constructor(clock: Clock, random: Random, changed: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#changed = changed;
    this.#sinceUs = clock.nowUs();
  }

  get record(): ShapingRecord {
    return this.#record;
  }

  /** For one source or, without it, for all that have no conditions of their own. Without conditions: as all, or left alone. */
  set(source: SourceId | undefined, conditions: LinkConditions | undefined): void {
    if (source === undefined) {
      this.#record = { ...this.#record, all: conditions ?? UNSHAPED };
    } else {
      const others = this.#record.sources.filter((one) => one.source !== source);
      const own = conditions === undefined ? [] : [{ source, conditions }];
      this.#record = { ...this.#record, sources: [...others, ...own] };
    }
    this.#sinceUs = this.#clock.nowUs();
    for (const { source: of, link } of this.#links) {
      const isOwn = this.#record.sources.some((one) => one.source === of);
      if (source === undefined ? !isOwn : of === source) link.shape(this.#conditionsOf(of), this.#sinceUs);
    }
    this.#changed();
  }

  /** Resets the connections that stand, of one source or all; each may connect again. */
  cut(source: SourceId | undefined): void {
    for (const { source: of, link } of [...this.#links]) if (source === undefined || of === source) link.cut();
  }

  /** The source has gone. */
  forget(source: SourceId): void {
    const sources = this.#record.sources.filter((one) => one.source !== source);
    if (sources.length === this.#record.sources.length) return;
    this.#record = { ...this.#record, sources };
    this.#changed();
  }

  transport(source: SourceId, create: TransportFactory, options: TransportOptions): Transport {
    return this.#keep(source, (shaped) => new ShapedTransport(create(options), { ...shaped, target: options }));
  }

  relay(source: SourceId, create: RelayFactory, options: TransportOptions): Relay {
    return this.#keep(source, (shaped) => new ShapedRelay(create(options), { ...shaped, target: options }));
  }

  #keep<L extends StandingLink['link']>(source: SourceId, make: (shaped: Omit<ShapedLinkOptions, 'target'>) => L): L {
    const link = make({
      clock: this.#clock,
      random: this.#random,
      conditions: this.#conditionsOf(source),
      sinceUs: this.#sinceUs,
      over: () => this.#links.delete(standing),
    });
    const standing: StandingLink = { source, link };
    this.#links.add(standing);
    return link;
  }

  #conditionsOf(source: SourceId): LinkConditions {
    return this.#record.sources.find((one) => one.source === source)?.conditions ?? this.#record.all;
  }
}
