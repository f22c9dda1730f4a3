/** Enhanced authentication, MQTT 5.0 §4.12: challenges surfaced, answers checked before they go out. */

import type { AuthPacket, ConnackPacket } from '../../../shared/mqtt/packet.ts';
import type { CommandOutcome, ServerLimits } from './output.ts';
import type { Violation, Wire } from './wire.ts';

const CONTINUE = 0x18;
const REAUTHENTICATE = 0x19;

export class Authentication {
  readonly #wire: Wire;
  /** Of CONNECT; without one there is no AUTH. */
  readonly method: string | undefined;
  #challenge: { readonly method: string; readonly data: Uint8Array } | undefined;

  constructor(method: string | undefined, wire: Wire) {
    this.method = method;
    this.#wire = wire;
  }

  /** What waits for {@link answer}. */
  get challenge(): { readonly method: string; readonly data: Uint8Array } | undefined {
    return this.#challenge;
  }

  /** The exchange is over, or its connection is. */
  forget(): void {
    this.#challenge = undefined;
  }

  /**
   * Answers a challenge (0x18) or starts a re-authentication (0x19) with the method that CONNECT named.
   * @param isLive whether CONNACK accepted and nothing ended the connection since
   * @mqtt MQTT-4.12.0-3
   * @mqtt MQTT-4.12.0-5
   * @mqtt MQTT-4.12.0-7
   * @mqtt MQTT-4.12.1-1
   * @mqtt MQTT-3.2.2-15
   */
  answer(
    reasonCode: typeof CONTINUE | typeof REAUTHENTICATE,
    data: Uint8Array | undefined,
    isLive: boolean,
    limits: ServerLimits,
  ): CommandOutcome {
    const { method } = this;
    if (method === undefined) {
      return { outcome: 'refused', reason: 'no-authentication-method', statement: 'MQTT-4.12.0-7' };
    }
    if (reasonCode === CONTINUE && this.#challenge === undefined) return { outcome: 'refused', reason: 'no-challenge' };
    if (reasonCode === REAUTHENTICATE && !isLive) return { outcome: 'refused', reason: 'wrong-state' };
    const packet: AuthPacket = {
      type: 'auth',
      reasonCode,
      properties: { authenticationMethod: method, ...(data === undefined ? {} : { authenticationData: data }) },
    };
    const limit = limits.maximumPacketSize;
    const actual = limit === Number.POSITIVE_INFINITY ? 0 : this.#wire.output.packetSize(packet);
    if (actual > limit) {
      return { outcome: 'refused', reason: 'packet-too-large', statement: 'MQTT-3.2.2-15', limit, actual };
    }
    this.#challenge = undefined;
    this.#wire.sendPacket(packet);
    return { outcome: 'done' };
  }

  /**
   * AUTH of the server: a challenge, the end of a re-authentication, or a violation.
   * @mqtt MQTT-4.12.0-2
   * @mqtt MQTT-4.12.0-5
   * @mqtt MQTT-4.12.0-6
   */
  receive({ reasonCode, properties }: AuthPacket, isAccepted: boolean): Violation | undefined {
    const { method } = this;
    if (method === undefined) {
      return violation('MQTT-4.12.0-6', 0x82, 'AUTH although CONNECT named no Authentication Method');
    }
    const isBareSuccess = reasonCode === 0 && properties === undefined;
    if (properties?.authenticationMethod !== method && !isBareSuccess) {
      return violation('MQTT-4.12.0-5', 0x8c, 'AUTH with another Authentication Method than CONNECT');
    }
    const told = properties === undefined ? {} : { properties };
    if (reasonCode === CONTINUE) {
      this.#challenge = { method, data: properties?.authenticationData ?? new Uint8Array(0) };
      this.#wire.fact({ fact: 'authentication-challenged', ...this.#challenge, ...told });
      return undefined;
    }
    if (reasonCode !== 0 || !isAccepted) {
      return violation('MQTT-4.12.0-2', 0x82, 'AUTH with a Reason Code that a server may not send here');
    }
    this.#challenge = undefined;
    this.#wire.fact({ fact: 'reauthenticated', ...told });
    return undefined;
  }

  /** Records a CONNACK whose method is not CONNECT's. */
  checkConnack({ properties }: ConnackPacket): void {
    if (properties?.authenticationMethod === this.method) return;
    const statement = this.method === undefined ? 'MQTT-4.12.0-6' : 'MQTT-4.12.0-5';
    this.#wire.note(statement, 'the Authentication Method of CONNACK is not that of CONNECT', 'connack');
  }
}

function violation(statement: string, reasonCode: number, detail: string): Violation {
  return { statement, reasonCode, detail, packetType: 'auth' };
}
