/** Writes large capture files for the benchmark: the same few thousand packets again and again, each a little later than the last. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { encodePacket } from '../../main/engine/codec/encode.ts';
import { ipSegment } from '../../main/engine/files/ip-segments.ts';
import { LINKTYPE } from '../../main/engine/files/link-types.ts';
import { PacketFileWriter } from '../../main/engine/files/packet-file-writer.ts';
import {
  enhancedPacketBlock,
  interfaceDescriptionBlock,
  sectionHeaderBlock,
} from '../../main/engine/files/pcapng-blocks.ts';

const BLOCK_MESSAGES = 20_000;
const PAYLOAD_BYTES = 200;
const STEP_US = 10;
const START_US = 1_700_000_000_000_000;
const TWO_32 = 0x1_0000_0000;
/** From the beginning of an Enhanced Packet Block to its time. */
const TIME_AT = 12;
/** Of an Ethernet frame with IPv4, to the sequence number of its TCP segment. */
const SEQUENCE_AT = 28 + 14 + 20 + 4;

const PARTIES = { client: { address: '10.0.0.1', port: 40_000 }, server: { address: '10.0.0.2', port: 1883 } };
const ETHERNET = Buffer.from(`${'00'.repeat(12)}0800`, 'hex');

export type FileShape = 'exported PDUs' | 'Ethernet';

export interface WrittenFile {
  readonly packets: number;
  readonly bytes: number;
}

const message = (index: number): Uint8Array =>
  encodePacket(
    {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topic: `site/line/${index % 1000}/temperature`,
      payload: Buffer.alloc(PAYLOAD_BYTES, `{"value":${index % 100}}`),
    },
    4,
  );

/** One connection that receives messages of 200 bytes on 1 000 topics until the file is `size` bytes long. */
export function writeCaptureFile(path: string, shape: FileShape, size: number): WrittenFile {
  const writer = new PacketFileWriter();
  const isEthernet = shape === 'Ethernet';
  let sequence = 1;
  const record = (packet: Uint8Array, fromClient: boolean): Uint8Array => {
    const direction = fromClient ? 'client-to-server' : 'server-to-client';
    if (!isEthernet) return writer.packet(PARTIES, direction, START_US, packet);
    const from = fromClient ? PARTIES.client : PARTIES.server;
    const to = fromClient ? PARTIES.server : PARTIES.client;
    const segment = ipSegment(from, to, fromClient ? 1 : sequence, 1, packet);
    if (!fromClient) sequence += packet.length;
    return enhancedPacketBlock(0, START_US, !fromClient, [ETHERNET, segment]);
  };
  const connect = encodePacket(
    { type: 'connect', protocolName: 'MQTT', protocolVersion: 4, cleanStart: true, keepAlive: 60, clientId: 'bench' },
    4,
  );
  const head = Buffer.concat([
    isEthernet
      ? Buffer.concat([sectionHeaderBlock('bench'), interfaceDescriptionBlock(LINKTYPE.ethernet, 'bench')])
      : writer.header('bench'),
    record(connect, true),
    record(Uint8Array.of(0x20, 2, 0, 0), false),
  ]);
  const began = sequence;
  const records = Array.from({ length: BLOCK_MESSAGES }, (_, index) => record(message(index), false));
  const advance = sequence - began;
  const block = Buffer.concat(records);
  const file = openSync(path, 'w');
  let bytes = writeSync(file, head);
  let messages = 0;
  while (bytes < size) {
    let at = 0;
    for (const { length } of records) {
      const timeUs = START_US + messages * STEP_US;
      block.writeUInt32LE(Math.floor(timeUs / TWO_32), at + TIME_AT);
      block.writeUInt32LE(timeUs % TWO_32, at + TIME_AT + 4);
      at += length;
      messages += 1;
    }
    bytes += writeSync(file, block);
    at = 0;
    for (const { length } of isEthernet ? records : []) {
      block.writeUInt32BE((block.readUInt32BE(at + SEQUENCE_AT) + advance) >>> 0, at + SEQUENCE_AT);
      at += length;
    }
  }
  closeSync(file);
  return { packets: messages + 2, bytes };
}
