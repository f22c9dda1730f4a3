/** One direction of a TCP connection put back in order: retransmissions dropped, early segments kept, gaps told. */

/** Bytes that may wait for a missing segment. */
const MOST_WAITING = 16 * 1024 * 1024;

export interface StreamEvents {
  /** The next bytes of one segment. Borrowed: valid until the call returns. */
  data(bytes: Uint8Array): void;
  /** `count` bytes are not in the file; the next call of {@link data} begins behind them, with a segment. */
  gap(count: number): void;
}

interface Waiting {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** Signed distance from `from` to `to` around the circle of 2^32 (RFC 9293 §3.4). */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** Assumption: {@link #waiting} is sorted by sequence number, and all of it lies ahead of {@link #next}. */
export class TcpStream {
  readonly #events: StreamEvents;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #next: number | undefined;
  /** Nothing was delivered yet. */
  #isStart = true;

  constructor(events: StreamEvents) {
    this.#events = events;
  }

  /** A SYN: the stream begins after it. */
  begin(sequence: number): void {
    this.#next = (sequence + 1) >>> 0;
  }

  /** Whether a SYN at `sequence` belongs to the stream that is read already. */
  beganAt(sequence: number): boolean {
    return this.#next === undefined || this.#isStart ? true : Math.abs(distance(sequence, this.#next)) < 0x10_0000;
  }

  segment(sequence: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#next ??= sequence;
    const ahead = distance(this.#next, sequence);
    if (ahead <= 0) {
      if (-ahead >= bytes.length) return;
      this.#deliver(bytes.subarray(-ahead));
      this.#drain();
      return;
    }
    this.#keep(sequence, bytes);
    if (this.#waitingBytes > MOST_WAITING) this.#jump();
  }

  /** The other side has received everything before `sequence`: what of it is missing here will not come any more. */
  acknowledged(sequence: number): void {
    while (this.#waiting.length > 0 && this.#next !== undefined) {
      const first = this.#waiting[0];
      if (first === undefined || distance(first.sequence, sequence) < 0) return;
      this.#jump();
    }
  }

  /** Nothing more comes: what waits is delivered behind its gaps. */
  end(): void {
    while (this.#waiting.length > 0) this.#jump();
  }

  #deliver(bytes: Uint8Array): void {
    this.#next = ((this.#next ?? 0) + bytes.length) >>> 0;
    this.#isStart = false;
    this.#events.data(bytes);
  }

  #keep(sequence: number, bytes: Uint8Array): void {
    let at = this.#waiting.length;
    while (at > 0 && distance(sequence, this.#waiting[at - 1]?.sequence ?? 0) > 0) at -= 1;
    const before = this.#waiting[at - 1];
    if (before?.sequence === sequence && before.bytes.length >= bytes.length) return;
    this.#waiting.splice(at, 0, { sequence, bytes: bytes.slice() });
    this.#waitingBytes += bytes.length;
  }

  #drain(): void {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined || distance(this.#next ?? 0, first.sequence) > 0) return;
      this.#waiting.shift();
      this.#waitingBytes -= first.bytes.length;
      const known = -distance(this.#next ?? 0, first.sequence);
      if (known < first.bytes.length) this.#deliver(first.bytes.subarray(known));
    }
  }

  #jump(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    this.#events.gap(distance(this.#next ?? first.sequence, first.sequence));
    this.#next = first.sequence;
    this.#drain();
  }
}
