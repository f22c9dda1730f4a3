/** Writes the properties of a 5.0 packet or will in the order of their object's keys. */

import type { Properties, PropertyName, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { type PropertyDefinition, propertyByName } from '../../../shared/mqtt/properties.ts';
import { ByteCounter, type ByteSink, ByteWriter, EncodeError } from './byte-sink.ts';
import { variableByteLength } from './frame.ts';

type Single = string | number | Uint8Array | readonly [name: string, value: string];

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

/** Bytes that {@link encodeProperties} would make. */
export function encodedPropertiesLength(properties: Properties | undefined): number {
  const counter = new ByteCounter();
  for (const [definition, value] of properties === undefined ? [] : occurrences(properties)) {
    putProperty(counter, definition, value, 'properties');
  }
  return variableByteLength(counter.length) + counter.length;
}

/** Each property as often as it stands on the wire. */
function occurrences(properties: Properties): (readonly [PropertyDefinition, Single])[] {
  const entries: (readonly [PropertyDefinition, Single])[] = [];
  for (const [name, value] of Object.entries(properties) as [PropertyName, Single | readonly Single[] | undefined][]) {
    if (value === undefined) continue;
    const definition = propertyByName(name);
    if (definition === undefined) throw new EncodeError(`properties.${name}`, 'MQTT5 §2.2.2.2', 'no such property');
    if (definition.repeatableIn.length === 0) entries.push([definition, value as Single]);
    else for (const single of value as readonly Single[]) entries.push([definition, single]);
  }
  return entries;
}

function putProperty(sink: ByteSink, definition: PropertyDefinition, value: Single, path: string): void {
  const field = `${path}.${definition.name}`;
  sink.byte(field, definition.identifier);
  switch (definition.type) {
    case 'byte':
      return sink.byte(field, value as number);
    case 'twoByte':
      return sink.twoByte(field, value as number);
    case 'fourByte':
      return sink.fourByte(field, value as number);
    case 'variableByte':
      return sink.variableByte(field, value as number);
    case 'text':
      return sink.text(field, value as string);
    case 'textPair': {
      const [name, text] = value as readonly [string, string];
      sink.text(field, name);
      return sink.text(field, text);
    }
    case 'binary':
      return sink.binary(field, value as Uint8Array);
  }
}
