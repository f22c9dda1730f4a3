/** Receiving at QoS 1 and 2: what to deliver, what to answer, and what the server must not do. */

import { answeringStep, RECEIVED, RECEIVING, receiverStep } from './qos-tables.ts';
import type { AckedQoS, Wire } from './wire.ts';

/** Numbers, since floods come through here. */
export const ARRIVAL = { delivered: 0, duplicate: 1, receiveMaximumExceeded: 2, identifierInUse: 3 } as const;
export type Arrival = (typeof ARRIVAL)[keyof typeof ARRIVAL];

const PACKET_NOT_FOUND = 0x92;

/**
 * State of identifiers that the server gave out, in arrays indexed by identifier.
 * @mqtt MQTT-4.5.0-2
 * @mqtt MQTT-4.6.0-2
 * @mqtt MQTT-4.6.0-3
 * @mqtt MQTT-3.3.4-1
 */
export class IncomingFlows {
  readonly #wire: Wire;
  readonly #acknowledges: boolean;
  readonly #v5: boolean;
  readonly #receiveMaximum: number;
  /** Indexes of `RECEIVER_STATES`. */
  readonly #states = new Uint8Array(65_536);
  /** 1 where the identifier's PUBLISH came on the present connection and so counts against our Receive Maximum. */
  readonly #counted = new Uint8Array(65_536);
  #inFlight = 0;
  #outstanding = 0;

  /** @param receiveMaximum what our CONNECT announced, 65 535 where it announced none */
  constructor(wire: Wire, acknowledges: boolean, v5: boolean, receiveMaximum: number) {
    this.#wire = wire;
    this.#acknowledges = acknowledges;
    this.#v5 = v5;
    this.#receiveMaximum = receiveMaximum;
  }

  /** Identifiers whose handshake is not over. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** A new connection counts anew. */
  connectionLost(): void {
    this.#counted.fill(0);
    this.#outstanding = 0;
  }

  /**
   * The server has no session.
   * @mqtt MQTT-3.2.2-5
   */
  discard(): void {
    this.#states.fill(RECEIVING.free);
    this.#counted.fill(0);
    this.#inFlight = 0;
    this.#outstanding = 0;
  }

  receivePublish(packetId: number, qos: AckedQoS): Arrival {
    const state = this.#states[packetId] ?? 0;
    const event = qos === 1 ? RECEIVED.publishQos1 : RECEIVED.publishQos2;
    const step = this.#acknowledges ? answeringStep(state, event) : receiverStep(state, event);
    if (step === undefined) return ARRIVAL.identifierInUse;
    if (this.#counted[packetId] === 0) {
      if (this.#outstanding >= this.#receiveMaximum && this.#v5) return ARRIVAL.receiveMaximumExceeded;
      if (step.next !== RECEIVING.free) {
        this.#counted[packetId] = 1;
        this.#outstanding += 1;
      }
    }
    this.#move(packetId, state, step.next);
    if (step.reply !== 0) this.#wire.sendAck(step.reply, packetId, 0);
    return step.delivers ? ARRIVAL.delivered : ARRIVAL.duplicate;
  }

  /**
   * Answers a PUBLISH with PUBACK or PUBREC; false where none waits for an answer.
   * Whoever calls this by hand keeps the order of arrival [MQTT-4.6.0-2].
   */
  acknowledge(packetId: number, reasonCode: number): boolean {
    const state = this.#states[packetId] ?? 0;
    const answer =
      state === RECEIVING.owesPuback ? RECEIVED.puback : reasonCode >= 0x80 ? RECEIVED.pubrecFailed : RECEIVED.pubrec;
    const step = receiverStep(state, answer);
    if (step === undefined) return false;
    this.#move(packetId, state, step.next);
    this.#wire.sendAck(step.reply === 4 ? 4 : 5, packetId, this.#v5 ? reasonCode : 0);
    return true;
  }

  /** False where the server releases an identifier that we do not hold, which is no fault after a lost PUBCOMP. */
  receivePubrel(packetId: number, replies: boolean): boolean {
    const state = this.#states[packetId] ?? 0;
    const step = receiverStep(state, RECEIVED.pubrel);
    if (step === undefined) return false;
    this.#move(packetId, state, step.next);
    if (replies) this.#wire.sendAck(7, packetId, step.notFound && this.#v5 ? PACKET_NOT_FOUND : 0);
    return !step.notFound;
  }

  #move(packetId: number, from: number, to: number): void {
    this.#states[packetId] = to;
    if (from === to) return;
    if (from === RECEIVING.free) this.#inFlight += 1;
    if (to !== RECEIVING.free) return;
    this.#inFlight -= 1;
    if (this.#counted[packetId] === 0) return;
    this.#counted[packetId] = 0;
    this.#outstanding -= 1;
  }
}
