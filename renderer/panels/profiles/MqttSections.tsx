/** The parts of the form that become MQTT packets: subscriptions, will, CONNECT properties. */

import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { EMPTY_SUBSCRIPTION, type QosText, type SubscriptionRow } from '../../model/profiles-form.ts';
import { Button } from '../../ui/Button.tsx';
import { AreaField, CheckField, SelectField } from '../../ui/FormFields.tsx';
import { PairList } from '../../ui/PairList.tsx';
import { NumberField, WireField } from './BoundFields.tsx';
import type { FormAccess } from './form-access.ts';
import { SecretField } from './SecretField.tsx';

const QOS = ['0', '1', '2'] as const;

function qosOf(text: string): QosText {
  return QOS.find((qos) => qos === text) ?? '0';
}

export function SubscriptionsSection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change } = access;
  const set = (index: number, patch: Partial<SubscriptionRow>) =>
    change({
      subscriptions: form.subscriptions.map((row, at) => (at === index ? { ...row, ...patch } : row)),
    });
  return (
    <>
      <p className="quiet">{t('subscriptions.hint')}</p>
      {form.subscriptions.map((row, index) => {
        const fault = access.fault(`subscriptions.${index}`);
        return (
          <div key={index} className="profiles-subscription" role="group" aria-label={row.topicFilter}>
            <input
              className="input mono"
              aria-label={`${t('subscriptions.filter')} ${index + 1}`}
              placeholder={t('subscriptions.filter')}
              value={row.topicFilter}
              aria-invalid={fault !== undefined}
              spellCheck={false}
              onChange={(event) => set(index, { topicFilter: event.target.value })}
            />
            <select
              className="select"
              aria-label={`${t('subscriptions.qos')} ${index + 1}`}
              value={row.qos}
              onChange={(event) => set(index, { qos: qosOf(event.target.value) })}
            >
              {QOS.map((qos) => (
                <option key={qos} value={qos}>
                  QoS {qos}
                </option>
              ))}
            </select>
            <Button
              label={`${t('remove')} ${index + 1}`}
              onPress={() => change({ subscriptions: form.subscriptions.toSpliced(index, 1) })}
            >
              <X aria-hidden />
            </Button>
            {fault === undefined ? null : <span className="field-error">{fault}</span>}
            {form.protocolVersion === '5' ? (
              <SubscriptionOptions access={access} row={row} onChange={(patch) => set(index, patch)} />
            ) : null}
          </div>
        );
      })}
      <span>
        <Button
          label={t('subscriptions.add')}
          onPress={() => change({ subscriptions: [...form.subscriptions, EMPTY_SUBSCRIPTION] })}
        >
          <Plus aria-hidden />
          {t('subscriptions.add')}
        </Button>
      </span>
    </>
  );
}

interface SubscriptionOptionsProps {
  readonly access: FormAccess;
  readonly row: SubscriptionRow;
  readonly onChange: (patch: Partial<SubscriptionRow>) => void;
}

