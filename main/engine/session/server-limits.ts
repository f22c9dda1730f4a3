/** What the server allows, read from CONNACK, and whether a message or a subscription of ours stays within it. */

import type { Properties, ProtocolVersion, QoS } from '../../../shared/mqtt/packet.ts';
import { checkTopicFilter, checkTopicName, hasWildcard, isSharedFilter } from '../../../shared/mqtt/topics.ts';
import type { OutgoingMessage, Refusal, ServerLimits, SubscriptionRequest } from './output.ts';

export const NO_LIMITS: ServerLimits = {
  receiveMaximum: 65_535,
  maximumQoS: 2,
  retainAvailable: true,
  maximumPacketSize: Number.POSITIVE_INFINITY,
  topicAliasMaximum: 0,
  wildcardSubscriptionAvailable: true,
  subscriptionIdentifiersAvailable: true,
  sharedSubscriptionAvailable: true,
};

/** Limits as CONNACK states them; what it leaves out has the specification's default (MQTT 5.0 §3.2.2.3). */
export function limitsOf(properties: Properties | undefined): ServerLimits {
  if (properties === undefined) return NO_LIMITS;
  const maximumQoS: QoS = properties.maximumQoS === 0 ? 0 : properties.maximumQoS === 1 ? 1 : 2;
  return {
    receiveMaximum: properties.receiveMaximum ?? NO_LIMITS.receiveMaximum,
    maximumQoS,
    retainAvailable: properties.retainAvailable !== 0,
    maximumPacketSize: properties.maximumPacketSize ?? NO_LIMITS.maximumPacketSize,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    wildcardSubscriptionAvailable: properties.wildcardSubscriptionAvailable !== 0,
    subscriptionIdentifiersAvailable: properties.subscriptionIdentifiersAvailable !== 0,
    sharedSubscriptionAvailable: properties.sharedSubscriptionAvailable !== 0,
  };
}

/**
 * Why the server may not be sent `message`, or undefined. Size and alias are checked where the packet is made.
 * @mqtt MQTT-3.2.2-11
 * @mqtt MQTT-3.2.2-14
 */
export function refuseByLimits(message: OutgoingMessage, limits: ServerLimits): Refusal | undefined {
  if (message.qos > limits.maximumQoS) {
    return {
      outcome: 'refused',
      reason: 'qos-not-supported',
      statement: 'MQTT-3.2.2-11',
      limit: limits.maximumQoS,
      actual: message.qos,
    };
  }
  if (message.retain && !limits.retainAvailable) {
    return { outcome: 'refused', reason: 'retain-not-supported', statement: 'MQTT-3.2.2-14' };
  }
  return undefined;
}

/**
 * Why `message` is illegal at any server, or undefined. An empty topic passes where a Topic Alias is named.
 * @mqtt MQTT-3.3.2-8
 * @mqtt MQTT-3.3.2-14
 * @mqtt MQTT-3.3.4-6
 */
export function refuseByRules(message: OutgoingMessage, version: ProtocolVersion): Refusal | undefined {
  const { properties } = message;
  if (properties !== undefined && Object.keys(properties).length > 0) {
    if (version !== 5) return { outcome: 'refused', reason: 'needs-mqtt-5' };
    if (properties.subscriptionIdentifiers !== undefined) {
      return { outcome: 'refused', reason: 'subscription-identifier-invalid', statement: 'MQTT-3.3.4-6' };
    }
    if (properties.topicAlias === 0) {
      return { outcome: 'refused', reason: 'topic-alias-invalid', statement: 'MQTT-3.3.2-8', actual: 0 };
    }
    if (properties.responseTopic !== undefined) {
      const fault = checkTopicName(properties.responseTopic);
      if (fault !== undefined) {
        const statement = fault.rule === 'MQTT-3.3.2-2' ? 'MQTT-3.3.2-14' : fault.rule;
        return { outcome: 'refused', reason: 'topic-invalid', statement };
      }
    }
  }
  if (message.topic === '' && properties?.topicAlias !== undefined) return undefined;
  const fault = checkTopicName(message.topic);
  return fault === undefined ? undefined : { outcome: 'refused', reason: 'topic-invalid', statement: fault.rule };
}

/**
 * Why a filter cannot be subscribed to, or undefined. `limits` absent checks the rules alone.
 * @mqtt MQTT-3.8.3-4
 * @mqtt MQTT-4.8.2-1
 * @mqtt MQTT-4.8.2-2
 */
export function refuseSubscription(
  request: SubscriptionRequest,
  version: ProtocolVersion,
  limits: ServerLimits | undefined,
): Refusal | undefined {
  const { topicFilter } = request;
  const refuse = (reason: Refusal['reason'], statement?: string): Refusal =>
    statement === undefined
      ? { outcome: 'refused', reason, topicFilter }
      : { outcome: 'refused', reason, statement, topicFilter };
  const fault = checkTopicFilter(topicFilter, version === 5);
  if (fault !== undefined) return refuse('topic-invalid', fault.rule);
  if (version !== 5) return usesOptions(request) ? refuse('needs-mqtt-5') : undefined;
  const identifier = request.subscriptionIdentifier;
  if (identifier !== undefined && !(Number.isInteger(identifier) && identifier >= 1 && identifier <= 268_435_455)) {
    return refuse('subscription-identifier-invalid', 'MQTT5 §3.8.2.1.2');
  }
  const shared = isSharedFilter(topicFilter);
  if (shared && request.noLocal === true) return refuse('shared-subscription-no-local', 'MQTT-3.8.3-4');
  if (limits === undefined) return undefined;
  if (shared && !limits.sharedSubscriptionAvailable) {
    return refuse('shared-subscriptions-not-supported', 'MQTT5 §3.2.2.3.13');
  }
  if (identifier !== undefined && !limits.subscriptionIdentifiersAvailable) {
    return refuse('subscription-identifiers-not-supported', 'MQTT5 §3.2.2.3.12');
  }
  if (!limits.wildcardSubscriptionAvailable && hasWildcard(topicFilter)) {
    return refuse('wildcards-not-supported', 'MQTT5 §3.2.2.3.11');
  }
  return undefined;
}

function usesOptions(request: SubscriptionRequest): boolean {
  return (
    request.noLocal === true ||
    request.retainAsPublished === true ||
    (request.retainHandling ?? 0) !== 0 ||
    request.subscriptionIdentifier !== undefined
  );
}
