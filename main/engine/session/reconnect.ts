/** When to try again, and after what. */

import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import type { ReconnectOptions } from './options.ts';

/** CONNACK codes of 3.1 and 3.1.1 that pass: the server is unavailable. */
const HEALING_RETURN_CODES: ReadonlySet<number> = new Set([3]);

/** Unspecified, implementation specific, unavailable, busy, quota, connection rate. */
const HEALING_CONNACK: ReadonlySet<number> = new Set([0x80, 0x83, 0x88, 0x89, 0x97, 0x9f]);

/**
 * Not authorized, topic filter or name invalid, QoS or subscription kind not supported, another server, take-over, bad
 * authentication method: the same would happen again.
 */
const LASTING_DISCONNECT: ReadonlySet<number> = new Set([
  0x84, 0x87, 0x8a, 0x8c, 0x8e, 0x8f, 0x90, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0xa1, 0xa2,
]);

/** Whether waiting may cure a refused CONNECT. */
export function connackHeals(version: ProtocolVersion, reasonCode: number): boolean {
  return (version === 5 ? HEALING_CONNACK : HEALING_RETURN_CODES).has(reasonCode);
}

/** Whether waiting may cure what a server's DISCONNECT complains of. A take-over (0x8E) never heals: two clients would evict each other for ever. */
export function disconnectHeals(reasonCode: number): boolean {
  return !LASTING_DISCONNECT.has(reasonCode);
}

/** Doubling delays with jitter from given bytes of chance. */
export class ReconnectSchedule {
  readonly #options: ReconnectOptions;
  readonly #chance: Uint8Array;
  #attempt = 0;
  #used = 0;

  constructor(options: ReconnectOptions, chance: Uint8Array) {
    this.#options = options;
    this.#chance = chance;
  }

  /** Attempts since a connection last lasted. */
  get attempt(): number {
    return this.#attempt;
  }

  /** A connection lasted, or the user asked for one. */
  reset(): void {
    this.#attempt = 0;
  }

  /** Milliseconds until the next attempt, at least half of `minDelayMs`. */
  nextDelayMs(): number {
    const { minDelayMs, maxDelayMs, jitter } = this.#options;
    const full = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(this.#attempt, 40));
    this.#attempt += 1;
    const chance = this.#chance.length === 0 ? 0 : (this.#chance[this.#used++ % this.#chance.length] ?? 0) / 256;
    return Math.round(Math.max(full * (1 - jitter * chance), Math.min(full, minDelayMs / 2)));
  }
}
