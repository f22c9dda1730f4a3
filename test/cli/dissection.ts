/** What Wireshark's dissector reads in a recording, beside what we read in it. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PACKET_TYPES } from '../../shared/mqtt/packet.ts';
import { findProgram } from '../support/tools.ts';

const tshark = findProgram(['tshark']) ?? 'tshark';
const exec = promisify(execFile);

export const FIELDS = ['mqtt.msgtype', 'mqtt.msgid', 'mqtt.topic', 'mqtt.msg', 'mqtt.clientid', 'mqtt.len'] as const;
export const CODES = {
  4: ['mqtt.conack.val', 'mqtt.suback.qos'],
  5: ['mqtt.connack.reason_code', 'mqtt.suback.reason_code'],
} as const;

export type Json = Record<string, unknown>;

/** What the dissector reads in a file, field by field, over all packets in order. */
export async function dissected(
  file: string,
  port: number,
  fields: readonly string[],
): Promise<Record<string, string[]>> {
  const columns = fields.flatMap((field) => ['-e', field]);
  const { stdout } = await exec(
    tshark,
    ['-r', file, '-d', `tcp.port==${port},mqtt`, '-Y', 'mqtt', '-T', 'fields', '-E', 'aggregator=|', ...columns],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  const rows = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  return Object.fromEntries(
    fields.map((field, column) => [
      field,
      rows.flatMap((row) => {
        const values = (row[column] ?? '').split('|').filter((value) => value !== '' && value !== '<MISSING>');
        return values.map((value) => (/^0x[\da-f]+$/.test(value) ? String(Number(value)) : value));
      }),
    ]),
  );
}

const hex = (value: unknown): string => Buffer.from(String(value), 'base64').toString('hex');

/** The same from our objects. */
export function ours(packets: readonly Json[], fields: readonly string[]): Record<string, string[]> {
  const each: Record<string, (packet: Json) => unknown[]> = {
    'mqtt.msgtype': ({ type }) => [PACKET_TYPES.findIndex((name) => name === type)],
    'mqtt.msgid': ({ packetId }) => (packetId === undefined ? [] : [packetId]),
    'mqtt.topic': ({ type, topic, subscriptions, topicFilters }) => {
      if (type === 'publish') return [topic];
      if (Array.isArray(subscriptions)) return subscriptions.map((one: Json) => one['topicFilter']);
      return Array.isArray(topicFilters) ? topicFilters : [];
    },
    'mqtt.msg': ({ type, payload }) => (type === 'publish' && payload !== '' ? [hex(payload)] : []),
    'mqtt.clientid': ({ clientId }) => (clientId === undefined || clientId === '' ? [] : [clientId]),
    'mqtt.len': ({ length }) => {
      const whole = Number(length);
      return [[2, 3, 4, 5].map((header) => whole - header).find((rest, at) => rest < 128 ** (at + 1))];
    },
    'mqtt.conack.val': ({ type, reasonCode }) => (type === 'connack' ? [reasonCode] : []),
    'mqtt.connack.reason_code': ({ type, reasonCode }) => (type === 'connack' ? [reasonCode] : []),
    'mqtt.suback.qos': ({ type, reasonCodes }) => (type === 'suback' && Array.isArray(reasonCodes) ? reasonCodes : []),
    'mqtt.suback.reason_code': ({ type, reasonCodes }) =>
      type === 'suback' && Array.isArray(reasonCodes) ? reasonCodes : [],
  };
  return Object.fromEntries(
    fields.map((field) => [field, packets.flatMap((one) => each[field]?.(one) ?? []).map(String)]),
  );
}

/** Records the loopback interface, or another, while `traffic` runs. */
export async function recorded(
  file: string,
  port: number | readonly number[],
  traffic: () => Promise<void>,
  from = 'lo',
): Promise<void> {
  const filter = [port].flat().map((each) => `tcp port ${each}`);
  const child = spawn(tshark, ['-i', from, '-f', filter.join(' or '), '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  for (let waited = 0; !log.includes('Capturing on'); waited += 50) {
    if (waited > 15_000 || child.exitCode !== null) throw new Error(`tshark does not record: ${log}`);
    // oxlint-disable-next-line no-await-in-loop
    await pause(50);
  }
  // It says so a moment before it does.
  await pause(1_000);
  try {
    await traffic();
    await pause(1_000);
  } finally {
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  }
}
