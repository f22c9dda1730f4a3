/** Whole packets in hexadecimal, written to the connection as they are, and what a server will read in them. */

import { type ReactNode, useEffect, useMemo } from 'react';
import { MAX_DECODED_BYTES } from '../../../shared/contract/procedures.ts';
import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { formatBytes } from '../../model/format.ts';
import { fieldItems } from '../../model/packet-fields.ts';
import { parseHex } from '../../model/publish-bytes.ts';
import type { PublishModel, RawPreview } from '../../model/publish-model.ts';
import { malformedWords } from '../../model/statement-text.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { FieldBytes } from '../../ui/FieldBytes.tsx';
import { MalformedNote } from '../../ui/MalformedNote.tsx';
import { type PublishText, publishText } from './strings/text.ts';
import { faultWords } from './words.ts';

export interface RawFormProps {
  readonly model: PublishModel;
  readonly version: ProtocolVersion;
}

export function RawForm({ model, version }: RawFormProps): ReactNode {
  const t = useText(publishText);
  const raw = useModel(model.raw);
  const preview = useModel(model.preview);
  const parsed = useMemo(() => parseHex(raw), [raw]);
  useEffect(() => {
    // `raw` is what the model reads.
    if (raw !== '' || model.preview.get() !== undefined) void model.decode(version);
  }, [model, raw, version]);
  const length = 'bytes' in parsed ? parsed.bytes.length : undefined;
  const fault = 'bytes' in parsed ? undefined : faultWords(t, { code: 'bytes', reason: parsed.fault, at: parsed.at });
  return (
    <div className="publish-fields">
      <div className="publish-notes">
        <p className="quiet">{t('raw.hint')}</p>
      </div>
      <textarea
        className="publish-plain publish-raw"
        data-read={preview !== undefined}
        aria-label={t('raw.label')}
        placeholder="c0 00"
        aria-invalid={fault !== undefined && raw !== ''}
        spellCheck={false}
        value={raw}
        onChange={(event) => model.setRaw(event.target.value)}
      />
      <div className="publish-notes" aria-live="polite">
        {raw === '' ? null : length === undefined ? (
          <p className="field-error">{fault}</p>
        ) : length === 0 ? (
          <p className="field-error">{t('raw.empty')}</p>
        ) : length > MAX_DECODED_BYTES ? (
          <p className="quiet">
            {t('raw.size', { count: length })} · {t('raw.too-long', { size: formatBytes(MAX_DECODED_BYTES) })}
          </p>
        ) : preview === undefined ? null : (
          <p className="quiet">{summary(t, length, preview)}</p>
        )}
      </div>
      {preview === undefined ? null : <Preview preview={preview} />}
    </div>
  );
}

function summary(t: PublishText, length: number, { packets, rest }: RawPreview): string {
  return [
    t('raw.size', { count: length }),
    t('raw.packets', { count: packets }),
    ...(rest > 0 ? [t('raw.rest', { count: rest })] : []),
    ...(packets > 1 ? [t('raw.first')] : []),
  ].join(' · ');
}

function Preview({ preview }: { readonly preview: RawPreview }): ReactNode {
  const t = useText(publishText);
  const { malformed } = preview;
  return (
    <div className="publish-preview">
      {malformed === undefined ? null : <MalformedNote {...malformedWords(malformed)} />}
      <FieldBytes
        fieldsLabel={t('raw.fields')}
        bytesLabel={t('raw.bytes')}
        fields={preview.fields}
        items={fieldItems(preview)}
        bytes={preview.bytes}
        fault={malformed?.offset}
      />
    </div>
  );
}
