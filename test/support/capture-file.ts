/** Capture files made for tests. */

import { encodePacket } from '../../main/engine/codec/encode.ts';
import { PacketFileWriter } from '../../main/engine/files/packet-file-writer.ts';

const PARTIES = {
  client: { address: '10.0.0.1', port: 40_000 },
  server: { address: '10.0.0.2', port: 1883 },
};
const START_US = 1_700_000_000_000_000;

/** A pcapng file of one MQTT 5.0 connection of `thermostat`: CONNECT, CONNACK, and so many messages, a millisecond apart; `bytes` is how much more their payloads hold. */
export function recordedFile(messages: number, bytes = 0): Uint8Array<ArrayBuffer> {
  const writer = new PacketFileWriter();
  const connect = encodePacket(
    {
      type: 'connect',
      protocolName: 'MQTT',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 60,
      clientId: 'thermostat',
    },
    5,
  );
  const message = (index: number): Uint8Array =>
    encodePacket(
      {
        type: 'publish',
        dup: false,
        qos: 0,
        retain: false,
        topic: `site/${index % 7}`,
        payload: new TextEncoder().encode(`{"n":${index}}${' '.repeat(bytes)}`),
      },
      5,
    );
  const file = Buffer.concat([
    writer.header('test'),
    writer.packet(PARTIES, 'client-to-server', START_US, connect),
    writer.packet(PARTIES, 'server-to-client', START_US + 1000, Uint8Array.of(0x20, 3, 0, 0, 0)),
    ...Array.from({ length: messages }, (_, index) =>
      writer.packet(PARTIES, 'server-to-client', START_US + 2000 + index * 1000, message(index)),
    ),
  ]);
  return new Uint8Array(file);
}
