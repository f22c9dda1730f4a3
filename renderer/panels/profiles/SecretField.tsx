/** Secrets: what is stored is never shown, what is typed replaces it. Certificates and keys also come from files. */

import { type ReactNode, useRef, useState } from 'react';
import type { SecretName } from '../../../shared/contract/profiles.ts';
import { Button } from '../../ui/Button.tsx';
import { AreaField, TextField } from '../../ui/FormFields.tsx';
import { LARGEST_CREDENTIAL, readFileBase64, readFileText } from './files.ts';
import type { FormAccess } from './form-access.ts';

export interface SecretFieldProps {
  readonly access: FormAccess;
  readonly name: SecretName;
  readonly label: string;
  readonly placeholder?: string;
  readonly hint?: string;
  /** A field of several lines that also takes a file. */
  readonly file?: 'text' | 'base64';
  readonly accept?: string;
}

export function SecretField(props: SecretFieldProps): ReactNode {
  const { access, name, label } = props;
  const { t, form } = access;
  const entry = form.secrets[name];
  const [shown, setShown] = useState(false);
  const change = (value: string | null | undefined) =>
    access.change({ secrets: { ...form.secrets, [name]: { ...entry, change: value } } });
  const removed = entry.change === null;
  const value = entry.change ?? '';
  const stored = entry.stored && entry.change === undefined;
  const placeholder = stored ? t('secret.stored') : removed ? t('secret.removed') : props.placeholder;
  const buttons = stored ? (
    <Button label={t('secret.remove')} onPress={() => change(null)} />
  ) : entry.stored ? (
    <Button label={t('secret.keep')} onPress={() => change(undefined)} />
  ) : null;
  const shared = { label, value, placeholder, hint: props.hint, fault: access.fault(name) };
  const onChange = (text: string) => change(text === '' ? undefined : text);
  if (props.file !== undefined)
    return (
      <AreaField {...shared} rows={2} onChange={onChange}>
        <span className="profiles-secret">
          <FileButton access={access} encoding={props.file} accept={props.accept} onText={onChange} />
          {buttons}
        </span>
      </AreaField>
    );
  return (
    <TextField {...shared} mono type={shown ? 'text' : 'password'} onChange={onChange}>
      {value === '' ? null : <Button label={shown ? t('hide') : t('show')} onPress={() => setShown(!shown)} />}
      {buttons}
    </TextField>
  );
}

export interface CredentialFieldProps {
  readonly access: FormAccess;
  readonly name: 'ca' | 'cert';
  readonly label: string;
  readonly placeholder: string;
}

/** A certificate, which is no secret: it is shown. */
export function CredentialField({ access, name, label, placeholder }: CredentialFieldProps): ReactNode {
  const set = (text: string) => access.change(name === 'ca' ? { ca: text } : { cert: text });
  return (
    <AreaField
      label={label}
      placeholder={placeholder}
      rows={2}
      value={access.form[name]}
      fault={access.fault(name)}
      onChange={set}
    >
      <span className="profiles-secret">
        <FileButton access={access} encoding="text" accept=".pem,.crt,.cer,.txt" onText={set} />
      </span>
    </AreaField>
  );
}

interface FileButtonProps {
  readonly access: FormAccess;
  readonly encoding: 'text' | 'base64';
  readonly accept: string | undefined;
  readonly onText: (text: string) => void;
}

function FileButton({ access, encoding, accept, onText }: FileButtonProps): ReactNode {
  const { t } = access;
  const input = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const read = async (file: File) => {
    // Base64 makes four characters of three bytes.
    const length = encoding === 'base64' ? Math.ceil(file.size / 3) * 4 : file.size;
    setTooLarge(length > LARGEST_CREDENTIAL);
    if (length <= LARGEST_CREDENTIAL) onText(await (encoding === 'base64' ? readFileBase64(file) : readFileText(file)));
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file !== undefined) void read(file);
        }}
      />
      <Button kind="framed" label={t('file')} onPress={() => input.current?.click()} />
      {tooLarge ? <span className="field-error">{t('file.too-large')}</span> : null}
    </>
  );
}
