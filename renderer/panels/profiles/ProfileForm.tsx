/** The form of one connection: what everyone needs first, the rest in sections that open. */

import { Dices } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { keyLabel } from '../../model/commands.ts';
import type { FormField } from '../../model/profiles-check.ts';
import { isSecure, isWebSocket, withAddress, withProtocol } from '../../model/profiles-form.ts';
import type { ProfilesModel } from '../../model/profiles-model.ts';
import { parseBrokerAddress, PROTOCOLS, USUAL_PORTS } from '../../model/profiles-url.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { CheckField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { WireField } from './BoundFields.tsx';
import { faultWords } from './field-words.ts';
import type { FormAccess } from './form-access.ts';
import { PropertiesSection, SubscriptionsSection, WillSection } from './MqttSections.tsx';
import { DeliverySection, NetworkSection, PlaceSection, WebSocketSection } from './NetworkSections.tsx';
import { SecretField } from './SecretField.tsx';
import { profilesText } from './strings/text.ts';
import { TlsSection } from './TlsSection.tsx';

export interface ProfileFormProps {
  readonly app: AppModel;
  readonly model: ProfilesModel;
  readonly onOpened: (source: SourceId | undefined) => void;
}

/** Which fields stand in which section, so that a closed section can say that something in it is wrong. */
const SECTION_FIELDS = {
  session: ['cleanStart', 'sessionExpiryInterval', 'keepAlive', 'connectTimeoutMs'],
  tls: ['ca', 'cert', 'key', 'pfx', 'passphrase', 'serverName', 'alpn', 'minVersion', 'maxVersion', 'ciphers'],
  websocket: ['wsPath', 'wsHeaders', 'wsSubprotocol'],
  will: [
    'willTopic',
    'willPayload',
    'willDelayInterval',
    'willMessageExpiryInterval',
    'willContentType',
    'willResponseTopic',
    'willCorrelationData',
    'willUserProperties',
  ],
  properties: [
    'receiveMaximum',
    'maximumPacketSize',
    'topicAliasMaximum',
    'userProperties',
    'authenticationMethod',
    'authenticationData',
  ],
  delivery: ['minDelayMs', 'maxDelayMs', 'inflightWindow', 'queueLimit'],
  network: ['bindAddress', 'proxyHost', 'proxyPort', 'proxyUsername', 'proxyPassword'],
  place: ['name', 'folder'],
} as const satisfies Record<string, readonly FormField[]>;

