/** Reads what asks for topics: SUBSCRIBE, UNSUBSCRIBE and their acknowledgements. */

import type {
  SubackPacket,
  SubscribePacket,
  Subscription,
  UnsubackPacket,
  UnsubscribePacket,
} from '../../../shared/mqtt/packet.ts';
import { isSharedFilter } from '../../../shared/mqtt/topics.ts';
import { readReasonCode } from './decode-connect.ts';
import { readProperties } from './decode-properties.ts';
import { readPacketIdentifier } from './decode-publish.ts';
import { qosOf, retainHandlingOf } from './flags.ts';
import type { FrameReader } from './reader.ts';

/** Bits of the Subscription Options, MQTT 5.0 §3.8.3.1. */
const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;

/**
 * @mqtt MQTT-2.2.1-3
 * @mqtt MQTT-3.8.3-2
 */
export function decodeSubscribe(r: FrameReader): SubscribePacket {
  r.begin('variableHeader');
  const packetId = readPacketIdentifier(r, 'MQTT-2.2.1-3');
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'subscribe') : undefined;
  r.close();
  r.begin('payload');
  if (r.remaining === 0) r.stop('topicFilter', 'MQTT-3.8.3-2', 'A SUBSCRIBE needs at least one Topic Filter.');
  const subscriptions: Subscription[] = [];
  while (r.remaining > 0) subscriptions.push(readSubscription(r));
  r.close();
  return { type: 'subscribe', packetId, subscriptions, ...(properties === undefined ? undefined : { properties }) };
}

/**
 * @mqtt MQTT-3.8.3-4
 * @mqtt MQTT-3.8.3-5
 */
function readSubscription(r: FrameReader): Subscription {
  r.begin('subscription');
  const topicFilter = r.topicFilter('topicFilter');
  const at = r.position;
  const options = r.flags('subscriptionOptions');
  const qos = qosOf(options);
  const reserved = r.version === 5 ? options >> 6 : options >> 2;
  if (r.trace !== undefined && !r.stopped) traceOptions(r, at, options);
  r.close();
  if (reserved !== 0) {
    r.violate('MQTT-3.8.3-5', 'A reserved bit of the Subscription Options is set.', at, 'reserved');
  }
  if ((options & 3) === 3) r.violate('MQTT5 §3.8.3.1', 'The Maximum QoS is 3.', at, 'qos');
  if (r.version !== 5) return { topicFilter, qos };
  if (((options >> 4) & 3) === 3) r.violate('MQTT5 §3.8.3.1', 'Retain Handling is 3.', at, 'retainHandling');
  const noLocal = (options & NO_LOCAL) !== 0;
  if (noLocal && isSharedFilter(topicFilter)) {
    r.violate('MQTT-3.8.3-4', 'No Local is set on a Shared Subscription.', at, 'noLocal');
  }
  const retainAsPublished = (options & RETAIN_AS_PUBLISHED) !== 0;
  return { topicFilter, qos, noLocal, retainAsPublished, retainHandling: retainHandlingOf(options >> 4) };
}

function traceOptions(r: FrameReader, at: number, options: number): void {
  r.trace?.begin('subscriptionOptions', at);
  if (r.version === 5) {
    r.trace?.bits('reserved', at, 7, 6, options >> 6);
    r.trace?.bits('retainHandling', at, 5, 4, (options >> 4) & 3);
    r.trace?.bits('retainAsPublished', at, 3, 3, (options & RETAIN_AS_PUBLISHED) !== 0);
    r.trace?.bits('noLocal', at, 2, 2, (options & NO_LOCAL) !== 0);
  } else {
    r.trace?.bits('reserved', at, 7, 2, options >> 2);
  }
  r.trace?.bits('qos', at, 1, 0, options & 3);
  r.trace?.end(at + 1, options, 'flags');
}

/**
 * @mqtt MQTT-2.2.1-6
 * @mqtt MQTT-3.8.4-6
 */
export function decodeSuback(r: FrameReader): SubackPacket {
  r.begin('variableHeader');
  const packetId = readPacketIdentifier(r, 'MQTT-2.2.1-6');
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'suback') : undefined;
  r.close();
  r.begin('payload');
  if (r.remaining === 0) r.stop('reasonCode', 'MQTT-3.8.4-6', 'A SUBACK has a Reason Code for each Topic Filter.');
  const reasonCodes: number[] = [];
  while (r.remaining > 0) reasonCodes.push(readReasonCode(r, 'suback'));
  r.close();
  return { type: 'suback', packetId, reasonCodes, ...(properties === undefined ? undefined : { properties }) };
}

/**
 * @mqtt MQTT-2.2.1-3
 * @mqtt MQTT-3.10.3-2
 */
export function decodeUnsubscribe(r: FrameReader): UnsubscribePacket {
  r.begin('variableHeader');
  const packetId = readPacketIdentifier(r, 'MQTT-2.2.1-3');
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'unsubscribe') : undefined;
  r.close();
  r.begin('payload');
  if (r.remaining === 0) r.stop('topicFilter', 'MQTT-3.10.3-2', 'An UNSUBSCRIBE needs at least one Topic Filter.');
  const topicFilters: string[] = [];
  while (r.remaining > 0) topicFilters.push(r.topicFilter('topicFilter'));
  r.close();
  return { type: 'unsubscribe', packetId, topicFilters, ...(properties === undefined ? undefined : { properties }) };
}

/**
 * Before 5.0 there is nothing after the Packet Identifier.
 * @mqtt MQTT-2.2.1-6
 */
export function decodeUnsuback(r: FrameReader): UnsubackPacket {
  r.begin('variableHeader');
  const packetId = readPacketIdentifier(r, 'MQTT-2.2.1-6');
  const properties = r.version === 5 && !r.stopped ? readProperties(r, 'unsuback') : undefined;
  r.close();
  const reasonCodes: number[] = [];
  if (r.version === 5) {
    r.begin('payload');
    if (r.remaining === 0)
      r.stop('reasonCode', 'MQTT5 §3.11.3', 'An UNSUBACK has a Reason Code for each Topic Filter.');
    while (r.remaining > 0) reasonCodes.push(readReasonCode(r, 'unsuback'));
    r.close();
  }
  r.expectEnd('MQTT3.1.1 §3.11.3', 'Before MQTT 5.0 an UNSUBACK has no payload.');
  return { type: 'unsuback', packetId, reasonCodes, ...(properties === undefined ? undefined : { properties }) };
}
