/** What is typed over a packet that waits: the fields of a PUBLISH, or the whole packet in hexadecimal. */

import { type ReactNode, useEffect } from 'react';
import { MAX_DECODED_BYTES } from '../../../shared/contract/procedures.ts';
import type { HeldPacket } from '../../../shared/contract/rules.ts';
import type { HeldEdit, HeldFault } from '../../model/held-edit.ts';
import type { HeldModel } from '../../model/held-model.ts';
import { topicFaultWords } from '../../model/statement-text.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { ChipChoice } from '../../ui/ChipChoice.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../../ui/FormFields.tsx';
import { rulesText } from './strings/text.ts';

const QOS = [0, 1, 2] as const;

export interface HeldEditorProps {
  readonly model: HeldModel;
  readonly packet: HeldPacket;
  readonly edit: HeldEdit;
}

export function HeldEditor({ model, packet, edit }: HeldEditorProps): ReactNode {
  const t = useText(rulesText);
  const verdict = useModel(model.verdict);
  const fault = 'fault' in verdict ? verdict.fault : undefined;
  return (
    <div className="rules-editor" role="group" aria-label={t('edit.label')}>
      <div className="rules-editor-head">
        {packet.type === 'publish' ? (
          <ChipChoice
            label={t('edit.as')}
            chips={(['fields', 'bytes'] as const).map((id) => ({ id, title: t(`edit.${id}`) }))}
            chosen={edit.as}
            onChoose={(as) => model.change({ as })}
          />
        ) : (
          <span className="quiet">{t('edit.bytes')}</span>
        )}
        <span className="grow" />
        {verdict.changed ? <Button label={t('edit.revert')} onPress={() => model.revert()} /> : null}
      </div>
      {edit.as === 'fields' ? (
        <Fields model={model} edit={edit} fault={fault} />
      ) : (
        <Bytes model={model} edit={edit} fault={fault} />
      )}
    </div>
  );
}

interface PartProps {
  readonly model: HeldModel;
  readonly edit: HeldEdit;
  readonly fault: HeldFault | undefined;
}

function Fields({ model, edit, fault }: PartProps): ReactNode {
  const t = useText(rulesText);
  const notText = useModel(model.notText);
  return (
    <>
      <TextField
        label={t('edit.topic')}
        mono
        value={edit.topic}
        fault={fault?.field === 'topic' ? topicFaultWords(fault.fault) : undefined}
        onChange={(topic) => model.change({ topic })}
      />
      {edit.payload === undefined ? (
        <div className="field-row">
          <span>{t('edit.payload')}</span>
          <span className="quiet">{t('edit.payload.large')}</span>
        </div>
      ) : (
        <AreaField
          label={t('edit.payload')}
          rows={4}
          value={edit.payload}
          fault={faultWords('payload', fault)}
          hint={notText ? t('edit.payload.not-text') : undefined}
          onChange={(payload) => model.change({ payload })}
        >
          <ChipChoice
            label={t('edit.payload.format')}
            chips={(['text', 'hex'] as const).map((id) => ({ id, title: t(`edit.payload.${id}`) }))}
            chosen={edit.payloadAs}
            onChoose={(as) => model.setPayloadAs(as)}
          />
        </AreaField>
      )}
      <SelectField
        label={t('edit.qos')}
        value={String(edit.qos)}
        choices={QOS.map((qos) => [String(qos), `QoS ${qos}`])}
        onChange={(text) => model.change({ qos: QOS[Number(text)] ?? 0 })}
      />
      <CheckField label={t('edit.retain')} value={edit.retain} onChange={(retain) => model.change({ retain })} />
    </>
  );
}

function Bytes({ model, edit, fault }: PartProps): ReactNode {
  const t = useText(rulesText);
  const { bytes } = edit;
  useEffect(() => {
    // The model reads what was typed last.
    if (bytes !== undefined) void model.decodeTyped();
  }, [model, bytes]);
  if (bytes === undefined) return <p className="quiet">{t('edit.bytes.large')}</p>;
  return (
    <div className="field-stack">
      <textarea
        className="textarea"
        aria-label={t('edit.bytes.label')}
        aria-invalid={fault?.field === 'bytes'}
        rows={5}
        maxLength={MAX_DECODED_BYTES * 4}
        spellCheck={false}
        value={bytes}
        onChange={(event) => model.change({ bytes: event.target.value })}
      />
      <span className="field-error" aria-live="polite">
        {faultWords('bytes', fault)}
      </span>
    </div>
  );
}

function faultWords(field: 'payload' | 'bytes', fault: HeldFault | undefined): string | undefined {
  if (fault === undefined || fault.field === 'topic' || fault.field !== field) return undefined;
  const key = `edit.fault.${fault.reason}`;
  return rulesText.has(key) ? rulesText.of(key, { at: fault.at + 1 }) : undefined;
}
