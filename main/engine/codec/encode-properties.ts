/** Writes the properties of a 5.0 packet or will in the order of their object's keys. */

import type { Properties, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { isPropertyName, type PropertyDefinition, propertyByName } from '../../../shared/mqtt/properties.ts';
import { ByteCounter, type ByteSink, ByteWriter, EncodeError } from './byte-sink.ts';

/**
 * Puts a Property Length and the properties behind it; before 5.0 puts nothing, and throws an {@link EncodeError} where there are some.
 * @mqtt MQTT-2.2.2-1
 */
export function putProperties(
  sink: ByteSink,
  properties: Properties | undefined,
  version: ProtocolVersion,
  path = 'properties',
): void {
  const entries = properties === undefined ? [] : occurrences(properties);
  if (version !== 5) {
    if (entries.length > 0) throw new EncodeError(path, 'MQTT5 §C', 'only MQTT 5.0 has properties');
    return;
  }
  const counter = new ByteCounter();
  for (const [definition, value] of entries) putProperty(counter, definition, value, path);
  sink.variableByte(`${path}.length`, counter.length);
  for (const [definition, value] of entries) putProperty(sink, definition, value, path);
}

/**
 * Property Length and properties as bytes, to be sent more than once by the fast writers. Undefined gives the one byte of no properties.
 * Throws an {@link EncodeError} like the packet encoder.
 */
export function encodeProperties(properties: Properties | undefined): Uint8Array<ArrayBuffer> {
  const counter = new ByteCounter();
  putProperties(counter, properties, 5);
  const bytes = new Uint8Array(counter.length);
  putProperties(new ByteWriter(bytes, 0), properties, 5);
  return bytes;
}

/** Each property as often as it stands on the wire. */
function occurrences(properties: Properties): (readonly [PropertyDefinition, unknown])[] {
  const entries: (readonly [PropertyDefinition, unknown])[] = [];
  for (const name of Object.keys(properties)) {
    if (!isPropertyName(name)) throw new EncodeError(`properties.${name}`, 'MQTT5 §2.2.2.2', 'no such property');
    const value = properties[name];
    if (value === undefined) continue;
    const definition = propertyByName(name);
    if (definition.repeatableIn.length > 0 && Array.isArray(value)) {
      for (const single of value) entries.push([definition, single]);
    } else {
      entries.push([definition, value]);
    }
  }
  return entries;
}

/** Values are looked at once more, since forms and scripts make them: an ill-typed one gets a field name instead of wrong bytes. */
function putProperty(sink: ByteSink, definition: PropertyDefinition, value: unknown, path: string): void {
  const field = `${path}.${definition.name}`;
  sink.byte(field, definition.identifier);
  switch (definition.type) {
    case 'byte':
      return sink.byte(field, numberIn(field, value));
    case 'twoByte':
      return sink.twoByte(field, numberIn(field, value));
    case 'fourByte':
      return sink.fourByte(field, numberIn(field, value));
    case 'variableByte':
      return sink.variableByte(field, numberIn(field, value));
    case 'text':
      return sink.text(field, textIn(field, value));
    case 'textPair':
      if (!Array.isArray(value) || value.length !== 2) throw wrongType(field, 'a pair of texts');
      sink.text(field, textIn(field, value[0]));
      return sink.text(field, textIn(field, value[1]));
    case 'binary':
      if (!(value instanceof Uint8Array)) throw wrongType(field, 'bytes');
      return sink.binary(field, value);
  }
}

function numberIn(field: string, value: unknown): number {
  if (typeof value !== 'number') throw wrongType(field, 'a number');
  return value;
}

function textIn(field: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(field, 'a text');
  return value;
}

function wrongType(field: string, expected: string): EncodeError {
  return new EncodeError(field, 'MQTT5 §1.5', `the value is not ${expected}`);
}
