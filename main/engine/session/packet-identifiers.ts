/** Gives out packet identifiers: never zero, never one that a handshake of ours still holds. */

import { SENDING } from './qos-tables.ts';

/**
 * One state byte for each identifier, shared by PUBLISH, SUBSCRIBE and UNSUBSCRIBE.
 * Identifiers go round, so that a late acknowledgement seldom meets a new owner.
 * @mqtt MQTT-2.2.1-3
 * @mqtt MQTT-4.3.2-1
 * @mqtt MQTT-4.3.3-1
 */
export class PacketIdentifiers {
  /** Indexes of `SENDER_STATES`. */
  readonly #states = new Uint8Array(65_536);
  #last = 0;
  #inUse = 0;

  get inUse(): number {
    return this.#inUse;
  }

  stateOf(packetId: number): number {
    return this.#states[packetId] ?? 0;
  }

  /** Takes a free identifier into `state`; 0 where all 65 535 are in use. */
  allocate(state: number): number {
    if (this.#inUse === 65_535) return 0;
    let packetId = this.#last;
    do packetId = packetId === 65_535 ? 1 : packetId + 1;
    while (this.#states[packetId] !== SENDING.free);
    this.#last = packetId;
    this.#states[packetId] = state;
    this.#inUse += 1;
    return packetId;
  }

  /** Moves an identifier that is in use; to `free` it becomes available again. */
  move(packetId: number, state: number): void {
    if (state === SENDING.free && this.#states[packetId] !== SENDING.free) this.#inUse -= 1;
    this.#states[packetId] = state;
  }
}
