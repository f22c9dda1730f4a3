/** Fields and bytes of one packet: pointing at either lights both, down to single bits. */

import type { ReactNode } from 'react';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes } from '../../model/format.ts';
import { fieldItems } from '../../model/packet-fields.ts';
import { malformedWords } from '../../model/statement-text.ts';
import { useText } from '../../model/use-store.ts';
import { FieldBytes } from '../../ui/FieldBytes.tsx';
import { MalformedNote } from '../../ui/MalformedNote.tsx';
import { eventStory, failureContext } from './event-words.ts';
import { packetsText } from './strings/text.ts';

export interface FieldsTabProps {
  readonly app: AppModel;
  readonly packet: PacketDetail;
}

export function FieldsTab({ app, packet }: FieldsTabProps): ReactNode {
  const t = useText(packetsText);
  if (packet.type === 'event') return <EventFacts app={app} packet={packet} />;
  const { malformed } = packet;
  return (
    <>
      {malformed === undefined ? null : <MalformedNote {...malformedWords(malformed)} />}
      <FieldBytes
        fieldsLabel={t('fields.label')}
        bytesLabel={t('bytes.label')}
        fields={packet.fields}
        items={fieldItems(packet)}
        bytes={packet.bytes}
        fault={malformed?.offset}
      >
        {packet.bytes.length < packet.length ? (
          <p className="detail-line faint">
            {t('detail.cut', { shown: formatBytes(packet.bytes.length), all: formatBytes(packet.length) })}
          </p>
        ) : null}
      </FieldBytes>
      {packet.notes.map((note) => (
        <p key={note.code} className="note">
          {noteWords(note.code, note.data)}
        </p>
      ))}
    </>
  );
}

function noteWords(code: string, data: Readonly<Record<string, string | number | boolean>>): string {
  const key = `note.${code}`;
  return packetsText.has(key) ? packetsText.of(key, data) : packetsText('note.unknown', { code });
}

function EventFacts({ app, packet }: FieldsTabProps): ReactNode {
  const t = useText(packetsText);
  const { title, facts, advice } = eventStory(packet, failureContext(app, packet.source));
  return (
    <div className="event-facts">
      <h2>{title}</h2>
      <dl>
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {advice.length === 0 ? null : (
        <>
          <h3>{t('event.advice')}</h3>
          <ul>
            {advice.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
