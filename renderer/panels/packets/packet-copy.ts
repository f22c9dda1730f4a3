/** A packet on the clipboard: its topic, its payload, its bytes, as JSON, or as the command that would send it. */

import type { PacketDetail } from '../../../shared/contract/records.ts';
import { decodeText, hasControlCharacters } from '../../../shared/payload/payload-text.ts';
import { printfArgument, shellQuote, toBase64, toHex } from '../../../shared/payload/payload-encoding.ts';
import type { AppModel } from '../../model/app-model.ts';
import { packetBytes } from './packet-message.ts';

export type CopyId = 'topic' | 'payload' | 'hex' | 'json' | 'mosquitto_pub' | 'mosquitto_sub';

export const COPIES: readonly { readonly id: CopyId; readonly publishOnly: boolean }[] = [
  { id: 'topic', publishOnly: true },
  { id: 'payload', publishOnly: true },
  { id: 'hex', publishOnly: false },
  { id: 'json', publishOnly: false },
  { id: 'mosquitto_pub', publishOnly: true },
  { id: 'mosquitto_sub', publishOnly: true },
];

/** Where the commands connect to. */
export interface Endpoint {
  readonly endpoint: string;
  readonly protocolVersion: 3 | 4 | 5;
}

export async function copyPacket(app: AppModel, packet: PacketDetail, id: CopyId): Promise<void> {
  const source = app.inspector.sources.get().find((candidate) => candidate.id === packet.source);
  const endpoint = { endpoint: source?.endpoint ?? '', protocolVersion: packet.protocolVersion };
  const bytes = await app.actions.run(() => packetBytes(app, packet, 0, packet.length));
  if (bytes !== undefined) await app.actions.copy(packetText({ ...packet, bytes }, id, endpoint));
}

/** @param packet with all its bytes */
export function packetText(packet: PacketDetail, id: CopyId, endpoint: Endpoint): string {
  const payload = packet.bytes.subarray(packet.payloadFrom, packet.payloadTo);
  switch (id) {
    case 'topic':
      return packet.topic ?? '';
    case 'payload':
      return decodeText(payload).text;
    case 'hex':
      return toHex(packet.bytes);
    case 'json':
      return JSON.stringify(packetJson(packet, payload), undefined, 2);
    case 'mosquitto_pub':
      return publishCommand(packet, payload, endpoint);
    case 'mosquitto_sub':
      return [
        'mosquitto_sub',
        ...connectionOptions(endpoint),
        '-t',
        shellQuote(packet.topic ?? ''),
        '-q',
        String(packet.qos ?? 0),
        '-v',
      ].join(' ');
  }
}

function packetJson(packet: PacketDetail, payload: Uint8Array): Record<string, unknown> {
  const { seq, timeUs, direction, type, dup, qos, retain, topic, packetId, length, malformed } = packet;
  return {
    seq,
    time: timeUs,
    direction,
    type,
    ...(type === 'publish' ? { dup, qos, retain, topic } : {}),
    ...(packetId === undefined ? {} : { packetId }),
    ...(type === 'publish' ? { payload: toBase64(payload) } : { bytes: toBase64(packet.bytes) }),
    length,
    ...(malformed === undefined ? {} : { malformed }),
  };
}

const VERSION_OPTIONS = { 3: 'mqttv31', 4: 'mqttv311', 5: 'mqttv5' } as const;
/** Where Debian keeps the public authorities; mosquitto's tools trust none unless told. */
const CA_PATH = '/etc/ssl/certs';

function connectionOptions({ endpoint, protocolVersion }: Endpoint): readonly string[] {
  const found = /^(mqtts?|wss?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(endpoint);
  const [, scheme, host = 'localhost', port] = found ?? [];
  return [
    '-h',
    shellQuote(host.replaceAll(/[[\]]/g, '')),
    ...(port === undefined ? [] : ['-p', port]),
    '-V',
    VERSION_OPTIONS[protocolVersion],
    ...(scheme === 'mqtts' || scheme === 'wss' ? ['--capath', CA_PATH] : []),
  ];
}

/** Text goes as an argument, anything else through a pipe, so that no byte is lost to the shell. */
function publishCommand(packet: PacketDetail, payload: Uint8Array, endpoint: Endpoint): string {
  const { text, invalid } = decodeText(payload);
  const command = [
    'mosquitto_pub',
    ...connectionOptions(endpoint),
    '-t',
    shellQuote(packet.topic ?? ''),
    '-q',
    String(packet.qos ?? 0),
    ...(packet.retain === true ? ['-r'] : []),
  ];
  if (payload.length === 0) return [...command, '-n'].join(' ');
  if (invalid === 0 && !hasControlCharacters(text)) return [...command, '-m', shellQuote(text)].join(' ');
  return `printf ${printfArgument(payload)} | ${[...command, '-s'].join(' ')}`;
}
