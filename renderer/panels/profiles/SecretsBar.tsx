/** Where passwords and keys are kept, and the field that unlocks or creates the vault. */

import { Lock } from 'lucide-react';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { SecretStatus, SecretStorage } from '../../../shared/contract/profiles.ts';
import type { ProfilesModel } from '../../model/profiles-model.ts';
import { useText } from '../../model/use-store.ts';
import { profilesText } from './strings/text.ts';

const SHORTEST_PASSPHRASE = 8;

export interface SecretsBarProps {
  readonly model: ProfilesModel;
  readonly status: SecretStatus | undefined;
}

export function SecretsBar({ model, status }: SecretsBarProps): ReactNode {
  const t = useText(profilesText);
  const id = useId();
  const [creating, setCreating] = useState(false);
  if (status === undefined) return null;
  const locked = status.storage === 'vault' && status.locked;
  const choose = (storage: SecretStorage) => {
    const needsPassphrase = storage === 'vault' && !status.vaultExists;
    setCreating(needsPassphrase);
    if (!needsPassphrase) void model.setStorage(storage);
  };
  return (
    <div className="profiles-secrets">
      <label htmlFor={id}>{t('secrets.where')}</label>
      <select
        id={id}
        className="select"
        value={creating ? 'vault' : status.storage}
        onChange={(event) => {
          const chosen = status.available.find((storage) => storage === event.target.value);
          if (chosen !== undefined) choose(chosen);
        }}
      >
        {status.available.map((storage) => (
          <option key={storage} value={storage}>
            {t(`secrets.${storage}`)}
          </option>
        ))}
      </select>
      {creating ? (
        <Passphrase
          label={t('secrets.new-passphrase')}
          action={t('secrets.create')}
          shortest={SHORTEST_PASSPHRASE}
          hint={t('secrets.short')}
          onSubmit={async (passphrase) => {
            const done = await model.setStorage('vault', passphrase);
            if (done) setCreating(false);
            return done;
          }}
        />
      ) : null}
      {locked && !creating ? (
        <>
          <p className="tone-warning profiles-locked" role="status">
            <Lock aria-hidden />
            {t('secrets.locked')}
          </p>
          <Passphrase
            label={t('secrets.passphrase')}
            action={t('secrets.unlock')}
            shortest={1}
            onSubmit={(passphrase) => model.unlock(passphrase)}
          />
        </>
      ) : null}
    </div>
  );
}

interface PassphraseProps {
  readonly label: string;
  readonly action: string;
  readonly shortest: number;
  readonly hint?: string;
  /** Answers whether it was right; the field keeps a wrong one for correction. */
  readonly onSubmit: (passphrase: string) => Promise<boolean>;
}

function Passphrase({ label, action, shortest, hint, onSubmit }: PassphraseProps): ReactNode {
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text.length >= shortest && (await onSubmit(text))) setText('');
  };
  return (
    <form className="profiles-passphrase" onSubmit={(event) => void submit(event)}>
      <input
        className="input grow"
        type="password"
        autoComplete="off"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button framed" disabled={text.length < shortest}>
        {action}
      </button>
      {hint === undefined ? null : <span className="faint">{hint}</span>}
    </form>
  );
}
