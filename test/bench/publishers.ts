/** One way to publish for each contestant: the product's session, MQTT.js, and a bare socket that writes prebuilt bytes. */

import { connect as connectSocket } from 'node:net';
import { connect as connectMqttjs } from 'mqtt';
import { loopbackProfile, openSession } from './product.ts';

export type PublisherName = 'inspector' | 'mqttjs' | 'bare';

export interface Publisher {
  /** Publishes the next message; topics take turns. */
  publish(): void;
  /** False while what was published still waits for the network. */
  hasRoom(): boolean;
}

export interface PublishingOptions {
  readonly port: number;
  readonly qos: 0 | 1;
  /** Unacknowledged messages at most. */
  readonly window: number;
  /** QoS 1: called for each acknowledged message. */
  readonly settled: () => void;
}

export const TOPICS = Array.from({ length: 1000 }, (_, index) => `bench/${String(index).padStart(6, '0')}/value`);
export const PAYLOAD_BYTES = 100;
const PAYLOAD = Buffer.alloc(PAYLOAD_BYTES, 0x78);
/** The product keeps every packet that it sends; the oldest make room. */
export const BYTE_BUDGET = 256 * 2 ** 20;
/** Bytes, and for MQTT.js messages, that may wait for the network before the publisher pauses. */
const BACKLOG_BYTES = 2 ** 20;
const BACKLOG_MESSAGES = 2000;

/** Resolves once connected. */
export function openPublisher(name: PublisherName, options: PublishingOptions): Promise<Publisher> {
  switch (name) {
    case 'inspector':
      return openInspector(options);
    case 'mqttjs':
      return openMqttjs(options);
    case 'bare':
      return openBare(options);
  }
}

async function openInspector({ port, qos, window, settled }: PublishingOptions): Promise<Publisher> {
  const source = await openSession(loopbackProfile(port, undefined, window), BYTE_BUDGET, () => settled());
  let turn = 0;
  return {
    publish() {
      const outcome = source.publish({ topic: TOPICS[turn] ?? '', payload: PAYLOAD, qos, retain: false });
      if (outcome.outcome === 'refused') throw new Error(`refused: ${JSON.stringify(outcome)}`);
      turn = turn === TOPICS.length - 1 ? 0 : turn + 1;
    },
    hasRoom: () => source.backlogBytes < BACKLOG_BYTES,
  };
}

function openMqttjs({ port, qos, settled }: PublishingOptions): Promise<Publisher> {
  const client = connectMqttjs(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  let turn = 0;
  let waiting = 0;
  const options = { qos };
  const done = (): void => {
    waiting -= 1;
    settled();
  };
  const publisher: Publisher = {
    publish() {
      waiting += 1;
      client.publish(TOPICS[turn] ?? '', PAYLOAD, options, done);
      turn = turn === TOPICS.length - 1 ? 0 : turn + 1;
    },
    hasRoom: () => waiting < BACKLOG_MESSAGES,
  };
  return new Promise((resolve, reject) => {
    client.on('connect', () => resolve(publisher));
    client.on('error', reject);
  });
}

/** One message in flight at a time: any four bytes that come back are its PUBACK. */
function openBare({ port, settled }: PublishingOptions): Promise<Publisher> {
  const topic = Buffer.from(TOPICS[0] ?? '');
  const body = [Buffer.from([0, topic.length]), topic, Buffer.from([0, 1]), PAYLOAD];
  const packet = Buffer.concat([Buffer.from([0x32, 4 + topic.length + PAYLOAD_BYTES]), ...body]);
  const socket = connectSocket(port, '127.0.0.1');
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', () =>
      socket.write(Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x62])),
    );
    socket.once('data', () => {
      socket.on('data', () => settled());
      resolve({ publish: () => void socket.write(packet), hasRoom: () => true });
    });
  });
}
