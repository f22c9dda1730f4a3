/** What the list says of a packet in its columns of words. */

import { isProtocolVersion, versionName } from '../../../shared/mqtt/version.ts';
import { flowText } from '../../model/flow-ladder.ts';
import { formatBytes, formatDuration } from '../../model/format.ts';
import { reasonWords } from '../../model/packet-names.ts';
import type { PacketRow } from '../../model/packet-rows.ts';
import { statementWords } from '../../model/statement-text.ts';
import { packetsText as t } from './strings/text.ts';

/** The Topic / detail column in one line. */
export function detailWords(row: PacketRow): string {
  const { detail } = row;
  if (detail?.kind === 'malformed') return malformedWords(detail.rule, detail.message);
  if (detail?.kind === 'refused') return t('row.refused', { limit: formatBytes(detail.limit) });
  if (row.undecodable && detail === null) return t('row.undecodable');
  if (row.type === 'publish') return row.topic;
  const parts: string[] = [];
  if (row.packetId !== 0) parts.push(`#${row.packetId}`);
  if (row.topic !== '') parts.push(row.topic);
  parts.push(...factWords(row));
  return parts.join(' · ');
}

/** The Handshake column: how long the exchange took, or what it is at. */
export function handshakeWords({ flowState, flowDurationUs }: PacketRow): string {
  if (flowState === undefined) return '';
  const isTimed = Number.isFinite(flowDurationUs) && flowState !== 'open' && flowState !== 'stalled';
  return isTimed ? formatDuration(flowDurationUs) : flowText(`state.${flowState}`);
}

function malformedWords(rule: string, message: string): string {
  return t('row.malformed', { message: statementWords(rule) ?? message, rule });
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
