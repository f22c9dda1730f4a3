/** Reads the properties of a 5.0 packet or will, and holds each to the table. */

import type { Properties } from '../../../shared/mqtt/packet.ts';
import {
  type PropertyDefinition,
  type PropertyHolder,
  type PropertyType,
  propertyByIdentifier,
} from '../../../shared/mqtt/properties.ts';
import type { FrameReader } from './reader.ts';

type Value = string | number | Uint8Array | readonly [name: string, value: string];

/** Every value that {@link Properties} can hold, keyed by its names. */
type Collected = Record<string, Value | Value[]>;

const UNDEFINED_PROPERTY = 'MQTT5 §2.2.2.2';

/**
 * Reads a Property Length and what it spans.
 * @returns the properties in wire order, or undefined where there are none. Of a property that illegally occurs twice, the first.
 * @mqtt MQTT-2.2.2-1
 */
export function readProperties(r: FrameReader, holder: PropertyHolder): Properties | undefined {
  const at = r.position;
  if (r.remaining === 0) {
    r.stop('propertyLength', 'MQTT-2.2.2-1', 'The Property Length is missing; no properties is a length of 0.');
    return undefined;
  }
  if (r.remaining > 0 && r.frame[at] === 0) {
    r.begin('properties');
    r.variableByte('propertyLength');
    r.close();
    return undefined;
  }
  r.begin('properties');
  const length = r.variableByte('propertyLength');
  if (r.stopped) {
    r.close();
    return undefined;
  }
  if (length > r.remaining) {
    r.violate('MQTT5 §2.2.2.1', `The Property Length is ${length}, ${r.remaining} bytes are left.`, at);
  }
  const from = r.position;
  const outer = r.enter(length);
  const collected: Collected = {};
  let any = false;
  while (r.remaining > 0) any = readProperty(r, holder, collected) || any;
  r.leave(from, length, outer);
  r.close();
  checkTogether(r, holder, collected, at);
  return any ? collected : undefined;
}

/** @returns whether a property was collected. */
function readProperty(r: FrameReader, holder: PropertyHolder, collected: Collected): boolean {
  const at = r.position;
  const definition = r.remaining > 0 ? propertyByIdentifier(r.frame[at] ?? 0) : undefined;
  if (definition === undefined) {
    const identifier = r.frame[at] ?? 0;
    r.stop('identifier', UNDEFINED_PROPERTY, `MQTT 5.0 defines no property 0x${identifier.toString(16)}.`);
    return false;
  }
  r.begin(definition.name);
  r.byte('identifier');
  const value = readValue(r, definition);
  r.close(typeof value === 'object' || r.stopped ? undefined : value);
  if (r.stopped) return false;
  if (!definition.holders.includes(holder)) {
    r.violate(UNDEFINED_PROPERTY, `${article(holder)} cannot carry ${definition.title}.`, at);
  }
  checkRange(r, definition, value, at);
  return collect(r, holder, definition, collected, value, at);
}

const READ: { readonly [T in PropertyType]: (r: FrameReader, definition: PropertyDefinition) => Value } = {
  byte: (r) => r.byte('value'),
  twoByte: (r) => r.twoByte('value'),
  fourByte: (r) => r.fourByte('value'),
  variableByte: (r) => r.variableByte('value'),
  text: (r) => r.text('value'),
  textPair: (r) => [r.text('name'), r.text('value')],
  binary: (r) => r.binary('value'),
};

function readValue(r: FrameReader, definition: PropertyDefinition): Value {
  if (definition.name === 'responseTopic') return readResponseTopic(r);
  return READ[definition.type](r, definition);
}

/**
 * @mqtt MQTT-3.3.2-13
 * @mqtt MQTT-3.3.2-14
 */
function readResponseTopic(r: FrameReader): string {
  const at = r.position;
  const topic = r.topicName('value', 'MQTT-3.3.2-14');
  if (topic === '' && !r.stopped) r.violate('MQTT-4.7.3-1', 'The Response Topic is empty.', at);
  return topic;
}

/** @mqtt MQTT-3.3.2-8 */
function checkRange(r: FrameReader, definition: PropertyDefinition, value: Value, at: number): void {
  const { range, rangeRule, section, title } = definition;
  if (range === undefined || typeof value !== 'number' || (value >= range[0] && value <= range[1])) return;
  const message = `${title} is ${value}; the least is ${range[0]}, the greatest ${range[1]}.`;
  r.violate(rangeRule ?? `MQTT5 §${section}`, message, at + 1);
}

function collect(
  r: FrameReader,
  holder: PropertyHolder,
  definition: PropertyDefinition,
  collected: Collected,
  value: Value,
  at: number,
): boolean {
  const { name, repeatableIn, section, title } = definition;
  const earlier = collected[name];
  if (earlier !== undefined && !repeatableIn.includes(holder)) {
    r.violate(`MQTT5 §${section}`, `${title} occurs more than once.`, at);
    return false;
  }
  if (repeatableIn.length === 0) collected[name] = value;
  else if (Array.isArray(earlier)) earlier.push(value);
  else collected[name] = [value];
  return true;
}

/**
 * Rules about the presence of one property for the sake of another, or for the sake of the direction.
 * @mqtt MQTT-3.3.4-6
 * @mqtt MQTT-3.14.2-2
 */
function checkTogether(r: FrameReader, holder: PropertyHolder, collected: Collected, at: number): void {
  if (collected['authenticationData'] !== undefined && collected['authenticationMethod'] === undefined) {
    r.violate('MQTT5 §3.1.2.11.10', 'There is Authentication Data and no Authentication Method.', at);
  }
  if (
    r.direction === 'client-to-server' &&
    holder === 'publish' &&
    collected['subscriptionIdentifiers'] !== undefined
  ) {
    r.violate('MQTT-3.3.4-6', 'A client cannot put a Subscription Identifier into a PUBLISH.', at);
  }
  if (r.direction === 'server-to-client' && holder === 'disconnect') {
    if (collected['sessionExpiryInterval'] !== undefined) {
      r.violate('MQTT-3.14.2-2', 'A server cannot put a Session Expiry Interval into a DISCONNECT.', at);
    }
  }
  if (r.direction === 'client-to-server' && holder === 'disconnect' && collected['serverReference'] !== undefined) {
    r.violate('MQTT5 §3.14.2.2.5', 'A client cannot put a Server Reference into a DISCONNECT.', at);
  }
}

function article(holder: PropertyHolder): string {
  const name = holder === 'will' ? 'Will' : holder.toUpperCase();
  return `${/^[AEIO]/.test(name) ? 'An' : 'A'} ${name}`;
}
