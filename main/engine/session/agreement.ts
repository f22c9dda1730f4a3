/** What client and server agreed on: the values of CONNECT as CONNACK changed them. */

import type { ConnackPacket } from '../../../shared/mqtt/packet.ts';
import type { SessionOptions } from './options.ts';
import type { ServerLimits } from './output.ts';
import { limitsOf, NO_LIMITS } from './server-limits.ts';
import type { Wire } from './wire.ts';

/** Values stay as last agreed while there is no connection, save the server's limits, which hold for one connection. */
export class Agreement {
  readonly #options: SessionOptions;
  readonly #wire: Wire;
  #clientId: string;
  #clientIdAssigned = false;
  #keepAlive: number;
  #keepAliveFromServer = false;
  #responseInformation: string | undefined;
  #limits: ServerLimits = NO_LIMITS;
  /** Seconds; 0 ends the session with its connection. */
  sessionExpiryInterval: number;

  constructor(options: SessionOptions, wire: Wire) {
    this.#options = options;
    this.#wire = wire;
    this.#clientId = options.clientId;
    this.#keepAlive = options.keepAlive;
    this.sessionExpiryInterval = this.requestedExpiry;
  }

  /** Seconds that CONNECT asks for. Before 5.0 a session that is not clean stays for ever, as 4 294 967 295 says in 5.0. */
  get requestedExpiry(): number {
    const { protocolVersion, cleanStart, properties } = this.#options;
    if (protocolVersion === 5) return properties?.sessionExpiryInterval ?? 0;
    return cleanStart ? 0 : 4_294_967_295;
  }

  /** The identifier that CONNECT carries: ours, or the one that the server assigned earlier. */
  get clientId(): string {
    return this.#clientId;
  }

  /** Seconds in force. */
  get keepAlive(): number {
    return this.#keepAlive;
  }

  get limits(): ServerLimits {
    return this.#limits;
  }

  /** What our CONNECT announced, 65 535 where it announced none. */
  get receiveMaximum(): number {
    const { protocolVersion, properties } = this.#options;
    return (protocolVersion === 5 ? properties?.receiveMaximum : undefined) ?? 65_535;
  }

  /**
   * A CONNACK that accepts.
   * @mqtt MQTT-3.2.2-16
   * @mqtt MQTT-3.1.2-21
   */
  accept({ properties }: ConnackPacket): void {
    const { protocolVersion, keepAlive } = this.#options;
    const assigned = properties?.assignedClientIdentifier;
    if (assigned !== undefined) {
      this.#clientId = assigned;
      this.#clientIdAssigned = true;
    } else if (protocolVersion === 5 && this.#clientId === '') {
      this.#wire.note('MQTT-3.2.2-16', 'no Assigned Client Identifier although CONNECT named none', 'connack');
    }
    this.#limits = limitsOf(properties);
    this.#keepAlive = properties?.serverKeepAlive ?? keepAlive;
    this.#keepAliveFromServer = properties?.serverKeepAlive !== undefined;
    this.sessionExpiryInterval = properties?.sessionExpiryInterval ?? this.requestedExpiry;
    this.#responseInformation = properties?.responseInformation;
  }

  connectionLost(): void {
    this.#limits = NO_LIMITS;
  }

  /** As facts and snapshots tell it. */
  told() {
    return {
      clientId: this.#clientId,
      clientIdAssigned: this.#clientIdAssigned,
      keepAlive: this.#keepAlive,
      keepAliveFromServer: this.#keepAliveFromServer,
      sessionExpiryInterval: this.sessionExpiryInterval,
      limits: this.#limits,
      ...(this.#responseInformation === undefined ? {} : { responseInformation: this.#responseInformation }),
    };
  }
}
