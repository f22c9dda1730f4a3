/** A whole packet in hexadecimal, written to the connection as it is. */

import type { ReactNode } from 'react';
import { PACKET_TYPES } from '../../../shared/mqtt/packet.ts';
import { parseHex } from '../../model/publish-bytes.ts';
import type { PublishModel } from '../../model/publish-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { publishText } from './strings/text.ts';
import { faultWords } from './words.ts';

export function RawForm({ model }: { readonly model: PublishModel }): ReactNode {
  const t = useText(publishText);
  const raw = useModel(model.raw);
  const parsed = parseHex(raw);
  const bytes = 'bytes' in parsed ? parsed.bytes : undefined;
  const fault = 'bytes' in parsed ? undefined : faultWords(t, { code: 'bytes', reason: parsed.fault, at: parsed.at });
  const type = PACKET_TYPES[(bytes?.[0] ?? 0) >> 4] ?? '';
  return (
    <div className="publish-fields">
      <div className="publish-notes">
        <p className="quiet">{t('raw.hint')}</p>
      </div>
      <textarea
        className="publish-plain publish-raw"
        aria-label={t('raw.label')}
        placeholder="c0 00"
        aria-invalid={fault !== undefined && raw !== ''}
        spellCheck={false}
        value={raw}
        onChange={(event) => model.setRaw(event.target.value)}
      />
      <div className="publish-notes" aria-live="polite">
        {raw === '' ? null : bytes === undefined ? (
          <p className="field-error">{fault}</p>
        ) : bytes.length === 0 ? (
          <p className="field-error">{t('raw.empty')}</p>
        ) : (
          <p className="quiet mono">{t('raw.size', { count: bytes.length, type: type.toUpperCase() })}</p>
        )}
      </div>
    </div>
  );
}
