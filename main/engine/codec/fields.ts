/** The field tree of a frame: which bytes, and which bits of them, say what. */

import type { Direction, Field, ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { readPacket } from './decode.ts';
import { FieldTrace } from './field-trace.ts';
import { FrameReader } from './reader.ts';

/**
 * Every field of one packet in wire order, by the decoder's own walk. The leaves cover each byte of `frame` just once, where a byte is split
 * each bit just once; leaves without bytes mark where something is missing. A violated rule stands as `malformed` on its field; where reading
 * could not go on, the bytes left follow as `unread`. Never throws.
 * @param version of the connection; a CONNECT brings its own.
 */
export function fieldMap(frame: Uint8Array, version: ProtocolVersion, direction?: Direction): readonly Field[] {
  const trace = new FieldTrace();
  readPacket(new FrameReader(frame, version, direction, trace));
  return trace.finish();
}
