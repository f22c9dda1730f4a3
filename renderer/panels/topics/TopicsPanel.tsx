/** The Topics panel: what is subscribed to, the live tree, and the topic under the cursor. */

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { PanelProps } from '../../model/panel.ts';
import { disposeAll } from '../../model/store.ts';
import { TopicsModel } from '../../model/topics-model.ts';
import { perSource } from '../../model/per-source.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { DetailPane } from './DetailPane.tsx';
import { RetainedBar } from './RetainedBar.tsx';
import { SearchBar } from './SearchBar.tsx';
import { topicsText } from './strings/text.ts';
import { SubscribeBar } from './SubscribeBar.tsx';
import { SubscriptionChips } from './SubscriptionChips.tsx';
import './topics.css';
import './topic-pane.css';
import { TopicTreeView, type TreeHandle } from './TopicTreeView.tsx';

const topicsModel = perSource((inspector, source) => new TopicsModel(inspector, source));

export function Panel({ app, source }: PanelProps): ReactNode {
  if (source === undefined) return null;
  return <SourceTopics key={source} app={app} source={source} />;
}

function SourceTopics({ app, source }: { readonly app: AppModel; readonly source: SourceId }): ReactNode {
  const t = useText(topicsText);
  const model = topicsModel(app.inspector, source);
  const detail = useModel(model.detail);
  const tree = useRef<TreeHandle>(null);
  const pane = useRef<HTMLDivElement>(null);
  const search = useRef<{ focus(): void }>(null);
  const subscribe = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState<string>();

  useEffect(() => {
    const reveal = async (topic: string) => {
      const found = await model.tree.reveal(topic);
      setMissing(found ? undefined : topic);
      if (found) requestAnimationFrame(() => tree.current?.showCursor());
    };
    const parts = disposeAll([
      model.tree.show(),
      app.navigation.serve({
        topic: (request) => {
          if (request.source === source) void reveal(request.topic);
        },
      }),
      app.commands.add([
        {
          id: 'topics.search',
          title: () => topicsText('command.search'),
          keys: 'Mod+F',
          panel: 'topics',
          run: () => search.current?.focus(),
        },
        {
          id: 'topics.subscribe',
          title: () => topicsText('command.subscribe'),
          panel: 'topics',
          run: () => subscribe.current?.focus(),
        },
        {
          id: 'topics.system',
          title: () => topicsText('command.system'),
          panel: 'topics',
          run: () => model.tree.setHideSystem(!model.tree.options.get().hideSystem),
        },
      ]),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model, source]);

  return (
    <div className="topics">
      <SubscribeBar app={app} model={model} field={subscribe} />
      <SubscriptionChips app={app} model={model} />
      <SearchBar app={app} model={model} handle={search} />
      <RetainedBar model={model} />
      {missing === undefined ? null : (
        <NoticeBar
          level="info"
          text={t('reveal.none', { topic: missing })}
          dismiss={{ label: t('close'), onPress: () => setMissing(undefined) }}
        />
      )}
      <div className="topics-main">
        <SplitPane
          name="topics"
          direction="horizontal"
          secondSize={36}
          minFirst={420}
          minSecond={300}
          handleLabel={t('detail.resize')}
          first={
            <TopicTreeView
              app={app}
              model={model}
              handle={tree}
              onSubscribe={() => subscribe.current?.focus()}
              onHistory={() => pane.current?.querySelector<HTMLElement>('[data-history] .list')?.focus()}
            />
          }
          second={
            <div ref={pane} className="topics-pane">
              {detail === undefined ? (
                <EmptyState text={t('detail.none')} />
              ) : (
                <DetailPane key={detail.topic} app={app} model={model} detail={detail} />
              )}
            </div>
          }
        />
      </div>
    </div>
  );
}
