/** Events between packets in words: connections that came and went, recording that was off. */

import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { type FailureContext, failureStory } from '../../model/connection-failure.ts';
import { formatDuration, formatInteger } from '../../model/format.ts';
import type { PacketRow } from '../../model/packet-rows.ts';
import { packetsText as t } from './strings/text.ts';

/** What the words of a failure need to know of its source; also of one that is closing. */
export function failureContext(app: AppModel, source: SourceId): FailureContext {
  return app.inspector.sources.get().find(({ id }) => id === source) ?? CLOSED;
}

const CLOSED: FailureContext = { endpoint: '', clientId: '', protocolVersion: 5 };

type Data = Readonly<Record<string, unknown>>;
type FailureData = Parameters<typeof failureStory>[0]['data'];

export interface EventFact {
  readonly name: string;
  readonly value: string;
}

/** One line of the list; empty for a row that is no event. */
export function eventWords(row: PacketRow, context: FailureContext): string {
  if (row.detail?.kind !== 'event') return '';
  const { event, data } = row.detail;
  const failure = failureOf(event, data, context);
  const facts = failure === undefined ? lineFacts(data) : [failure.what];
  return [titleOf(event, row.connection), ...facts].join(' · ');
}

/** For the detail pane: its title, what each fact it brought says, and what to try where something failed. */
export function eventStory(
  packet: PacketDetail,
  context: FailureContext,
): { readonly title: string; readonly facts: readonly EventFact[]; readonly advice: readonly string[] } {
  const { event = '', data = {} } = packet.event ?? {};
  const title = titleOf(event, packet.connection);
  const failure = failureOf(event, data, context);
  if (failure === undefined) return { title, facts: factsOf(data), advice: [] };
  const { what, advice, exact, peerSaid } = failure;
  const facts = [
    { name: t('event.fact.reason'), value: what },
    ...(peerSaid === undefined ? [] : [{ name: t('event.fact.peer-said'), value: peerSaid }]),
    { name: t('event.fact.code'), value: exact },
  ];
  return { title, facts, advice };
}

function lineFacts(data: Data): readonly string[] {
  const { remoteAddress, tls, packets, bytes, pausedUs, by, protocol, serverName, path, looksLike, firstBytes } = data;
  const who = `event.by.${String(by)}`;
  return [
    ...(typeof by === 'string' && t.has(who) ? [t.of(who)] : []),
    ...[protocol, serverName, path, looksLike, firstBytes].filter((fact) => typeof fact === 'string'),
    ...[remoteAddress, tls].filter((fact) => typeof fact === 'string'),
    ...(typeof bytes === 'number' ? [t('event.missing', { count: bytes })] : []),
    ...(typeof packets === 'number' ? [t('event.gap', { count: packets })] : []),
    ...(typeof pausedUs === 'number' ? [t('event.paused', { time: formatDuration(pausedUs) })] : []),
  ];
}

function titleOf(event: string, connection: number): string {
  const key = `event.${event}`;
  return t.has(key) ? t.of(key, { connection: connection + 1 }) : event;
}

/** The stages of a device's own handshake have the names of the way on, where they are events. */
function stageOf(event: string, stage: string): string {
  return event === 'device-handshake-failed' ? `device-${stage}` : stage;
}

function failureOf(event: string, data: Data, context: FailureContext): ReturnType<typeof failureStory> | undefined {
  const { stage, code, ...rest } = data;
  if (typeof stage !== 'string' || typeof code !== 'string') return undefined;
  return failureStory({ stage: stageOf(event, stage), code, data: rest as FailureData, atUs: 0 }, context);
}

/** What an event brings beside a failure; a fact that is not named here stands under its own name. */
function factsOf(data: Data): readonly EventFact[] {
  return Object.entries(data).map(([name, value]) => {
    const key = `event.fact.${name}`;
    return { name: t.has(key) ? t.of(key) : name, value: valueWords(name, value) };
  });
}

function valueWords(name: string, value: unknown): string {
  if (typeof value === 'number') return name.endsWith('Us') ? formatDuration(value) : formatInteger(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
