/** Send, repeat, and the line that says what came of it. */

import { Repeat, Send } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import { keyLabel } from '../../model/commands.ts';
import type { PublishModel, PublishResult } from '../../model/publish-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { type PublishText, publishText } from './strings/text.ts';
import { faultWords } from './words.ts';

export interface SendBarProps {
  readonly app: AppModel;
  readonly model: PublishModel;
  /** The session takes messages. */
  readonly ready: boolean;
}

export function SendBar({ app, model, ready }: SendBarProps): ReactNode {
  const t = useText(publishText);
  const form = useModel(model.form);
  const mode = useModel(model.mode);
  const faults = useModel(model.faults);
  const result = useModel(model.result);
  const repeatFault = faultWords(t, faults.get('intervalMs') ?? faults.get('count'));
  const send = mode === 'raw' ? t('send.raw') : t('send');
  return (
    <>
      <div className="publish-result" role="status">
        {repeatFault === undefined ? null : <span className="field-error">{repeatFault}</span>}
        {result === undefined ? null : <Result app={app} model={model} t={t} result={result} />}
      </div>
      <div className="bar publish-send">
        <Button
          kind="primary"
          label={send}
          keys={keyLabel('Mod+Enter', app.mac)}
          disabled={!ready}
          onPress={() => void model.send()}
        >
          <Send aria-hidden />
          {send}
        </Button>
        {mode === 'raw' ? null : (
          <>
            <span className="bar-separator" />
            <Button kind="framed" label={t('repeat')} disabled={!ready} onPress={() => void model.repeat()}>
              <Repeat aria-hidden />
              {t('repeat')}
            </Button>
            <span className="quiet">{t('repeat.every')}</span>
            <input
              className="input number publish-number"
              inputMode="numeric"
              aria-label={t('repeat.interval.label')}
              aria-invalid={faults.has('intervalMs')}
              value={form.intervalMs}
              onChange={(event) => model.change({ intervalMs: event.target.value })}
            />
            <span className="quiet">{t('repeat.ms')}</span>
            <input
              className="input number publish-number"
              inputMode="numeric"
              aria-label={t('repeat.count.label')}
              placeholder={t('repeat.count.placeholder')}
              aria-invalid={faults.has('count')}
              value={form.count}
              onChange={(event) => model.change({ count: event.target.value })}
            />
            <span className="quiet">{t('repeat.count')}</span>
          </>
        )}
      </div>
    </>
  );
}

interface ResultProps {
  readonly app: AppModel;
  readonly model: PublishModel;
  readonly t: PublishText;
  readonly result: PublishResult;
}

function Result({ app, model, t, result }: ResultProps): ReactNode {
  const filter = filterOf(result);
  return (
    <>
      <span className={result.kind === 'message' && result.outcome === 'queued' ? 'tone-warning' : 'tone-in'}>
        {new Date(result.atMs).toTimeString().slice(0, 8)} {resultWords(t, result)}
      </span>{' '}
      <button
        type="button"
        className="link"
        onClick={() => app.navigation.go({ to: 'packets', source: model.source, filter })}
      >
        {t('result.show')}
      </button>
    </>
  );
}

function resultWords(t: PublishText, result: PublishResult): string {
  if (result.kind === 'raw') return t('result.raw', { count: result.length });
  if (result.kind === 'repeat') return t('result.repeat', { topic: result.topic });
  if (result.outcome === 'queued') return t('result.queued', { topic: result.topic });
  return result.packetId === 0
    ? t('result.sent', { topic: result.topic })
    : t('result.sent-id', { topic: result.topic, id: String(result.packetId) });
}

/** What shows the packet and, where it has an identifier, its whole handshake. */
function filterOf(result: PublishResult): string {
  if (result.kind === 'raw') return 'dir:out';
  if (result.kind === 'message' && result.packetId !== 0) return `id:${result.packetId}`;
  return `dir:out topic:${/[\s"():]/.test(result.topic) ? JSON.stringify(result.topic) : result.topic}`;
}
