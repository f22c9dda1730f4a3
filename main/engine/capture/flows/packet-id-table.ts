/** Which flow a packet identifier belongs to, for one side of one session: 65 535 places in pages that exist where they are used. */

const PAGE_BITS = 8;
const PAGE_ENTRIES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ENTRIES - 1;

/** An entry stays 32 bits wide, so that the hot path reckons in whole numbers. Far more than the flows that are ever kept. */
const MOST_ABOVE_BASE = 2 ** 30;

/**
 * An entry stays after its flow ended: a packet that is sent again after a reconnect must find it.
 * Assumption: flows fewer by {@link MOST_ABOVE_BASE} / 2 than the newest were evicted; which of them an entry says is forgotten.
 */
export class PacketIdTable {
  /** The flow's number above {@link #base}, plus one. */
  readonly #pages: (Int32Array | undefined)[] = Array.from({ length: 256 }, () => undefined);
  #base = 0;

  /** The last flow under `packetId`, -1 where there was none. */
  get(packetId: number): number {
    const entry = this.#pages[packetId >>> PAGE_BITS]?.[packetId & PAGE_MASK] ?? 0;
    return entry === 0 ? -1 : this.#base + entry - 1;
  }

  set(packetId: number, flow: number): void {
    if (flow - this.#base >= MOST_ABOVE_BASE) this.#moveBase(flow - MOST_ABOVE_BASE / 2);
    let page = this.#pages[packetId >>> PAGE_BITS];
    if (page === undefined) {
      page = new Int32Array(PAGE_ENTRIES);
      this.#pages[packetId >>> PAGE_BITS] = page;
    }
    page[packetId & PAGE_MASK] = flow - this.#base + 1;
  }

  /** Calls `visit` for every flow in the table. */
  each(visit: (flow: number) => void): void {
    for (const page of this.#pages) {
      if (page === undefined) continue;
      for (const entry of page) if (entry > 0) visit(this.#base + entry - 1);
    }
  }

  #moveBase(base: number): void {
    const by = base - this.#base;
    for (const page of this.#pages) {
      page?.forEach((entry, place) => {
        if (entry > 0) page[place] = Math.max(1, entry - by);
      });
    }
    this.#base = base;
  }
}
