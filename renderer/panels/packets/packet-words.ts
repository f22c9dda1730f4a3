/** What the list says of a packet: its detail column, and events between packets. */

import type { PacketDetail } from '../../../shared/contract/records.ts';
import { isProtocolVersion, versionName } from '../../../shared/mqtt/version.ts';
import { formatBytes, formatDuration } from '../../model/format.ts';
import { reasonWords } from '../../model/packet-names.ts';
import type { PacketRow } from '../../model/packet-rows.ts';
import { packetsText as t } from './strings/text.ts';

/** The Topic / detail column in one line. */
export function detailWords(row: PacketRow): string {
  const { detail } = row;
  if (detail?.kind === 'malformed') return t('row.malformed', { message: detail.message, rule: detail.rule });
  if (detail?.kind === 'refused') return t('row.refused', { limit: formatBytes(detail.limit) });
  if (row.undecodable && detail === null) return t('row.undecodable');
  if (row.type === 'publish') return row.topic;
  const parts: string[] = [];
  if (row.packetId !== 0) parts.push(`#${row.packetId}`);
  if (row.topic !== '') parts.push(row.topic);
  parts.push(...factWords(row));
  return parts.join(' · ');
}

function factWords(row: PacketRow): readonly string[] {
  const { detail } = row;
  switch (detail?.kind) {
    case 'connect': {
      const version = isProtocolVersion(detail.protocolVersion)
        ? versionName(detail.protocolVersion)
        : `MQTT ${detail.protocolVersion}`;
      const clientId = detail.clientId === '' ? t('detail.assigned') : detail.clientId;
      return [
        t('detail.connect', { clientId, version, keepAlive: detail.keepAlive }),
        t(detail.cleanStart ? 'detail.clean' : 'detail.resume'),
        ...(detail.username ? [t('detail.user')] : []),
        ...(detail.will ? [t('detail.will')] : []),
      ];
    }
    case 'connack': {
      const version = isProtocolVersion(detail.protocolVersion) ? detail.protocolVersion : 5;
      if (detail.reasonCode !== 0) return [reasonWords('connack', detail.reasonCode, version)];
      return [
        reasonWords('connack', 0, version),
        t(detail.sessionPresent ? 'detail.session-present' : 'detail.new-session'),
      ];
    }
    case 'reason': {
      const words = reasonWords(row.type, detail.reasonCode, 5);
      return detail.reasonString === undefined ? [words] : [words, `“${detail.reasonString}”`];
    }
    case 'subscribe':
      return [listWords(detail.filters, detail.total)];
    case 'suback':
      return [
        listWords(
          detail.reasonCodes.map((code) => codeInList(row.type, code)),
          detail.total,
        ),
      ];
    case 'pingresp':
      return detail.rttUs === undefined ? [] : [t('detail.rtt', { time: formatDuration(detail.rttUs) })];
    default:
      return [];
  }
}

function codeInList(type: PacketRow['type'], code: number): string {
  if (type === 'suback' && code <= 2) return `q${code}`;
  return reasonWords(type, code, 5);
}

function listWords(items: readonly string[], total: number): string {
  const more = total - items.length;
  return items.join(', ') + (more > 0 ? ` ${t('detail.more', { count: more })}` : '');
}

/** Facts of an event that are worth a place in its line, in this order. */
const EVENT_FACTS = ['remoteAddress', 'tls', 'stage', 'code', 'reason'] as const;

export function eventWords(row: PacketRow): string {
  if (row.detail?.kind !== 'event') return '';
  const { event, data } = row.detail;
  const key = `event.${event}`;
  const title = t.has(key) ? t.of(key, { connection: row.connection + 1 }) : event;
  const facts = EVENT_FACTS.map((name) => data[name]).filter((fact) => typeof fact === 'string');
  const missed = data['packets'] ?? data['count'];
  const gap = typeof missed === 'number' ? [t('event.gap-count', { count: missed })] : [];
  return [title, ...gap, ...facts].join(' · ');
}

/** An event for the detail pane: its title, and every fact it brought. */
export function eventLines(packet: PacketDetail): {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
} {
  const event = packet.event?.event ?? '';
  const key = `event.${event}`;
  const title = t.has(key) ? t.of(key, { connection: packet.connection + 1 }) : event;
  const facts = Object.entries(packet.event?.data ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return { title, facts };
}
