/** The selected exchange: what happened in words, the ladder, and its steps as a table. */

import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { FlowDetail } from '../../../shared/contract/flow-records.ts';
import type { ProtocolVersion } from '../../../shared/mqtt/packet.ts';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { FlowsModel } from '../../model/flows-model.ts';
import {
  directionWords,
  flowLadder,
  flowText,
  isFailedStep,
  packetWord,
  stepId,
  stepIndex,
  stepNotes,
} from '../../model/flow-ladder.ts';
import { isWaiting, waitingUs } from '../../model/flows-rows.ts';
import { formatDelta, formatDuration, formatInteger, formatTime } from '../../model/format.ts';
import { reasonWords } from '../../model/packet-names.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Ladder } from '../../ui/Ladder.tsx';
import { StateMark } from './StateMark.tsx';
import { type FlowsText, flowsText } from './strings/text.ts';
import { useNowUs } from '../../ui/use-now.ts';

export interface LadderPaneProps {
  readonly app: AppModel;
  readonly model: FlowsModel;
}

export function LadderPane({ app, model }: LadderPaneProps): ReactNode {
  const t = useText(flowsText);
  const ladder = useModel(model.ladder);
  const version = useModelPart(
    app.inspector.sources,
    (sources) => sources.find((source) => source.id === model.source)?.protocolVersion ?? 5,
  );
  return (
    <section className="flows-ladder" aria-label={t('ladder.steps')}>
      <div className="flows-ladder-head">
        {ladder.step === 'loaded' ? <Title detail={ladder.detail} /> : <span className="grow" />}
        <Button label={t('ladder.close')} onPress={() => model.close()}>
          <X aria-hidden />
        </Button>
      </div>
      {ladder.step === 'failed' ? <EmptyState text={errorWords(ladder.error).what} /> : null}
      {ladder.step === 'loading' ? <EmptyState text={t('ladder.loading')} /> : null}
      {ladder.step === 'loaded' ? (
        <Exchange key={ladder.detail.flow} app={app} t={t} detail={ladder.detail} version={version} />
      ) : null}
    </section>
  );
}

function Title({ detail }: { readonly detail: FlowDetail }): ReactNode {
  return (
    <h2 className="grow">
      <b>{flowText(`kind.${detail.kind}`)}</b>
      {detail.packetId === 0 ? null : <span className="mono"> #{detail.packetId}</span>}{' '}
      <span className={detail.direction === 'client-to-server' ? 'tone-out' : 'tone-in'}>
        {detail.direction === 'client-to-server' ? '→' : '←'}
      </span>{' '}
      <StateMark state={detail.state} awaits={detail.awaits} />
      {detail.steps.length > 1 ? (
        <span className="quiet number flows-took">{formatDuration(detail.durationUs)}</span>
      ) : null}
    </h2>
  );
}

interface ExchangeProps {
  readonly app: AppModel;
  readonly t: FlowsText;
  readonly detail: FlowDetail;
  readonly version: ProtocolVersion;
}

function Exchange({ app, t, detail, version }: ExchangeProps): ReactNode {
  const [selected, setSelected] = useState<string>();
  const nowUs = useNowUs(100, isWaiting(detail.state));
  const show = (index: number) => {
    setSelected(stepId(index));
    const seq = detail.steps[index]?.seq;
    if (seq !== undefined) app.navigation.go({ to: 'packet', source: detail.source, seq });
  };
  return (
    <div className="flows-exchange">
      {detail.topic === '' ? null : <p className="mono flows-topic">{detail.topic}</p>}
      <Note t={t} detail={detail} version={version} nowUs={nowUs} />
      <div className="flows-ladder-picture">
        <Ladder
          label={flowText('label', {
            kind: flowText(`kind.${detail.kind}`),
            state: flowText(`state.${detail.state}`),
          })}
          left={flowText('client')}
          right={flowText('broker')}
          selected={selected}
          onSelect={(id) => show(stepIndex(id))}
          {...flowLadder(detail, version, nowUs)}
        />
      </div>
      <Steps app={app} t={t} detail={detail} version={version} onShow={show} />
    </div>
  );
}

/** Why the flow is not simply complete. */
function Note({ t, detail, version, nowUs }: Omit<ExchangeProps, 'app'> & { readonly nowUs: number }): ReactNode {
  const rule = detail.rule ?? detail.steps.find((step) => step.rule !== undefined)?.rule;
  const refused = detail.steps.findLast((step) => step.reasonCode >= 0x80);
  const evicted = detail.steps.some((step) => !step.stored);
  return (
    <>
      {rule === undefined ? null : (
        <p className="note" data-tone="error">
          {t('ladder.rule-note', { rule })}
        </p>
      )}
      {detail.state === 'failed' && refused !== undefined ? (
        <p className="note" data-tone="error">
          {t('ladder.failed-note', {
            packet: packetWord(detail, refused.type),
            reason: reasonWords(refused.type, refused.reasonCode, version),
          })}
        </p>
      ) : null}
      {detail.state === 'stalled' && detail.awaits !== undefined ? (
        <p className="note" data-tone="warning">
          {t('ladder.stalled-note', {
            packet: packetWord(detail, detail.awaits),
            time: formatDuration(waitingUs(detail, nowUs) ?? 0),
          })}
        </p>
      ) : null}
      {detail.state === 'abandoned' ? <p className="note">{t('ladder.abandoned-note')}</p> : null}
      {evicted ? <p className="note">{t('ladder.evicted-note')}</p> : null}
    </>
  );
}

interface StepsProps extends ExchangeProps {
  readonly onShow: (index: number) => void;
}

/** The same in numbers, to read out and to copy. */
function Steps({ app, t, detail, version, onShow }: StepsProps): ReactNode {
  const timeFormat = useModelPart(app.inspector.settings, (settings) => settings.timeFormat);
  return (
    <table className="flows-steps mono" aria-label={t('ladder.steps')}>
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">{t('steps.time')}</th>
          <th scope="col" className="right">
            {t('steps.since')}
          </th>
          <th scope="col">{t('steps.packet')}</th>
          <th scope="col">{t('steps.notes')}</th>
        </tr>
      </thead>
      <tbody>
        {detail.steps.map((step, index) => {
          const before = detail.steps[index - 1];
          const toBroker = step.direction === 'client-to-server';
          const notes = [
            ...stepNotes(step, version),
            ...(before === undefined || before.connection === step.connection
              ? []
              : [t('steps.connection', { connection: step.connection + 1 })]),
          ];
          return (
            <tr key={stepId(index)} data-failed={isFailedStep(step)}>
              <td>
                <button
                  type="button"
                  className="link number"
                  disabled={!step.stored}
                  title={t('ladder.show-packet', { seq: step.seq + 1 })}
                  onClick={() => onShow(index)}
                >
                  {formatInteger(step.seq + 1)}
                </button>
              </td>
              <td className="number">{formatTime(step.timeUs, timeFormat === 'relative' ? 'clock' : timeFormat, 0)}</td>
              <td className="right number faint">
                {before === undefined ? '' : formatDelta(step.timeUs - before.timeUs)}
              </td>
              <td>
                <span
                  className={toBroker ? 'tone-out' : 'tone-in'}
                  aria-label={directionWords(step.direction)}
                  role="img"
                >
                  {toBroker ? '→' : '←'}
                </span>{' '}
                {packetWord(detail, step.type)}
              </td>
              <td className="flows-notes">{notes.join(' · ')}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
