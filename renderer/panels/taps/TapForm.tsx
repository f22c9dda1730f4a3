/** The form of a new tap: where everything goes on to, and where and how devices connect. */

import type { ReactNode } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import { isSecureTap, PROTOCOLS, type TapFault, type TapsModel } from '../../model/taps-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { AreaField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { tapsText } from './strings/text.ts';

export interface TapFormProps {
  readonly app: AppModel;
  readonly model: TapsModel;
}

export function TapForm({ app, model }: TapFormProps): ReactNode {
  const t = useText(tapsText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const busy = useModel(model.busy);
  const saved = useModel(app.inspector.profiles)?.profiles ?? [];
  const fault = (name: TapFault) => (faults.has(name) ? t(`${name}.fault`) : undefined);
  const secure = isSecureTap(form.protocol);
  return (
    <form
      className="taps-form"
      aria-label={t('form.title')}
      onSubmit={(event) => {
        event.preventDefault();
        void model.start();
      }}
    >
      <h2>{t('form.title')}</h2>
      <p className="quiet">{t('form.what')}</p>
      {saved.length === 0 ? null : (
        <SelectField
          label={t('broker')}
          value={form.profileId}
          choices={[
            ['', t('broker.address')] as const,
            ...saved.map(({ profile }) => [profile.id, profile.name] as const),
          ]}
          hint={form.profileId === '' ? undefined : t('profile.hint')}
          onChange={(profileId) => model.change({ profileId })}
        />
      )}
      {form.profileId === '' ? (
        <TextField
          label={saved.length === 0 ? t('broker') : t('address')}
          value={form.address}
          placeholder={t('address.placeholder')}
          mono
          fault={fault('address')}
          onChange={(address) => model.change({ address })}
        />
      ) : null}
      <SelectField
        label={t('protocol')}
        value={form.protocol}
        choices={PROTOCOLS.map((protocol) => [protocol, t(`protocol.${protocol}`)])}
        onChange={(protocol) => model.change({ protocol })}
      />
      <TextField
        label={t('port')}
        value={form.port}
        numeric
        fault={fault('port')}
        hint={t('port.hint')}
        onChange={(port) => model.change({ port, portEdited: true })}
      />
      <SelectField
        label={t('reach')}
        value={form.reach}
        choices={(['machine', 'network'] as const).map((reach) => [reach, t(`reach.${reach}`)])}
        hint={form.reach === 'network' ? t('reach.warning') : undefined}
        onChange={(reach) => model.change({ reach })}
      />
      {secure ? (
        <SelectField
          label={t('certificate')}
          value={form.ownCertificate ? 'own' : 'made'}
          choices={(['made', 'own'] as const).map((which) => [which, t(`certificate.${which}`)])}
          hint={form.ownCertificate ? undefined : t('certificate.hint')}
          onChange={(which) => model.change({ ownCertificate: which === 'own' })}
        />
      ) : null}
      {secure && form.ownCertificate ? (
        <>
          <AreaField
            label={t('cert')}
            value={form.cert}
            fault={fault('cert')}
            onChange={(cert) => model.change({ cert })}
          />
          <AreaField label={t('key')} value={form.key} fault={fault('key')} onChange={(key) => model.change({ key })} />
        </>
      ) : null}
      <div className="taps-start">
        <Button kind="primary" label={t('start')} disabled={busy} onPress={() => void model.start()} />
      </div>
    </form>
  );
}
