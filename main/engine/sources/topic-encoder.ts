/** Remembers the UTF-8 of topics that are published to again and again. */

const REMEMBERED = 4096;

/** Bounded: once full it starts over, so that a million topics cost no more than encoding each. */
export class TopicEncoder {
  readonly #encoder = new TextEncoder();
  readonly #known = new Map<string, Uint8Array>();
  #lastTopic = '';
  #lastBytes: Uint8Array = new Uint8Array(0);

  /** UTF-8 of `topic`; shared, must not be written to. */
  encode(topic: string): Uint8Array {
    if (topic === this.#lastTopic) return this.#lastBytes;
    let bytes = this.#known.get(topic);
    if (bytes === undefined) {
      bytes = this.#encoder.encode(topic);
      if (this.#known.size === REMEMBERED) this.#known.clear();
      this.#known.set(topic, bytes);
    }
    this.#lastTopic = topic;
    this.#lastBytes = bytes;
    return bytes;
  }
}
