/** The form that subscribes: filter, QoS, and the options of MQTT 5 where the connection speaks it. */

import { ChevronDown, ChevronRight } from 'lucide-react';
import { type FormEvent, type ReactNode, type RefObject, useEffect, useState } from 'react';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import { statementWords } from '../../model/statement-text.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import {
  checkForm,
  EMPTY_FORM,
  type FormFault,
  formOf,
  requestOf,
  type SubscriptionForm,
} from '../../model/topics-subscriptions.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { type TopicsText, topicsText } from './strings/text.ts';

const QOS = [0, 1, 2] as const;

export interface SubscribeBarProps {
  readonly app: AppModel;
  readonly model: TopicsModel;
  readonly field: RefObject<HTMLInputElement | null>;
}

export function SubscribeBar({ app, model, field }: SubscribeBarProps): ReactNode {
  const t = useText(topicsText);
  const sources = useModel(app.inspector.sources);
  const failure = useModel(model.subscriptions.failure);
  const source = sources.find((candidate) => candidate.id === model.source);
  const [form, setForm] = useState(EMPTY_FORM);
  const [open, setOpen] = useState(false);
  /** An empty field is a fault only once someone tried to send it. */
  const [tried, setTried] = useState(false);
  useEffect(() => {
    const serving = app.navigation.serve({
      subscribe: ({ source: to, subscription }) => {
        if (to !== model.source) return;
        const filled = formOf(subscription);
        setForm(filled);
        setTried(false);
        setOpen(
          JSON.stringify(filled) !==
            JSON.stringify({ ...EMPTY_FORM, topicFilter: filled.topicFilter, qos: filled.qos }),
        );
        requestAnimationFrame(() => field.current?.focus());
      },
    });
    return () => serving[Symbol.dispose]();
  }, [app, model, field]);
  if (source?.kind !== 'session')
    return (
      <div className="bar topics-bar quiet" role="note">
        {t('subscribe.not-a-session')}
      </div>
    );
  const version = source.protocolVersion;
  const connected = source.state === 'connected';
  const fault = checkForm(form, version);
  const shown = fault !== undefined && (tried || form.topicFilter !== '') ? fault : undefined;
  const change = (patch: Partial<SubscriptionForm>) => {
    setForm({ ...form, ...patch });
    setTried(false);
    model.subscriptions.clearFailure();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault !== undefined || !connected) {
      field.current?.focus();
      return;
    }
    if (!(await model.subscriptions.subscribe(requestOf(form, version)))) return;
    setForm({ ...form, topicFilter: '', subscriptionIdentifier: '' });
    setTried(false);
  };
  return (
    <form className="topics-subscribe" aria-label={t('subscribe.button')} onSubmit={(event) => void submit(event)}>
      <div className="bar topics-bar">
        <input
          ref={field}
          className="input mono grow"
          type="text"
          aria-label={t('subscribe.label')}
          placeholder={t('subscribe.placeholder')}
          aria-invalid={shown?.field === 'topicFilter'}
          aria-describedby="topics-subscribe-fault"
          autoComplete="off"
          spellCheck={false}
          value={form.topicFilter}
          onChange={(event) => change({ topicFilter: event.target.value })}
        />
        <select
          className="select"
          aria-label={t('subscribe.qos')}
          title={t('subscribe.qos')}
          value={form.qos}
          onChange={(event) => change({ qos: QOS[Number(event.target.value)] ?? 0 })}
        >
          {QOS.map((qos) => (
            <option key={qos} value={qos}>
              QoS {qos}
            </option>
          ))}
        </select>
        {version === 5 ? (
          <Button
            label={t('subscribe.options')}
            onPress={() => setOpen(!open)}
            attributes={{ 'aria-expanded': open, 'aria-controls': 'topics-subscribe-options' }}
          >
            {open ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
            {t('subscribe.options')}
          </Button>
        ) : null}
        <button type="submit" className="button framed" disabled={!connected}>
          {t('subscribe.button')}
        </button>
      </div>
      <div id="topics-subscribe-fault" aria-live="polite">
        {shown !== undefined && <p className="topics-fault">{faultText(t, shown)}</p>}
        {failure !== undefined && <p className="topics-fault">{errorWords(failure).what}</p>}
        {tried && !connected && <p className="topics-fault">{t('subscribe.offline')}</p>}
      </div>
      {version === 5 && open ? <Options t={t} form={form} fault={shown} onChange={change} /> : null}
    </form>
  );
}

function faultText(t: TopicsText, fault: FormFault): string {
  if (fault.field === 'noLocal') return t('subscribe.fault.no-local');
  if (fault.field === 'subscriptionIdentifier') return t('subscribe.fault.identifier');
  const { rule, message, at } = fault.fault;
  return `${statementWords(rule) ?? message} (${rule}, ${t('subscribe.fault.at', { at: at + 1 })})`;
}

interface OptionsProps {
  readonly t: TopicsText;
  readonly form: SubscriptionForm;
  readonly fault: FormFault | undefined;
  readonly onChange: (patch: Partial<SubscriptionForm>) => void;
}

/** MQTT 5.0 §3.8.3.1 and §3.8.2.1.2. */
function Options({ t, form, fault, onChange }: OptionsProps): ReactNode {
  return (
    <div id="topics-subscribe-options" className="topics-options">
      <label title={t('subscribe.no-local-hint')}>
        <input
          type="checkbox"
          checked={form.noLocal}
          aria-invalid={fault?.field === 'noLocal'}
          onChange={(event) => onChange({ noLocal: event.target.checked })}
        />
        {t('subscribe.no-local')}
      </label>
      <label title={t('subscribe.retain-as-published-hint')}>
        <input
          type="checkbox"
          checked={form.retainAsPublished}
          onChange={(event) => onChange({ retainAsPublished: event.target.checked })}
        />
        {t('subscribe.retain-as-published')}
      </label>
      <label>
        {t('subscribe.retain-handling')}
        <select
          className="select"
          value={form.retainHandling}
          onChange={(event) => onChange({ retainHandling: QOS[Number(event.target.value)] ?? 0 })}
        >
          {QOS.map((handling) => (
            <option key={handling} value={handling}>
              {handling} · {t.of(`subscribe.retain-handling.${handling}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('subscribe.identifier')}
        <input
          className="input mono"
          inputMode="numeric"
          size={24}
          placeholder={t('subscribe.identifier-hint')}
          aria-invalid={fault?.field === 'subscriptionIdentifier'}
          value={form.subscriptionIdentifier}
          onChange={(event) => onChange({ subscriptionIdentifier: event.target.value })}
        />
      </label>
    </div>
  );
}
