/** Keep-alive of one connection: when PINGREQ is due and when its answer is overdue. */

import type { Wire } from './wire.ts';

/**
 * @mqtt MQTT-3.1.2-20
 * @mqtt MQTT-3.1.2-21
 * @mqtt MQTT-3.2.2-21
 */
export class KeepAlive {
  readonly #wire: Wire;
  readonly #automatic: boolean;
  readonly #answerTimeoutMs: number;
  #intervalMs = 0;
  #running = false;
  /** PINGREQs without PINGRESP. */
  #unanswered = 0;
  #sentMs = 0;
  #lastInboundMs = 0;

  constructor(wire: Wire, automatic: boolean, answerTimeoutMs: number) {
    this.#wire = wire;
    this.#automatic = automatic;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /** @param seconds the interval in force: the server's, where CONNACK names one; 0 is off */
  start(seconds: number): void {
    this.#intervalMs = seconds * 1000;
    this.#running = true;
    this.#unanswered = 0;
    this.#lastInboundMs = this.#wire.nowMs;
  }

  stop(): void {
    this.#running = false;
    this.#unanswered = 0;
  }

  get awaitsAnswer(): boolean {
    return this.#unanswered > 0;
  }

  /** Bytes of any kind came: the peer lives, and its PINGRESP may stand behind a large packet. */
  noteInbound(): void {
    this.#lastInboundMs = this.#wire.nowMs;
  }

  ping(): void {
    this.#unanswered += 1;
    if (this.#unanswered === 1) this.#sentMs = this.#wire.nowMs;
    this.#wire.sendPacket({ type: 'pingreq' });
  }

  /** PINGRESP; its round trip in milliseconds, or undefined where none was awaited. */
  answered(): number | undefined {
    if (this.#unanswered === 0) return undefined;
    this.#unanswered -= 1;
    const roundTripMs = this.#wire.nowMs - this.#sentMs;
    this.#sentMs = this.#wire.nowMs;
    return roundTripMs;
  }

  get nextDeadlineMs(): number {
    if (!this.#running || !this.#automatic) return Number.POSITIVE_INFINITY;
    const due = this.#intervalMs === 0 ? Number.POSITIVE_INFINITY : this.#wire.lastSentMs + this.#intervalMs;
    return this.#unanswered === 0 ? due : Math.min(due, this.#overdueMs);
  }

  /** Sends what is due. Returns how long the peer was silent where the answer is overdue, else undefined. */
  tick(): number | undefined {
    const { nowMs } = this.#wire;
    if (!this.#running || !this.#automatic) return undefined;
    if (this.#unanswered > 0 && nowMs >= this.#overdueMs) return nowMs - Math.max(this.#sentMs, this.#lastInboundMs);
    if (this.#intervalMs > 0 && nowMs >= this.#wire.lastSentMs + this.#intervalMs) this.ping();
    return undefined;
  }

  get #overdueMs(): number {
    const timeoutMs =
      this.#intervalMs === 0 ? this.#answerTimeoutMs : Math.min(this.#answerTimeoutMs, this.#intervalMs);
    return Math.max(this.#sentMs, this.#lastInboundMs) + timeoutMs;
  }
}
