/** Topics that were found legal, with their UTF-8: an application publishes to the same ones again and again. */

const REMEMBERED = 4096;

/**
 * Bounded: once full it starts over, so that a million topics cost no more than examining and encoding each.
 * The last topic is at hand without a look-up: a session asks for it first, and its source at once for the bytes.
 */
export class TopicNames {
  readonly #encoder = new TextEncoder();
  readonly #known = new Map<string, Uint8Array>();
  #lastTopic = '';
  #lastBytes: Uint8Array = new Uint8Array(0);

  /** True for a topic that {@link remember} was told of, unless too many came since. */
  knows(topic: string): boolean {
    if (topic === this.#lastTopic) return topic !== '';
    const bytes = this.#known.get(topic);
    if (bytes === undefined) return false;
    this.#lastTopic = topic;
    this.#lastBytes = bytes;
    return true;
  }

  /** @param topic legal, not empty */
  remember(topic: string): void {
    if (this.knows(topic)) return;
    if (this.#known.size === REMEMBERED) this.#known.clear();
    this.#lastTopic = topic;
    this.#lastBytes = this.#encoder.encode(topic);
    this.#known.set(topic, this.#lastBytes);
  }

  /** UTF-8 of any topic; shared, must not be written to. */
  encode(topic: string): Uint8Array {
    return this.knows(topic) ? this.#lastBytes : this.#encoder.encode(topic);
  }
}
