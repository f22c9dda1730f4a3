/** Topic Aliases of one connection, both ways; a new connection starts with none. */

/**
 * Aliases that we give out.
 * @mqtt MQTT-3.3.2-7
 * @mqtt MQTT-3.3.2-9
 * @mqtt MQTT-3.2.2-17
 * @mqtt MQTT-3.2.2-18
 */
export class OutgoingAliases {
  readonly #policy: 'off' | 'first' | 'recent';
  /** In order of use, longest unused first (policy `recent`). */
  readonly #aliasOf = new Map<string, number>();
  readonly #topicOf = new Map<number, string>();
  #maximum = 0;
  #next = 1;

  constructor(policy: 'off' | 'first' | 'recent') {
    this.#policy = policy;
  }

  /** A new connection whose server takes aliases up to `maximum`. */
  reset(maximum: number): void {
    this.#aliasOf.clear();
    this.#topicOf.clear();
    this.#maximum = maximum;
    this.#next = 1;
  }

  get maximum(): number {
    return this.#maximum;
  }

  topicOf(alias: number): string | undefined {
    return this.#topicOf.get(alias);
  }

  /** The alias by which the server knows `topic`, or 0. */
  known(topic: string): number {
    const alias = this.#aliasOf.get(topic);
    if (alias === undefined) return 0;
    if (this.#policy === 'recent') {
      this.#aliasOf.delete(topic);
      this.#aliasOf.set(topic, alias);
    }
    return alias;
  }

  /** The alias that the policy would give to `topic`, which has none; 0 for none. Nothing changes until {@link set}. */
  candidate(): number {
    if (this.#policy === 'off' || this.#maximum === 0) return 0;
    while (this.#next <= this.#maximum && this.#topicOf.has(this.#next)) this.#next += 1;
    if (this.#next <= this.#maximum) return this.#next;
    if (this.#policy === 'first') return 0;
    const oldest = this.#aliasOf.values().next();
    return oldest.done === true ? 0 : oldest.value;
  }

  /** A PUBLISH with both went out. */
  set(alias: number, topic: string): void {
    const previous = this.#topicOf.get(alias);
    if (previous !== undefined && this.#aliasOf.get(previous) === alias) this.#aliasOf.delete(previous);
    this.#topicOf.set(alias, topic);
    this.#aliasOf.set(topic, alias);
  }

  entries(): readonly (readonly [alias: number, topic: string])[] {
    return [...this.#topicOf].toSorted(([a], [b]) => a - b);
  }
}

/**
 * Aliases that the server gives out.
 * @mqtt MQTT-3.3.2-7
 * @mqtt MQTT-3.3.2-10
 */
export class IncomingAliases {
  readonly #topicOf = new Map<number, string>();
  #maximum = 0;

  /** A new connection; `maximum` is what our CONNECT announced. */
  reset(maximum: number): void {
    this.#topicOf.clear();
    this.#maximum = maximum;
  }

  /** The PUBLISH's topic; undefined where the alias is out of range or unknown. */
  resolve(alias: number, topic: string): string | undefined {
    if (alias < 1 || alias > this.#maximum) return undefined;
    if (topic === '') return this.#topicOf.get(alias);
    this.#topicOf.set(alias, topic);
    return topic;
  }

  entries(): readonly (readonly [alias: number, topic: string])[] {
    return [...this.#topicOf].toSorted(([a], [b]) => a - b);
  }
}
