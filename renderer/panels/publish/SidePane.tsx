/** Beside the form: messages sent before, messages saved, and what is being repeated. */

import { Square, X } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { decodeText, hasControlCharacters } from '../../../shared/payload/payload-text.ts';
import { toHex } from '../../../shared/payload/payload-encoding.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes, formatInteger } from '../../model/format.ts';
import {
  HISTORY_LIMIT,
  type KeptMessage,
  type KeptMessages,
  LARGEST_KEPT,
  SAVED_LIMIT,
} from '../../model/publish-history.ts';
import type { PublishModel } from '../../model/publish-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { publishText } from './strings/text.ts';

const TABS = ['history', 'saved', 'repeats'] as const;
type Tab = (typeof TABS)[number];

export interface SidePaneProps {
  readonly app: AppModel;
  readonly model: PublishModel;
  readonly history: KeptMessages;
  readonly saved: KeptMessages;
}

export function SidePane({ app, model, history, saved }: SidePaneProps): ReactNode {
  const t = useText(publishText);
  const repeats = useModel(app.inspector.repeats).filter((repeat) => repeat.source === model.source);
  const [tab, setTab] = useState<Tab>('history');
  const badge = {
    history: undefined,
    saved: undefined,
    repeats: repeats.length === 0 ? undefined : String(repeats.length),
  };
  return (
    <div className="publish-side">
      <div className="bar publish-tabs">
        <Tabs
          label={t('side.label')}
          items={TABS.map((id) => ({ id, title: t(`side.${id}`), badge: badge[id] }))}
          selected={tab}
          onSelect={(id) => setTab(TABS.find((candidate) => candidate === id) ?? 'history')}
          prefix="publish-side"
        />
      </div>
      <div
        className="publish-side-body"
        role="tabpanel"
        id={`publish-side-panel-${tab}`}
        aria-labelledby={`publish-side-tab-${tab}`}
      >
        {tab === 'history' ? <History model={model} history={history} /> : null}
        {tab === 'saved' ? <Saved model={model} saved={saved} /> : null}
        {tab === 'repeats' ? <Repeats app={app} model={model} /> : null}
      </div>
    </div>
  );
}

const ROW = 40;

interface MessageListProps {
  readonly label: string;
  readonly kept: KeptMessages;
  readonly model: PublishModel;
  readonly empty: string;
}

function MessageList({ label, kept, model, empty }: MessageListProps): ReactNode {
  const t = useText(publishText);
  const messages = useModel(kept.messages);
  const [selected, setSelected] = useState(-1);
  const fill = (index: number) => {
    const message = messages[index];
    if (message !== undefined) model.fill(message);
  };
  const remove = (message: KeptMessage | undefined) => {
    if (message !== undefined) kept.remove(message);
  };
  return (
    <VirtualList
      total={messages.length}
      rowHeight={ROW}
      label={`${label}. ${t('list.hint')}`}
      selected={Math.min(selected, messages.length - 1)}
      onSelect={setSelected}
      onOpen={fill}
      onRowKey={(event, index) => {
        if (event.key === 'Delete') remove(messages[index]);
      }}
      empty={<EmptyState text={empty} />}
      renderRow={(index) => {
        const message = messages[index];
        if (message === undefined) return null;
        return (
          <div className="publish-kept" role="gridcell" title={t('list.hint')}>
            <span className="publish-kept-line">
              {message.name === '' ? (
                <span className="faint number">{new Date(message.atMs).toTimeString().slice(0, 8)}</span>
              ) : (
                <b className="ellipsis">{message.name}</b>
              )}
              <span className={`mono tone-qos${message.qos}`}>q{message.qos}</span>
              <span className="mono ellipsis grow">{message.topic}</span>
              {message.retain ? <span className="badge">retain</span> : null}
              <Button label={t('list.remove')} attributes={{ tabIndex: -1 }} onPress={() => remove(message)}>
                <X aria-hidden />
              </Button>
            </span>
            <span className="mono faint ellipsis">{excerpt(message.payload)}</span>
          </div>
        );
      }}
    />
  );
}

const EXCERPT = 120;

function excerpt(payload: Uint8Array): string {
  const start = payload.subarray(0, EXCERPT);
  const { text, invalid } = decodeText(start, payload.length > EXCERPT);
  return invalid > 0 || hasControlCharacters(text) ? toHex(start.subarray(0, 40)) : text.replaceAll(/\s+/g, ' ');
}

function History({ model, history }: { readonly model: PublishModel; readonly history: KeptMessages }): ReactNode {
  const t = useText(publishText);
  const count = useModel(history.messages).length;
  return (
    <>
      <div className="publish-side-list">
        <MessageList label={t('side.history')} kept={history} model={model} empty={t('history.empty')} />
      </div>
      <div className="bar publish-side-foot">
        <span className="faint grow">
          {t('history.limit', { limit: HISTORY_LIMIT, size: formatBytes(LARGEST_KEPT) })}
        </span>
        <Button label={t('history.clear')} disabled={count === 0} onPress={() => history.clear()} />
      </div>
    </>
  );
}

function Saved({ model, saved }: { readonly model: PublishModel; readonly saved: KeptMessages }): ReactNode {
  const t = useText(publishText);
  const [name, setName] = useState('');
  const [tooLarge, setTooLarge] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const message = model.current();
    if (message === undefined) return;
    const kept = saved.add({ ...message, name: name.trim() === '' ? message.topic : name.trim(), atMs: Date.now() });
    setTooLarge(!kept);
    if (kept) setName('');
  };
  return (
    <>
      <form className="bar publish-side-foot" onSubmit={submit}>
        <input
          className="input grow"
          aria-label={t('save.label')}
          placeholder={t('save.placeholder')}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button framed">
          {t('save')}
        </button>
      </form>
      {tooLarge ? <p className="field-error publish-side-note">{t('save.too-large')}</p> : null}
      <div className="publish-side-list">
        <MessageList label={t('side.saved')} kept={saved} model={model} empty={t('saved.empty')} />
      </div>
      <div className="bar publish-side-foot">
        <span className="faint">{t('saved.limit', { limit: SAVED_LIMIT, size: formatBytes(LARGEST_KEPT) })}</span>
      </div>
    </>
  );
}

function Repeats({ app, model }: { readonly app: AppModel; readonly model: PublishModel }): ReactNode {
  const t = useText(publishText);
  const repeats = useModel(app.inspector.repeats).filter((repeat) => repeat.source === model.source);
  if (repeats.length === 0) return <EmptyState text={t('repeats.empty')} />;
  return (
    <ul className="publish-repeats" aria-label={t('side.repeats')}>
      {repeats.map((repeat) => (
        <li key={repeat.repeat}>
          <span className="publish-repeat-text">
            <span className="mono ellipsis">{repeat.topic}</span>
            <span className="quiet number">
              {t('repeats.every', { ms: repeat.intervalMs })} ·{' '}
              {t('repeats.sent', { sent: formatInteger(repeat.sent) })}
              {repeat.refused === 0 ? null : (
                <span className="tone-error">
                  {' '}
                  · {t('repeats.refused', { refused: formatInteger(repeat.refused) })}
                </span>
              )}
            </span>
          </span>
          <Button kind="framed" label={`${t('stop')}: ${repeat.topic}`} onPress={() => void model.stop(repeat.repeat)}>
            <Square aria-hidden />
            {t('stop')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
