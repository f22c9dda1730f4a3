/** A challenge of enhanced authentication and the field for its answer (MQTT 5.0 §4.12). */

import { type FormEvent, type ReactNode, useState } from 'react';
import type { ConnectionReport } from '../../../shared/contract/connection-records.ts';
import { toHex } from '../../../shared/payload/payload-encoding.ts';
import { decodeText, hasControlCharacters } from '../../../shared/payload/payload-text.ts';
import type { ConnectionModel } from '../../model/connection-model.ts';
import { parseBase64, parseHex } from '../../model/publish-bytes.ts';
import { useText } from '../../model/use-store.ts';
import { SelectField, TextField } from '../../ui/FormFields.tsx';
import { connectionText } from './strings/text.ts';

const FORMATS = ['text', 'hex', 'base64'] as const;
type Format = (typeof FORMATS)[number];

export interface ChallengeProps {
  readonly model: ConnectionModel;
  readonly challenge: NonNullable<ConnectionReport['challenge']>;
}

export function Challenge({ model, challenge }: ChallengeProps): ReactNode {
  const t = useText(connectionText);
  const [answer, setAnswer] = useState('');
  const [format, setFormat] = useState<Format>('text');
  const bytes = bytesOf(format, answer);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (bytes !== undefined && (await model.answer(bytes))) setAnswer('');
  };
  const { text, invalid } = decodeText(challenge.data);
  const readable = invalid === 0 && !hasControlCharacters(text);
  return (
    <form className="note connection-challenge" data-tone="warning" onSubmit={(event) => void submit(event)}>
      <p className="connection-what">{t('challenge.title')}</p>
      <dl className="facts">
        <div>
          <dt>{t('challenge.method')}</dt>
          <dd className="mono">{challenge.method}</dd>
        </div>
        <div>
          <dt>{t('challenge.data')}</dt>
          <dd className="mono">{readable ? text : toHex(challenge.data)}</dd>
        </div>
      </dl>
      <SelectField
        label={t('challenge.format')}
        value={format}
        choices={FORMATS.map((choice) => [choice, t(`challenge.${choice}`)])}
        onChange={setFormat}
      />
      <TextField
        label={t('challenge.answer')}
        mono
        value={answer}
        fault={bytes === undefined ? t('challenge.fault', { format: t(`challenge.${format}`) }) : undefined}
        onChange={setAnswer}
      />
      <div className="connection-actions">
        <button type="submit" className="button primary" disabled={bytes === undefined}>
          {t('challenge.send')}
        </button>
      </div>
    </form>
  );
}

function bytesOf(format: Format, text: string): Uint8Array<ArrayBuffer> | undefined {
  if (format === 'text') return new TextEncoder().encode(text);
  const parsed = format === 'hex' ? parseHex(text) : parseBase64(text);
  return 'bytes' in parsed ? new Uint8Array(parsed.bytes) : undefined;
}
