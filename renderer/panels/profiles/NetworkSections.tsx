/** The parts of the form around MQTT: WebSocket, delivery and reconnect, network, and the profile's place in the list. */

import type { ReactNode } from 'react';
import { COLOURS } from '../../../shared/contract/colours.ts';
import { CheckField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { PairList } from '../../ui/PairList.tsx';
import { NumberField, WireField } from './BoundFields.tsx';
import type { FormAccess } from './form-access.ts';
import { SecretField } from './SecretField.tsx';

export function WebSocketSection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change, fault } = access;
  const stored = (name: string) => form.wsStoredHeaders.includes(name.toLowerCase());
  const kept = form.wsHeaders.some(([name, value]) => value === '' && stored(name));
  return (
    <>
      <WireField access={access} name="wsPath" label={t('ws.path')} />
      <WireField access={access} name="wsSubprotocol" label={t('ws.subprotocol')} hint={t('ws.subprotocol.hint')} />
      <PairList
        label={t('ws.headers')}
        nameLabel={t('ws.header')}
        valueLabel={t('value')}
        addLabel={t('add.header')}
        removeLabel={t('remove')}
        pairs={form.wsHeaders}
        fault={fault('wsHeaders')}
        emptyValue={(name) => (stored(name) ? t('secret.stored') : undefined)}
        hint={kept ? t('ws.headers.stored') : undefined}
        onChange={(wsHeaders) => change({ wsHeaders })}
      />
    </>
  );
}

export function DeliverySection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change } = access;
  return (
    <>
      <NumberField
        access={access}
        name="inflightWindow"
        label={t('inflight-window')}
        hint={t('inflight-window.hint')}
      />
      <NumberField access={access} name="queueLimit" label={t('queue-limit')} hint={t('queue-limit.hint')} />
      {form.protocolVersion === '5' ? (
        <CheckField
          label={t('topic-aliases')}
          value={form.useTopicAliases}
          onChange={(useTopicAliases) => change({ useTopicAliases })}
        />
      ) : null}
      <CheckField label={t('reconnect')} value={form.reconnect} onChange={(reconnect) => change({ reconnect })} />
      {form.reconnect ? (
        <>
          <NumberField access={access} name="minDelayMs" label={t('reconnect.min')} unit={t('ms')} />
          <NumberField
            access={access}
            name="maxDelayMs"
            label={t('reconnect.max')}
            unit={t('ms')}
            hint={t('reconnect.hint')}
          />
        </>
      ) : null}
    </>
  );
}

export function NetworkSection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change } = access;
  return (
    <>
      <CheckField label={t('srv')} hint={t('srv.hint')} value={form.srv} onChange={(srv) => change({ srv })} />
      <WireField
        access={access}
        name="bindAddress"
        label={t('bind-address')}
        placeholder={t('bind-address.placeholder')}
      />
      <SelectField
        label={t('proxy')}
        value={form.proxy}
        choices={(['', 'http', 'https', 'socks5'] as const).map((proxy) => [proxy, t(`proxy.${proxy}`)])}
        onChange={(proxy) => change({ proxy })}
      />
      {form.proxy === '' ? null : (
        <>
          <WireField access={access} name="proxyHost" label={t('proxy.host')} />
          <NumberField access={access} name="proxyPort" label={t('proxy.port')} />
          <WireField access={access} name="proxyUsername" label={t('proxy.username')} />
          <SecretField access={access} name="proxyPassword" label={t('proxy.password')} />
        </>
      )}
    </>
  );
}

export interface PlaceSectionProps {
  readonly access: FormAccess;
  /** Folders there are already. */
  readonly folders: readonly string[];
}

export function PlaceSection({ access, folders }: PlaceSectionProps): ReactNode {
  const { t, form, change, fault } = access;
  return (
    <>
      <TextField
        label={t('name')}
        placeholder={t('name.placeholder')}
        value={form.name}
        fault={fault('name')}
        onChange={(name) => change({ name })}
      />
      <TextField
        label={t('folder')}
        placeholder={t('folder.placeholder')}
        choices={folders}
        value={form.folder}
        fault={fault('folder')}
        onChange={(folder) => change({ folder })}
      />
      <SelectField
        label={t('colour')}
        value={form.colour}
        choices={(['', ...COLOURS] as const).map((colour) => [colour, t(`colour.${colour}`)])}
        onChange={(colour) => change({ colour })}
      >
        <span className="profiles-colour" data-colour={form.colour === '' ? undefined : form.colour} />
      </SelectField>
    </>
  );
}
