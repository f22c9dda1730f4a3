/** One direction of a WebSocket (RFC 6455) read along: what its messages carry, without the handshake, the masks and the control frames. */

const BLANK_LINE = [0x0d, 0x0a, 0x0d, 0x0a] as const;
/** Bytes of a handshake that are waited for. */
const LONGEST_HANDSHAKE = 65_536;

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const OPCODES: ReadonlySet<number> = new Set(Object.values(OPCODE));
const CARRIERS: ReadonlySet<number> = new Set([OPCODE.continuation, OPCODE.text, OPCODE.binary]);
/** Reserved bits: an extension, which is compression, was agreed on. */
const RESERVED = 0x70;
const LONGEST_HEADER = 14;

const latin1 = new TextDecoder('latin1');

/** Position behind the blank line that ends a handshake, -1 where it is not there yet. */
function handshakeEnd(bytes: Uint8Array): number {
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    if (BLANK_LINE.every((byte, index) => bytes[at + index] === byte)) return at + 4;
  }
  return -1;
}

function startsLike(bytes: Uint8Array, text: string): boolean {
  const length = Math.min(bytes.length, text.length);
  for (let at = 0; at < length; at += 1) if (bytes[at] !== text.charCodeAt(at)) return false;
  return length > 0;
}

/** Who sends a stream that begins so: the side that opens a WebSocket, or the one that agrees; `unsure` where that takes more bytes. */
export function beginsWithUpgrade(bytes: Uint8Array): 'client' | 'server' | 'unsure' | undefined {
  const side = startsLike(bytes, 'GET /') ? 'client' : startsLike(bytes, 'HTTP/1.1 101') ? 'server' : undefined;
  if (side === undefined) return undefined;
  const end = handshakeEnd(bytes);
  if (end < 0) return bytes.length > LONGEST_HANDSHAKE ? undefined : 'unsure';
  return /^upgrade:[ \t]*websocket/im.test(latin1.decode(bytes.subarray(0, end))) ? side : undefined;
}

/** What became of bytes that were pushed. */
export type WebSocketOutcome = 'fine' | 'skipped' | 'unreadable';

export class WebSocketStream {
  readonly #payload: (bytes: Uint8Array) => void;
  readonly #masked: boolean;
  #held = new Uint8Array(0);
  #isHandshake = true;
  #lost = false;
  /** Of the frame that is being read. */
  #left = 0;
  #carries = false;
  #mask: Uint8Array | undefined;
  #maskAt = 0;

  /**
   * @param masked whether frames of this side are masked: those of the client are
   * @param payload takes what messages carry, in order; borrowed until it returns
   */
  constructor(masked: boolean, payload: (bytes: Uint8Array) => void) {
    this.#masked = masked;
    this.#payload = payload;
  }

  /** Bytes are missing: frames begin again where the next bytes look like one. */
  lose(): void {
    this.#lost = true;
    this.#isHandshake = false;
    this.#held = new Uint8Array(0);
    this.#left = 0;
  }

  /** `skipped` behind missing bytes where no frame begins; `unreadable` where the frames are compressed or none. */
  push(bytes: Uint8Array): WebSocketOutcome {
    if (this.#lost && !this.#looksLikeFrame(bytes)) return 'skipped';
    this.#lost = false;
    let rest = this.#held.length === 0 ? bytes : joined(this.#held, bytes);
    this.#held = new Uint8Array(0);
    if (this.#isHandshake) {
      const end = handshakeEnd(rest);
      if (end < 0) {
        this.#held = rest.slice();
        return 'fine';
      }
      this.#isHandshake = false;
      rest = rest.subarray(end);
    }
    while (rest.length > 0) {
      if (this.#left === 0) {
        const length = this.#beginFrame(rest);
        if (length === undefined) return 'unreadable';
        if (length === 0) {
          this.#held = rest.slice();
          return 'fine';
        }
        rest = rest.subarray(length);
      }
      rest = this.#take(rest);
    }
    return 'fine';
  }

  #looksLikeFrame(bytes: Uint8Array): boolean {
    const [first = 0xff, second = 0] = bytes;
    return (first & RESERVED) === 0 && OPCODES.has(first & 0x0f) && second >= 0x80 === this.#masked;
  }

  /** Bytes of the frame's header; 0 where it is not whole, undefined where it is none. */
  #beginFrame(bytes: Uint8Array): number | undefined {
    const [first = 0, second] = bytes;
    if ((first & RESERVED) !== 0 || !OPCODES.has(first & 0x0f)) return undefined;
    if (second === undefined) return 0;
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const isMasked = second >= 0x80;
    const header = 2 + extended + (isMasked ? 4 : 0);
    if (bytes.length < header) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, LONGEST_HEADER));
    this.#left = extended === 0 ? short : extended === 2 ? view.getUint16(2) : Number(view.getBigUint64(2));
    this.#carries = CARRIERS.has(first & 0x0f);
    this.#mask = isMasked ? bytes.slice(header - 4, header) : undefined;
    this.#maskAt = 0;
    return header;
  }

  /** Hands on what is there of the frame; the bytes behind it are returned. */
  #take(bytes: Uint8Array): Uint8Array {
    const count = Math.min(this.#left, bytes.length);
    const piece = bytes.subarray(0, count);
    this.#left -= count;
    if (this.#carries && count > 0) this.#payload(this.#mask === undefined ? piece : this.#unmasked(piece, this.#mask));
    return bytes.subarray(count);
  }

  #unmasked(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
    const at = this.#maskAt;
    this.#maskAt = (at + bytes.length) & 3;
    return bytes.map((byte, index) => byte ^ (mask[(at + index) & 3] ?? 0));
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
