/** Clients that nobody here wrote, for the far end of tests: `mosquitto_pub` publishes, MQTT.js listens. */

import { spawn } from 'node:child_process';
import { connectAsync } from 'mqtt';
import { findProgram } from './tools.ts';

function program(name: string): string {
  const path = findProgram([name]);
  if (path === undefined) throw new Error(`${name} is missing: apt-get install mosquitto-clients`);
  return path;
}

/** A message as `mosquitto_pub` publishes it. */
export interface PeerMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
}

/** Publishes one message to a plain listener; resolves when the handshake of its QoS is over. */
export function mosquittoPublish(
  port: number,
  message: PeerMessage,
  parameters: readonly string[] = [],
): Promise<void> {
  const { topic, payload, qos = 0, retain = false } = message;
  const child = spawn(
    program('mosquitto_pub'),
    [
      ...['-h', '127.0.0.1', '-p', String(port), '-t', topic, '-q', String(qos), '-s'],
      ...(retain ? ['-r'] : []),
      ...parameters,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(payload);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`mosquitto_pub ended with ${code}: ${complaint}`)),
    );
  });
}

/** A running subscriber. */
export interface Listener extends AsyncDisposable {
  /** Messages so far: `<qos> <retain> <topic> <payload>`. */
  readonly lines: readonly string[];
}

/** Subscribes to `filter` at QoS 2 with MQTT.js; resolves when the SUBACK came. */
export async function listenTo(port: number, filter: string): Promise<Listener> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  const lines: string[] = [];
  client.on('message', (topic, payload, { qos, retain }) => {
    lines.push(`${qos} ${Number(retain)} ${topic} ${payload.toString()}`);
  });
  await client.subscribeAsync(filter, { qos: 2 });
  return { lines, [Symbol.asyncDispose]: () => client.endAsync(true) };
}
