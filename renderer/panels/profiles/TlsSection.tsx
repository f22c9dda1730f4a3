/** Authorities, client certificate, names and limits of TLS. */

import type { ReactNode } from 'react';
import type { TlsVersionText } from '../../model/profiles-form.ts';
import { CheckField, SelectField } from '../../ui/FormFields.tsx';
import { WireField } from './BoundFields.tsx';
import type { FormAccess } from './form-access.ts';
import { CredentialField, SecretField } from './SecretField.tsx';

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export function TlsSection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change, fault } = access;
  const versions: readonly (readonly [TlsVersionText, string])[] = [
    ['', t('tls.any')],
    ...VERSIONS.map((version) => [version, version.replace('TLSv', 'TLS ')] as const),
  ];
  return (
    <>
      <CheckField
        label={t('verify')}
        value={form.verify}
        fault={form.verify ? undefined : t('verify.warning')}
        onChange={(verify) => change({ verify })}
      />
      <CredentialField access={access} name="ca" label={t('tls.ca')} placeholder={t('tls.ca.placeholder')} />
      <CredentialField access={access} name="cert" label={t('tls.cert')} placeholder={t('tls.cert.placeholder')} />
      <SecretField
        access={access}
        name="key"
        label={t('tls.key')}
        placeholder={t('tls.key.placeholder')}
        file="text"
        accept=".pem,.key,.txt"
      />
      <SecretField
        access={access}
        name="pfx"
        label={t('tls.pfx')}
        placeholder={t('tls.pfx.placeholder')}
        file="base64"
        accept=".p12,.pfx"
      />
      <SecretField access={access} name="passphrase" label={t('tls.passphrase')} />
      <SelectField
        label={t('tls.sni')}
        value={form.sni}
        choices={(['host', 'none', 'other'] as const).map((sni) => [sni, t(`tls.sni.${sni}`)])}
        onChange={(sni) => change({ sni })}
      />
      {form.sni === 'other' ? <WireField access={access} name="serverName" label={t('tls.server-name')} /> : null}
      <WireField access={access} name="alpn" label={t('tls.alpn')} placeholder={t('tls.alpn.placeholder')} />
      <SelectField
        label={t('tls.min')}
        value={form.minVersion}
        choices={versions}
        onChange={(minVersion) => change({ minVersion })}
      />
      <SelectField
        label={t('tls.max')}
        value={form.maxVersion}
        choices={versions}
        fault={fault('maxVersion')}
        onChange={(maxVersion) => change({ maxVersion })}
      />
      <WireField access={access} name="ciphers" label={t('tls.ciphers')} placeholder={t('tls.ciphers.placeholder')} />
    </>
  );
}
