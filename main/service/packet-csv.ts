/** Packets as lines of comma-separated values (RFC 4180) that a spreadsheet opens. */

import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { decodeText, hasControlCharacters } from '../../shared/payload/payload-text.ts';
import { FLAG } from '../engine/capture/record-block.ts';
import type { Recording } from '../engine/sources/recording.ts';
import { type DecodedRow, isoTime } from './packet-json.ts';
import { topicOf } from './packet-rows.ts';

const COLUMNS = [
  'number',
  'time',
  'direction',
  'connection',
  'type',
  'packetId',
  'qos',
  'retain',
  'dup',
  'topic',
  'length',
  'reasonCode',
  'payload',
  'malformed',
  'initiator',
  'comment',
] as const;

/** Ends with a line break, as every line does. */
export const CSV_HEADER = `${COLUMNS.join(',')}\r\n`;

/** Spreadsheets take such a cell for a formula. */
const FORMULA = /^[=+@\t\r]|^-(?!\d)/;

function cell(value: string | number | boolean | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As text where it is some, else as `0x` and hexadecimal digits. */
function payloadText(payload: Uint8Array): string {
  const { text, invalid } = decodeText(payload);
  if (invalid === 0 && !hasControlCharacters(text.replaceAll(/[\t\r\n]/g, ''))) return text;
  return `0x${Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('hex')}`;
}

/**
 * One packet. A payload that is no text stands as `0x…`; a cell that a spreadsheet would compute begins with an apostrophe.
 * @param timed false where the packet's time means nothing
 */
export function packetCsv(recording: Recording, seq: number, { result, flags }: DecodedRow, timed: boolean): string {
  const { capture } = recording;
  const packet = result?.packet;
  const isPublish = packet?.type === 'publish';
  const packetId = capture.packetId(seq);
  const undecodable = result === undefined && (flags & FLAG.refused) === 0;
  const values: Readonly<Record<(typeof COLUMNS)[number], string | number | boolean | undefined>> = {
    number: seq + 1,
    time: timed ? isoTime(capture.timeUs(seq)) : '',
    direction: capture.direction(seq),
    connection: capture.connection(seq) + 1,
    type: undecodable ? 'undecodable' : (PACKET_TYPES[capture.firstByte(seq) >> 4] ?? 'reserved'),
    packetId: packetId === 0 ? undefined : packetId,
    qos: isPublish ? packet.qos : undefined,
    retain: isPublish ? packet.retain : undefined,
    dup: isPublish ? packet.dup : undefined,
    topic: topicOf(recording, seq),
    length: capture.length(seq),
    reasonCode: packet !== undefined && 'reasonCode' in packet ? packet.reasonCode : undefined,
    payload: isPublish ? payloadText(packet.payload) : undefined,
    malformed: result?.malformed?.message,
    initiator: recording.initiator(seq),
    comment: recording.comments.get(seq),
  };
  return `${COLUMNS.map((column) => cell(values[column])).join(',')}\r\n`;
}
