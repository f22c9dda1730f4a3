/** One packet as a line for a terminal. */

import { packetLabel } from '../../shared/mqtt/labels.ts';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { decodeText, hasControlCharacters } from '../../shared/payload/payload-text.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { interventionWords } from './intervention-words.ts';
import { aliasedTopic, type DecodedRow } from './packet-json.ts';

/** Characters of a payload that a line shows. */
const PREVIEW = 80;
const PREVIEW_BYTES = 24;
/** Characters of a whole line: a SUBSCRIBE may name thousands of filters. */
const LONGEST = 2_000;

/** Control characters, line and paragraph separators, and what turns the writing direction round: a terminal obeys them. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text that can do nothing to a terminal or to the line it stands in. */
export function terminalText(text: string): string {
  return text.replaceAll(UNSAFE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/** Local time of day with microseconds, `14:33:18.123456`; blanks where there is no time. */
function clockTime(timeUs: number, timed: boolean): string {
  if (!timed) return ' '.repeat(15);
  const whole = Math.floor(timeUs);
  const date = new Date(Math.floor(whole / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const micros = String(((whole % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

function payloadPreview(payload: Uint8Array): string {
  if (payload.length === 0) return '';
  const { text, invalid } = decodeText(payload.subarray(0, PREVIEW * 4), payload.length > PREVIEW * 4);
  if (invalid > 0 || hasControlCharacters(text)) {
    const hex = Buffer.from(payload.subarray(0, PREVIEW_BYTES)).toString('hex');
    return `  0x${hex}${payload.length > PREVIEW_BYTES ? '…' : ''}`;
  }
  const characters = Array.from(text);
  const cut = characters.length > PREVIEW || payload.length > PREVIEW * 4;
  return `  ${characters.slice(0, PREVIEW).join('')}${cut ? '…' : ''}`;
}

function words(recording: Recording, seq: number, row: DecodedRow): string {
  const { capture } = recording;
  const { result, flags } = row;
  const type = (PACKET_TYPES[capture.firstByte(seq) >> 4] ?? 'reserved').toUpperCase();
  if (result === undefined) {
    return (flags & FLAG.refused) === 0
      ? 'UNDECODABLE bytes after a framing error'
      : `${type} larger than the limit of ${capture.maxPacketBytes} B: its bytes were not kept`;
  }
  const { version } = capture.protocolVersion(capture.connection(seq));
  if (result.packet !== undefined) {
    const topic = aliasedTopic(recording, seq, row);
    const alias = topic === undefined ? '' : ` = ${topic}`;
    const payload = result.packet.type === 'publish' ? payloadPreview(result.packet.payload) : '';
    return `${packetLabel(result.packet, version)}${alias}${payload}`;
  }
  const { rule, message, offset } = result.malformed;
  if ((flags & FLAG.truncated) !== 0) return `${type} TRUNCATED: the stream ended inside this packet`;
  return `${type} MALFORMED at byte ${offset}: ${message} [${rule}]`;
}

/**
 * Time, direction (`→` to the server, `←` to the client), bytes on the wire, what the packet says, the beginning of a payload, and what rules
 * did to it; without a line feed. Connections are named, from `c1`, once there is a second. Control characters are escaped.
 */
export function packetLine(recording: Recording, seq: number, row: DecodedRow, timed: boolean): string {
  const { capture } = recording;
  const arrow = capture.direction(seq) === 'client-to-server' ? '→' : '←';
  const size = String(capture.length(seq)).padStart(6);
  const connection = capture.connectionCount > 1 ? ` c${capture.connection(seq) + 1}` : '';
  const text = terminalText(words(recording, seq, row));
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const done = terminalText(interventionWords(recording.interventions.get(seq) ?? []));
  return `${clockTime(capture.timeUs(seq), timed)} ${arrow}${connection} ${size}  ${shown}${done}`;
}