export function ProfileForm({ app, model, onOpened }: ProfileFormProps): ReactNode {
  const t = useText(profilesText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const selected = useModel(model.selected);
  const edited = useModel(model.edited).has(selected);
  const busy = useModel(model.busy);
  const five = form.protocolVersion === '5';
  const access: FormAccess = {
    t,
    form,
    change: (patch) => model.change(patch),
    fault: (field) => faultWords(t, faults.get(field)),
  };
  const wrongIn = (section: keyof typeof SECTION_FIELDS): number =>
    SECTION_FIELDS[section].filter((field: FormField) => faults.has(field)).length;
  const section = (name: keyof typeof SECTION_FIELDS, summary: string) => {
    const wrong = wrongIn(name);
    return wrong > 0
      ? ({ summary: t('faults', { count: wrong }), tone: 'error', open: true } as const)
      : ({ summary } as const);
  };
  const wrongSubscriptions = [...faults.keys()].filter((field) => field.startsWith('subscriptions')).length;
  return (
    <form
      className="profiles-form"
      aria-label={selected === '' ? t('new') : form.name}
      onSubmit={(event) => {
        event.preventDefault();
        void model.connect().then(onOpened);
      }}
    >
      <div className="profiles-fields" key={selected}>
        <div className="profiles-basic">
          <AddressRow access={access} model={model} />
          <SelectField
            label={t('version')}
            value={form.protocolVersion}
            choices={(['5', '4', '3'] as const).map((version) => [version, t(`version.${version}`)])}
            onChange={(protocolVersion) => model.change({ protocolVersion })}
          />
          <TextField
            label={t('client-id')}
            mono
            hint={t('client-id.hint')}
            value={form.clientId}
            fault={access.fault('clientId')}
            onChange={(clientId) => model.change({ clientId })}
          >
            <Button label={t('client-id.new')} onPress={() => model.regenerateClientId()}>
              <Dices aria-hidden />
            </Button>
          </TextField>
          <WireField access={access} name="username" label={t('username')} />
          <SecretField access={access} name="password" label={t('password')} />
        </div>
        <Section {...section('session', sessionSummary(access))} title={t('section.session')}>
          <CheckField
            label={five ? t('clean-start') : t('clean-session')}
            hint={t('clean-start.hint')}
            value={form.cleanStart}
            onChange={(cleanStart) => model.change({ cleanStart })}
          />
          {five ? (
            <TextField
              label={t('session-expiry')}
              numeric
              unit={t('seconds')}
              hint={t('session-expiry.hint')}
              value={form.sessionExpiryInterval}
              fault={access.fault('sessionExpiryInterval')}
              onChange={(sessionExpiryInterval) => model.change({ sessionExpiryInterval })}
            />
          ) : null}
          <TextField
            label={t('keep-alive')}
            numeric
            unit={t('seconds')}
            hint={t('keep-alive.hint')}
            value={form.keepAlive}
            fault={access.fault('keepAlive')}
            onChange={(keepAlive) => model.change({ keepAlive })}
          />
          <TextField
            label={t('connect-timeout')}
            numeric
            unit={t('ms')}
            value={form.connectTimeoutMs}
            fault={access.fault('connectTimeoutMs')}
            onChange={(connectTimeoutMs) => model.change({ connectTimeoutMs })}
          />
        </Section>
        {isSecure(form.protocol) ? (
          <Section
            {...section('tls', form.verify ? (form.cert === '' ? '' : t('tls.cert')) : t('tls.verify-off'))}
            {...(form.verify || wrongIn('tls') > 0 ? {} : { tone: 'warning' as const })}
            title={t('section.tls')}
          >
            <TlsSection access={access} />
          </Section>
        ) : null}
        {isWebSocket(form.protocol) ? (
          <Section {...section('websocket', `${form.wsPath} · ${form.wsSubprotocol}`)} title={t('section.websocket')}>
            <WebSocketSection access={access} />
          </Section>
        ) : null}
        <Section
          open={wrongSubscriptions > 0}
          {...(wrongSubscriptions > 0 ? { tone: 'error' as const } : {})}
          summary={
            wrongSubscriptions > 0
              ? t('faults', { count: wrongSubscriptions })
              : form.subscriptions.map((row) => row.topicFilter).join('  ')
          }
          title={t('section.subscriptions')}
        >
          <SubscriptionsSection access={access} />
        </Section>
        <Section {...section('will', form.will ? form.willTopic : '')} title={t('section.will')}>
          <WillSection access={access} />
        </Section>
        {five ? (
          <Section {...section('properties', form.authenticationMethod)} title={t('section.properties')}>
            <PropertiesSection access={access} />
          </Section>
        ) : null}
        <Section {...section('delivery', '')} title={t('section.delivery')}>
          <DeliverySection access={access} />
        </Section>
        <Section
          {...section('network', form.proxy === '' ? form.bindAddress : `${form.proxy}://${form.proxyHost}`)}
          title={t('section.network')}
        >
          <NetworkSection access={access} />
        </Section>
        <Section
          {...section('place', [form.folder, form.name].filter((part) => part !== '').join(' / '))}
          title={t('section.place')}
        >
          <PlaceSection access={access} folders={foldersOf(app)} />
        </Section>
      </div>
      <div className="bar profiles-actions">
        <button
          type="submit"
          className="button primary"
          disabled={busy}
          title={`${t('connect')} (${keyLabel('Mod+Enter', app.mac)})`}
        >
          {t('connect')}
        </button>
        <Button
          kind="framed"
          label={t('save-connect')}
          disabled={busy}
          onPress={() => void model.saveAndConnect().then(onOpened)}
        />
        <Button kind="framed" label={t('save')} disabled={busy} onPress={() => void model.save()} />
        <span className="grow field-error" role="status">
          {faults.size === 0 ? null : t('faults', { count: faults.size })}
        </span>
        {edited ? (
          <Button label={selected === '' ? t('clear') : t('revert')} disabled={busy} onPress={() => model.revert()} />
        ) : null}
      </div>
    </form>
  );
}

interface SectionProps {
  readonly title: string;
  readonly summary?: string;
  readonly tone?: 'error' | 'warning';
  readonly open?: boolean;
  readonly children: ReactNode;
}

function Section(props: SectionProps): ReactNode {
  return <Disclosure {...props} />;
}

function sessionSummary({ t, form }: FormAccess): string {
  const clean = form.protocolVersion === '5' ? t('clean-start') : t('clean-session');
  return [form.cleanStart ? clean : '', `${t('keep-alive')} ${form.keepAlive} ${t('seconds')}`]
    .filter((part) => part !== '')
    .join(' · ');
}

function foldersOf(app: AppModel): readonly string[] {
  const folders = (app.inspector.profiles.get()?.profiles ?? []).map(({ profile }) => profile.folder);
  return [...new Set(folders)].filter((folder) => folder !== '').toSorted();
}

/** Protocol, host and port in one line; a whole address pasted into the host is spread over the form. */
function AddressRow({ access, model }: { readonly access: FormAccess; readonly model: ProfilesModel }): ReactNode {
  const { t, form, fault } = access;
  const id = useId();
  const take = (text: string): boolean => {
    const address = parseBrokerAddress(text);
    if (address === undefined) return false;
    model.replace(withAddress(form, address));
    return true;
  };
  const hostFault = fault('host');
  const portFault = fault('port');
  const note = [hostFault, portFault].filter((words) => words !== undefined).join(' ');
  return (
    <div className="field-row">
      <label htmlFor={id}>{t('host')}</label>
      <span className="profiles-endpoint">
        <select
          className="select"
          aria-label={t('protocol')}
          value={form.protocol}
          onChange={(event) => {
            const protocol = PROTOCOLS.find((candidate) => candidate === event.target.value);
            if (protocol !== undefined) model.replace(withProtocol(form, protocol));
          }}
        >
          {PROTOCOLS.map((protocol) => (
            <option key={protocol} value={protocol}>
              {t(`protocol.${protocol}`)}
            </option>
          ))}
        </select>
        <input
          id={id}
          className="input mono"
          data-autofocus
          placeholder={t('host.placeholder')}
          value={form.host}
          aria-invalid={hostFault !== undefined}
          aria-describedby={`${id}-note`}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => model.change({ host: event.target.value })}
          onBlur={() => take(form.host)}
          onPaste={(event) => {
            if (take(event.clipboardData.getData('text'))) event.preventDefault();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && take(form.host)) event.preventDefault();
          }}
        />
        <input
          className="input number"
          aria-label={t('port')}
          placeholder={t('port')}
          inputMode="numeric"
          value={form.port}
          list={`${id}-ports`}
          aria-invalid={portFault !== undefined}
          aria-describedby={`${id}-note`}
          onChange={(event) => model.change({ port: event.target.value, portEdited: event.target.value !== '' })}
        />
        <datalist id={`${id}-ports`}>
          {USUAL_PORTS[form.protocol].map((port) => (
            <option key={port} value={port} />
          ))}
        </datalist>
      </span>
      {note === '' ? null : (
        <span id={`${id}-note`} className="field-hint field-error">
          {note}
        </span>
      )}
    </div>
  );
}
