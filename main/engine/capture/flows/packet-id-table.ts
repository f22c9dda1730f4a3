/** Which flow a packet identifier belongs to, for one side of one session: 65 535 places in pages that exist where they are used. */

const PAGE_BITS = 8;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** An entry stays after its flow ended: a packet that is sent again after a reconnect must find it. */
export class PacketIdTable {
  readonly #pages: (Float64Array | undefined)[] = Array.from({ length: 256 }, () => undefined);

  /** The last flow under `packetId`, -1 where there was none. */
  get(packetId: number): number {
    const page = this.#pages[packetId >>> PAGE_BITS];
    return page === undefined ? -1 : (page[packetId & PAGE_MASK] ?? 0) - 1;
  }

  set(packetId: number, flow: number): void {
    let page = this.#pages[packetId >>> PAGE_BITS];
    if (page === undefined) {
      page = new Float64Array(PAGE_MASK + 1);
      this.#pages[packetId >>> PAGE_BITS] = page;
    }
    page[packetId & PAGE_MASK] = flow + 1;
  }

  /** Calls `visit` for every flow in the table. */
  each(visit: (flow: number) => void): void {
    for (const page of this.#pages) {
      if (page === undefined) continue;
      for (const entry of page) if (entry > 0) visit(entry - 1);
    }
  }
}