/** MQTT 5.0 §3.8.3.1 and §3.8.2.1.2. */
function SubscriptionOptions({ access, row, onChange }: SubscriptionOptionsProps): ReactNode {
  const { t } = access;
  return (
    <span className="profiles-subscription-options">
      <label>
        <input
          type="checkbox"
          checked={row.noLocal}
          onChange={(event) => onChange({ noLocal: event.target.checked })}
        />
        {t('subscriptions.no-local')}
      </label>
      <label>
        <input
          type="checkbox"
          checked={row.retainAsPublished}
          onChange={(event) => onChange({ retainAsPublished: event.target.checked })}
        />
        {t('subscriptions.retain-as-published')}
      </label>
      <label>
        {t('subscriptions.retain-handling')}
        <select
          className="select"
          value={row.retainHandling}
          onChange={(event) => onChange({ retainHandling: qosOf(event.target.value) })}
        >
          {QOS.map((handling) => (
            <option key={handling} value={handling}>
              {t(`subscriptions.retain-handling.${handling}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('subscriptions.identifier')}
        <input
          className="input number"
          inputMode="numeric"
          value={row.identifier}
          onChange={(event) => onChange({ identifier: event.target.value })}
        />
      </label>
    </span>
  );
}

export function WillSection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change, fault } = access;
  return (
    <>
      <CheckField label={t('will.on')} value={form.will} onChange={(will) => change({ will })} />
      {form.will ? (
        <>
          <WireField access={access} name="willTopic" label={t('will.topic')} />
          <SelectField
            label={t('will.format')}
            value={form.willPayloadFormat}
            choices={(['text', 'hex'] as const).map((format) => [format, t(`format.${format}`)])}
            onChange={(willPayloadFormat) => change({ willPayloadFormat })}
          />
          <AreaField
            label={t('will.payload')}
            value={form.willPayload}
            fault={fault('willPayload')}
            onChange={(willPayload) => change({ willPayload })}
          />
          <SelectField
            label={t('qos')}
            value={form.willQos}
            choices={QOS.map((qos) => [qos, qos])}
            onChange={(willQos) => change({ willQos })}
          />
          <CheckField label={t('retain')} value={form.willRetain} onChange={(willRetain) => change({ willRetain })} />
          {form.protocolVersion === '5' ? <WillProperties access={access} /> : null}
        </>
      ) : null}
    </>
  );
}

function WillProperties({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change, fault } = access;
  const none = t('not-sent');
  return (
    <>
      <NumberField
        access={access}
        name="willDelayInterval"
        label={t('will.delay')}
        unit={t('seconds')}
        placeholder={none}
      />
      <NumberField
        access={access}
        name="willMessageExpiryInterval"
        label={t('message-expiry')}
        unit={t('seconds')}
        placeholder={none}
      />
      <WireField access={access} name="willContentType" label={t('content-type')} placeholder={none} />
      <WireField access={access} name="willResponseTopic" label={t('response-topic')} placeholder={none} />
      <WireField access={access} name="willCorrelationData" label={t('correlation-data')} placeholder={none} />
      <CheckField label={t('payload-utf8')} value={form.willUtf8} onChange={(willUtf8) => change({ willUtf8 })} />
      <PairList
        label={t('user-properties')}
        nameLabel={t('user-property.name')}
        valueLabel={t('value')}
        addLabel={t('user-properties.add')}
        removeLabel={t('remove')}
        pairs={form.willUserProperties}
        fault={fault('willUserProperties')}
        onChange={(willUserProperties) => change({ willUserProperties })}
      />
    </>
  );
}

/** MQTT 5.0 §3.1.2.11. */
export function PropertiesSection({ access }: { readonly access: FormAccess }): ReactNode {
  const { t, form, change, fault } = access;
  const none = t('not-sent');
  return (
    <>
      <NumberField access={access} name="receiveMaximum" label={t('receive-maximum')} placeholder={none} />
      <NumberField
        access={access}
        name="maximumPacketSize"
        label={t('maximum-packet-size')}
        unit={t('bytes')}
        placeholder={none}
      />
      <NumberField access={access} name="topicAliasMaximum" label={t('topic-alias-maximum')} placeholder={none} />
      <CheckField
        label={t('request-response')}
        value={form.requestResponseInformation}
        onChange={(requestResponseInformation) => change({ requestResponseInformation })}
      />
      <CheckField
        label={t('request-problem')}
        value={form.requestProblemInformation}
        onChange={(requestProblemInformation) => change({ requestProblemInformation })}
      />
      <PairList
        label={t('user-properties')}
        nameLabel={t('user-property.name')}
        valueLabel={t('value')}
        addLabel={t('user-properties.add')}
        removeLabel={t('remove')}
        pairs={form.userProperties}
        fault={fault('userProperties')}
        onChange={(userProperties) => change({ userProperties })}
      />
      <WireField access={access} name="authenticationMethod" label={t('auth-method')} placeholder={none} />
      <SecretField access={access} name="authenticationData" label={t('auth-data')} placeholder={none} />
    </>
  );
}
