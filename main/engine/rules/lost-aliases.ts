/** Topic Aliases that a receiver was never told, because the packet that told them did not pass as it was. MQTT 5.0 §3.3.2.3.4. */

import type { ProtocolVersion, PublishPacket } from '../../../shared/mqtt/packet.ts';
import { encodePacket } from '../codec/encode.ts';
import { readPublish } from './change-packet.ts';

/** Of one direction of a connection. */
export class LostAliases {
  readonly #aliases = new Set<number>();

  get isEmpty(): boolean {
    return this.#aliases.size === 0;
  }

  /** The PUBLISH does not pass. Other packets are of no matter. */
  withheld(bytes: Uint8Array, version: ProtocolVersion): void {
    const alias = toldAlias(version === 5 ? readPublish(bytes, version) : undefined);
    if (alias !== undefined) this.#aliases.add(alias);
  }

  /**
   * `passing` goes on in place of the PUBLISH `bytes`, which may be the same. Answers what goes on: a packet whose alias means nothing to the
   * receiver names its topic.
   */
  passing(bytes: Uint8Array, passing: Uint8Array, version: ProtocolVersion, topic: () => string): Uint8Array {
    if (version !== 5 || (bytes === passing && this.isEmpty)) return passing;
    const after = readPublish(passing, version);
    const told = toldAlias(bytes === passing ? after : readPublish(bytes, version));
    const toldNow = toldAlias(after);
    if (told !== undefined && told !== toldNow) this.#aliases.add(told);
    if (toldNow !== undefined) this.#aliases.delete(toldNow);
    const alias = after?.properties?.topicAlias;
    if (after === undefined || after.topic !== '' || alias === undefined || !this.#aliases.has(alias)) return passing;
    const name = topic();
    if (name === '') return passing;
    this.#aliases.delete(alias);
    return encodePacket({ ...after, topic: name }, version);
  }
}

/** The alias that the packet gives to a topic. */
function toldAlias(packet: PublishPacket | undefined): number | undefined {
  return packet === undefined || packet.topic === '' ? undefined : packet.properties?.topicAlias;
}
