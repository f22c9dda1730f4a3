/** Topic, payload and properties of the message. */

import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { formatBytes } from '../../model/format.ts';
import { FORMATS, jsonFault, payloadBytes, prettyJson, propertyCount } from '../../model/publish-form.ts';
import type { PublishModel } from '../../model/publish-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { SelectField, TextField } from '../../ui/FormFields.tsx';
import { PairList } from '../../ui/PairList.tsx';
import { PayloadEditor } from './PayloadEditor.tsx';
import { publishText } from './strings/text.ts';
import { faultWords, placeIn } from './words.ts';

const QOS = [0, 1, 2] as const;
/** Pause in typing after which completions are asked for, milliseconds. */
const COMPLETE_AFTER_MS = 120;

export interface MessageFormProps {
  readonly model: PublishModel;
  readonly version: ProtocolVersion;
  readonly onSend: () => void;
}

export function MessageForm({ model, version, onSend }: MessageFormProps): ReactNode {
  const t = useText(publishText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const count = propertyCount(form);
  const wrong = [...faults.keys()].some((field) => PROPERTY_FIELDS.has(field));
  return (
    <div className="publish-fields">
      <TopicRow model={model} />
      <Payload model={model} onSend={onSend} />
      {version === 5 ? (
        <div className="publish-properties">
          <Disclosure
            title={t('properties')}
            open={wrong}
            summary={count === 0 ? undefined : t('properties.count', { count })}
          >
            <Properties model={model} />
          </Disclosure>
        </div>
      ) : null}
    </div>
  );
}

const PROPERTY_FIELDS: ReadonlySet<string> = new Set([
  'messageExpiryInterval',
  'responseTopic',
  'correlationData',
  'topicAlias',
]);

function TopicRow({ model }: { readonly model: PublishModel }): ReactNode {
  const t = useText(publishText);
  const id = useId();
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const completions = useModel(model.completions);
  const fault = faultWords(t, faults.get('topic'));
  useEffect(() => {
    const timer = setTimeout(() => void model.complete(form.topic), COMPLETE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [model, form.topic]);
  return (
    <div className="publish-topic">
      <label htmlFor={id}>{t('topic')}</label>
      <input
        id={id}
        data-topic
        className="input mono grow"
        placeholder={t('topic.placeholder')}
        value={form.topic}
        list={`${id}-topics`}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-fault`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => model.change({ topic: event.target.value })}
      />
      <datalist id={`${id}-topics`}>
        {completions.map((topic) => (
          <option key={topic} value={topic} />
        ))}
      </datalist>
      <select
        className="select"
        aria-label={t('qos')}
        value={form.qos}
        onChange={(event) => model.change({ qos: QOS[Number(event.target.value)] ?? 0 })}
      >
        {QOS.map((qos) => (
          <option key={qos} value={qos}>
            QoS {qos}
          </option>
        ))}
      </select>
      <label className="field-check">
        <input
          type="checkbox"
          checked={form.retain}
          onChange={(event) => model.change({ retain: event.target.checked })}
        />
        {t('retain')}
      </label>
      {fault === undefined ? null : (
        <span id={`${id}-fault`} className="field-error publish-topic-fault">
          {fault}
        </span>
      )}
    </div>
  );
}

function Payload({ model, onSend }: { readonly model: PublishModel; readonly onSend: () => void }): ReactNode {
  const t = useText(publishText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const notText = useModel(model.notText);
  const file = useRef<HTMLInputElement>(null);
  const bytes = payloadBytes(form);
  const json = jsonFault(form);
  const shown =
    json !== undefined
      ? { at: json.at, message: t.of(`json.${json.reason}`) }
      : 'bytes' in bytes || form.payload === ''
        ? undefined
        : { at: bytes.at, message: faultWords(t, { code: 'bytes', reason: bytes.fault, at: bytes.at }) ?? '' };
  const cannotSend = faultWords(t, faults.get('payload'));
  const size = 'bytes' in bytes ? bytes.bytes.length : undefined;
  return (
    <>
      <div className="bar publish-formats">
        <span className="chips" role="radiogroup" aria-label={t('payload.format')}>
          {FORMATS.map((format) => (
            <button
              key={format}
              type="button"
              role="radio"
              className="chip"
              aria-checked={form.format === format}
              disabled={form.attached !== undefined}
              onClick={() => model.setFormat(format)}
            >
              {t(`format.${format}`)}
            </button>
          ))}
        </span>
        {form.format === 'json' ? (
          <Button
            label={t('pretty')}
            disabled={json !== undefined || form.payload.trim() === ''}
            onPress={() => model.replacePayload(prettyJson(form.payload))}
          />
        ) : null}
        <input
          ref={file}
          type="file"
          hidden
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            event.target.value = '';
            if (chosen !== undefined)
              void chosen.arrayBuffer().then((buffer) => model.setPayload(new Uint8Array(buffer)));
          }}
        />
        <Button label={t('payload.file')} onPress={() => file.current?.click()} />
        <span className="grow" />
        {size === undefined ? null : (
          <span className="quiet number">{t('payload.size', { size: formatBytes(size) })}</span>
        )}
      </div>
      {form.attached === undefined ? (
        <PayloadEditor model={model} fault={shown} onSend={onSend} />
      ) : (
        <div className="publish-attached">
          {t('payload.attached', { size: formatBytes(form.attached.length) })}{' '}
          <Button
            kind="framed"
            label={t('payload.detach')}
            onPress={() => model.change({ attached: undefined, payload: '' })}
          />
        </div>
      )}
      <div className="publish-notes" aria-live="polite">
        {cannotSend === undefined ? null : <p className="field-error">{cannotSend}</p>}
        {json === undefined ? null : (
          <p className="tone-warning">
            {t('json.fault', { ...placeIn(form.payload, json.at), reason: t.of(`json.${json.reason}`) })}
          </p>
        )}
        {notText ? <p className="tone-warning">{t('payload.not-text')}</p> : null}
        {form.retain && size === 0 ? <p className="quiet">{t('payload.empty-retained')}</p> : null}
      </div>
    </>
  );
}

/** MQTT 5.0 §3.3.2.3. */
function Properties({ model }: { readonly model: PublishModel }): ReactNode {
  const t = useText(publishText);
  const form = useModel(model.form);
  const faults = useModel(model.faults);
  const none = t('not-sent');
  return (
    <>
      <SelectField
        label={t('payload-format')}
        value={form.payloadFormat}
        choices={(['', '0', '1'] as const).map((value) => [value, t(`payload-format.${value}`)])}
        onChange={(payloadFormat) => model.change({ payloadFormat })}
      />
      <TextField
        label={t('message-expiry')}
        numeric
        unit={t('seconds')}
        placeholder={none}
        value={form.messageExpiryInterval}
        fault={faultWords(t, faults.get('messageExpiryInterval'))}
        onChange={(messageExpiryInterval) => model.change({ messageExpiryInterval })}
      />
      <TextField
        label={t('content-type')}
        mono
        placeholder={none}
        value={form.contentType}
        onChange={(contentType) => model.change({ contentType })}
      />
      <TextField
        label={t('response-topic')}
        mono
        placeholder={none}
        value={form.responseTopic}
        fault={faultWords(t, faults.get('responseTopic'))}
        onChange={(responseTopic) => model.change({ responseTopic })}
      />
      <TextField
        label={t('correlation-data')}
        mono
        placeholder={none}
        value={form.correlationData}
        fault={faultWords(t, faults.get('correlationData'))}
        onChange={(correlationData) => model.change({ correlationData })}
      >
        <select
          className="select"
          aria-label={t('correlation-format')}
          value={form.correlationFormat}
          onChange={(event) => model.change({ correlationFormat: event.target.value === 'hex' ? 'hex' : 'text' })}
        >
          <option value="text">{t('format.text')}</option>
          <option value="hex">{t('format.hex')}</option>
        </select>
      </TextField>
      <TextField
        label={t('topic-alias')}
        numeric
        placeholder={none}
        value={form.topicAlias}
        fault={faultWords(t, faults.get('topicAlias'))}
        onChange={(topicAlias) => model.change({ topicAlias })}
      />
      <PairList
        label={t('user-properties')}
        nameLabel={t('user-property.name')}
        valueLabel={t('user-property.value')}
        addLabel={t('user-properties.add')}
        removeLabel={t('remove')}
        pairs={form.userProperties}
        onChange={(userProperties) => model.change({ userProperties })}
      />
    </>
  );
}
