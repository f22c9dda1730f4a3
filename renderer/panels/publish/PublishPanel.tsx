/** The Publish panel: one message or raw bytes to send, once or again and again, and what was sent before. */

import { type ReactNode, useEffect, useRef } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import type { PanelProps } from '../../model/panel.ts';
import { PerSource } from '../../model/per-source.ts';
import { HISTORY_LIMIT, KeptMessages, SAVED_LIMIT } from '../../model/publish-history.ts';
import { PublishModel } from '../../model/publish-model.ts';
import { disposeAll } from '../../model/store.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import '../../ui/form-fields.css';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { MessageForm } from './MessageForm.tsx';
import './publish.css';
import { RawForm } from './RawForm.tsx';
import { SendBar } from './SendBar.tsx';
import { SidePane } from './SidePane.tsx';
import { publishText } from './strings/text.ts';

interface PanelModels {
  readonly sources: PerSource<PublishModel>;
  readonly history: KeptMessages;
  readonly saved: KeptMessages;
}

const models = new WeakMap<AppModel, PanelModels>();

function modelsOf(app: AppModel): PanelModels {
  const known = models.get(app);
  if (known !== undefined) return known;
  const history = new KeptMessages(app.inspector, 'publish-history', HISTORY_LIMIT);
  const made = {
    history,
    saved: new KeptMessages(app.inspector, 'saved-messages', SAVED_LIMIT),
    sources: new PerSource(app.inspector, (source) => new PublishModel(app.inspector, source, history)),
  };
  models.set(app, made);
  return made;
}

export function Panel({ app, source }: PanelProps): ReactNode {
  const t = useText(publishText);
  const sources = useModel(app.inspector.sources);
  const summary = sources.find((candidate) => candidate.id === source);
  if (source === undefined || summary === undefined) return null;
  if (summary.kind !== 'session')
    return (
      <EmptyState
        text={t('not-a-session')}
        action={{ label: t('not-a-session.action'), onPress: () => app.navigation.go({ to: 'profile' }) }}
      />
    );
  return <SourcePublish key={source} app={app} source={source} />;
}

/** States in which the session takes messages, to send or to queue. */
const TAKES: ReadonlySet<string> = new Set(['connected', 'connecting', 'waiting']);

function SourcePublish({ app, source }: { readonly app: AppModel; readonly source: SourceId }): ReactNode {
  const t = useText(publishText);
  const { sources, history, saved } = modelsOf(app);
  const model = sources.of(source);
  const summary = useModel(app.inspector.sources).find((candidate) => candidate.id === source);
  const mode = useModel(model.mode);
  const failure = useModel(model.failure);
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    void history.load().catch(() => undefined);
    void saved.load().catch(() => undefined);
  }, [history, saved]);

  useEffect(() => {
    const focusTopic = () => root.current?.querySelector<HTMLElement>('[data-topic]')?.focus();
    const parts = disposeAll([
      app.navigation.serve({
        publish: (request) => {
          sources.of(request.source).fill(request.message);
          requestAnimationFrame(focusTopic);
        },
      }),
      app.commands.add([
        {
          id: 'publish.send',
          title: () => publishText('command.send'),
          keys: 'Mod+Enter',
          panel: 'publish',
          run: () => void model.send(),
        },
        { id: 'publish.topic', title: () => publishText('command.topic'), panel: 'publish', run: focusTopic },
      ]),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model, sources]);

  const words = failure === undefined ? undefined : errorWords(failure);
  const close = { label: t('close'), onPress: () => model.dismiss() };
  const state = summary?.state ?? 'idle';
  return (
    <div ref={root} className="publish">
      {TAKES.has(state) ? null : (
        <NoticeBar
          level="warning"
          text={t('not-connected', { state: t(`state.${state}`) })}
          action={{ label: t('not-connected.action'), onPress: () => void model.connect() }}
        />
      )}
      {words === undefined ? null : <NoticeBar level="error" text={words.what} hint={words.hint} dismiss={close} />}
      <div className="publish-main">
        <SplitPane
          name="publish"
          direction="horizontal"
          secondSize={32}
          minFirst={480}
          minSecond={260}
          handleLabel={t('resize')}
          first={
            <div className="publish-form">
              <div className="bar publish-bar" role="radiogroup" aria-label={t('mode.label')}>
                {(['message', 'raw'] as const).map((choice) => (
                  <button
                    key={choice}
                    type="button"
                    role="radio"
                    className="chip"
                    aria-checked={mode === choice}
                    onClick={() => model.mode.set(choice)}
                  >
                    {t(`mode.${choice}`)}
                  </button>
                ))}
              </div>
              {mode === 'message' ? (
                <MessageForm model={model} version={summary?.protocolVersion ?? 5} onSend={() => void model.send()} />
              ) : (
                <RawForm model={model} version={summary?.protocolVersion ?? 5} />
              )}
              <SendBar app={app} model={model} ready={TAKES.has(state)} />
            </div>
          }
          second={<SidePane app={app} model={model} history={history} saved={saved} />}
        />
      </div>
    </div>
  );
}
