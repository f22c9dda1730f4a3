/** Fields and bytes of one packet: pointing at either lights both, down to single bits. */

import { type ReactNode, useMemo, useState } from 'react';
import type { PacketDetail } from '../../../shared/contract/records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes } from '../../model/format.ts';
import { useText } from '../../model/use-store.ts';
import { FieldTree } from '../../ui/FieldTree.tsx';
import { type ByteRange, HexView } from '../../ui/HexView.tsx';
import { fieldAt, fieldById, fieldItems } from './field-items.ts';
import { eventStory, failureContext } from './event-words.ts';
import { packetsText } from './strings/text.ts';

export interface FieldsTabProps {
  readonly app: AppModel;
  readonly packet: PacketDetail;
}

export function FieldsTab({ app, packet }: FieldsTabProps): ReactNode {
  const t = useText(packetsText);
  const [selected, setSelected] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const items = useMemo(() => fieldItems(packet), [packet]);
  const range = (id: string | undefined): ByteRange | undefined =>
    id === undefined ? undefined : fieldById(packet.fields, id);
  const idAt = (offset: number | undefined, bit?: number) =>
    offset === undefined ? undefined : fieldAt(packet.fields, offset, bit);
  if (packet.type === 'event') return <EventFacts app={app} packet={packet} />;
  const { malformed } = packet;
  return (
    <>
      {malformed === undefined ? null : (
        <p className="note" data-tone="error">
          {t('detail.malformed', { offset: malformed.offset, message: malformed.message })}{' '}
          <code>{malformed.rule}</code>
        </p>
      )}
      <FieldTree
        label={t('fields.label')}
        items={items}
        selected={selected}
        hovered={hovered}
        onSelect={setSelected}
        onHover={setHovered}
      />
      <div className="detail-bytes">
        <HexView
          label={t('bytes.label')}
          bytes={packet.bytes}
          selected={range(selected)}
          hovered={range(hovered)}
          fault={malformed?.offset}
          onHover={(offset, bit) => setHovered(idAt(offset, bit))}
          onSelect={(offset, bit) => setSelected(idAt(offset, bit))}
          describe={(offset) => items.find((item) => item.id === idAt(offset))?.name ?? ''}
          maxHeight={234}
        />
        {packet.bytes.length < packet.length ? (
          <p className="detail-line faint">
            {t('detail.cut', { shown: formatBytes(packet.bytes.length), all: formatBytes(packet.length) })}
          </p>
        ) : null}
      </div>
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
      <h3>{title}</h3>
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
          <h4>{t('event.advice')}</h4>
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
