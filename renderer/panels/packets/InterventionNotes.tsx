/** What rules and users did to a packet on its way: in words, with the bytes that passed in its place, and whether it waits now. */

import { type ReactNode, useMemo } from 'react';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import type { Intervention } from '../../../shared/contract/rules.ts';
import type { AppModel } from '../../model/app-model.ts';
import { useModelPart, useText } from '../../model/use-store.ts';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { type ByteRange, HexView } from '../../ui/HexView.tsx';
import { causeNumber, differingBytes, interventionWords } from './intervention-words.ts';
import { packetsText } from './strings/text.ts';

/** Pixels: eight rows. */
const BYTES_HEIGHT = 144;

export interface InterventionNotesProps {
  readonly app: AppModel;
  readonly packet: PacketDetail;
}

export function InterventionNotes({ app, packet }: InterventionNotesProps): ReactNode {
  const t = useText(packetsText);
  const waiting = useModelPart(
    app.inspector.rules,
    ({ held }) => held.find(({ source, seq }) => source === packet.source && seq === packet.seq)?.id,
  );
  const { interventions = [] } = packet;
  if (waiting === undefined && interventions.length === 0) return null;
  return (
    <div className="note interventions" data-tone="warning" role="note" aria-label={t('intervention.label')}>
      {waiting === undefined ? null : (
        <p>
          {t('intervention.waiting')}{' '}
          <button type="button" className="link" onClick={() => app.navigation.go({ to: 'held', held: waiting })}>
            {t('intervention.show-waiting')}
          </button>
        </p>
      )}
      {interventions.length === 0 ? null : (
        <ul>
          {interventions.map((intervention) => (
            <li key={`${intervention.atUs}-${intervention.what}`}>
              <Told app={app} packet={packet} intervention={intervention} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface ToldProps extends InterventionNotesProps {
  readonly intervention: Intervention;
}

function Told({ app, packet, intervention }: ToldProps): ReactNode {
  const t = useText(packetsText);
  const { cause, sent, sentLength = sent?.length ?? 0 } = intervention;
  return (
    <>
      {interventionWords(intervention)}{' '}
      {cause === undefined ? null : (
        <button
          type="button"
          className="link"
          onClick={() => app.navigation.go({ to: 'packet', source: packet.source, seq: cause })}
        >
          {t('intervention.show-cause', { number: causeNumber(cause) })}
        </button>
      )}
      {sent === undefined ? null : <Sent came={packet} sent={sent} length={sentLength} />}
    </>
  );
}

interface SentProps {
  readonly came: PacketDetail;
  /** The beginning, where it is long. */
  readonly sent: Uint8Array;
  readonly length: number;
}

function Sent({ came, sent, length }: SentProps): ReactNode {
  const t = useText(packetsText);
  // Of large packets only the beginning is here: what lies beyond cannot be compared.
  const whole = came.bytes.length === came.length && sent.length === length;
  const differing = useMemo(() => (whole ? differingBytes(came.bytes, sent) : undefined), [whole, came.bytes, sent]);
  return (
    <Disclosure
      title={t('intervention.sent', { count: length })}
      summary={differing === undefined ? undefined : placeWords(differing)}
    >
      <HexView label={t('intervention.bytes')} bytes={sent} selected={differing} maxHeight={BYTES_HEIGHT} />
    </Disclosure>
  );
}

function placeWords({ from, to }: ByteRange): string {
  if (to <= from) return packetsText('intervention.shorter', { at: from });
  return to - from === 1
    ? packetsText('intervention.differs-at', { at: from })
    : packetsText('intervention.differs', { from, to: to - 1 });
}
