/** Recognises that another client with our identifier takes the session over, told or untold. */

import type { SessionEnd } from './output.ts';
import type { Wire } from './wire.ts';

/** DISCONNECT reason of MQTT 5.0: another connection took the session over. */
export const TAKEN_OVER = 0x8e;

/** A connection that the peer closes so soon after CONNACK counts towards the suspicion. */
const SHORT_LIFE_MS = 5_000;
const SUSPICIOUS_SHORT_LIVES = 2;

/**
 * Before MQTT 5.0 a client that is taken over is told nothing: it just keeps losing connections soon after they were accepted.
 * Some 5.0 servers are as silent.
 */
export class TakeOverWatch {
  readonly #wire: Wire;
  #acceptedAtMs = 0;
  #shortLives = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** The application starts afresh. */
  reset(): void {
    this.#shortLives = 0;
  }

  accepted(): void {
    this.#acceptedAtMs = this.#wire.nowMs;
  }

  /** An accepted connection ended for `end`. */
  ended(end: SessionEnd): void {
    const isByPeer = end.code === 'closed-by-peer' || end.code === 'transport';
    if (!isByPeer || this.#wire.nowMs - this.#acceptedAtMs > SHORT_LIFE_MS) {
      this.#shortLives = 0;
      return;
    }
    this.#shortLives += 1;
    if (this.#shortLives < SUSPICIOUS_SHORT_LIVES) return;
    this.#wire.fact({ fact: 'taken-over', suspected: true, shortLives: this.#shortLives });
  }
}
