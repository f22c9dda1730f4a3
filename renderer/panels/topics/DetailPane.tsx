/** The topic under the cursor: its message, what changed, a chart, properties, and the history below. */

import { Copy } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { errorWords } from '../../model/error-text.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatInteger } from '../../model/format.ts';
import type { DetailTab, TopicDetail } from '../../model/topics-detail.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import type { LoadedMessage } from '../../model/topics-value.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ChartView } from './ChartView.tsx';
import { DifferenceView } from './DifferenceView.tsx';
import { HistoryList } from './HistoryList.tsx';
import { PropertiesView } from './PropertiesView.tsx';
import { topicsText } from './strings/text.ts';
import { messageTime } from './time-text.ts';
import { ValueView } from './ValueView.tsx';

const TABS = ['value', 'difference', 'chart', 'properties'] as const satisfies readonly DetailTab[];

export interface DetailPaneProps {
  readonly app: AppModel;
  readonly model: TopicsModel;
  readonly detail: TopicDetail;
}

export function DetailPane({ app, model, detail }: DetailPaneProps): ReactNode {
  const t = useText(topicsText);
  const tab = useModel(model.tab);
  useEffect(() => {
    detail.showTab(tab);
    return () => detail.showTab('value');
  }, [detail, tab]);
  return (
    <section className="topics-detail" aria-label={t('detail.label', { topic: detail.topic })}>
      <header className="topics-detail-head">
        <span className="mono topics-detail-topic">{detail.topic}</span>
        <Button label={t('detail.copy-topic')} onPress={() => void app.actions.copy(detail.topic)}>
          <Copy aria-hidden />
        </Button>
      </header>
      <Facts app={app} model={model} detail={detail} />
      <SplitPane
        name="topics-detail"
        direction="vertical"
        secondSize={38}
        minFirst={140}
        minSecond={90}
        handleLabel={t('detail.resize-history')}
        first={
          <div className="topics-message">
            <div className="bar topics-tabs">
              <Tabs
                label={t('detail.label', { topic: detail.topic })}
                items={TABS.map((id) => ({ id, title: t.of(`tab.${id}`) }))}
                selected={tab}
                onSelect={(id) => model.tab.set(TABS.find((known) => known === id) ?? 'value')}
                prefix="topics-detail"
              />
            </div>
            <div
              className="topics-tab"
              role="tabpanel"
              id={`topics-detail-panel-${tab}`}
              aria-labelledby={`topics-detail-tab-${tab}`}
            >
              <TabContent app={app} model={model} detail={detail} tab={tab} />
            </div>
          </div>
        }
        second={<HistoryList app={app} detail={detail} />}
      />
    </section>
  );
}

function TabContent({ app, model, detail, tab }: DetailPaneProps & { readonly tab: DetailTab }): ReactNode {
  const t = useText(topicsText);
  const state = useModel(detail.value.state);
  if (tab === 'difference') return <DifferenceView app={app} detail={detail} />;
  if (tab === 'chart') return <ChartView app={app} detail={detail} />;
  if (state.step === 'failed') return <EmptyState text={errorWords(state.error).what} />;
  if (state.step !== 'loaded') return <EmptyState text={t('value.loading')} />;
  if (tab === 'properties') return <PropertiesView message={state} />;
  return (
    <ValueView
      message={state}
      loadingMore={state.loadingMore}
      format={model.format}
      onMore={() => void detail.value.loadMore()}
      onCopy={(text) => app.actions.copy(text)}
      onChart={(path) => {
        detail.chart.choose(path);
        model.tab.set('chart');
      }}
    />
  );
}

/** Number, time, direction, QoS and flags of the message on screen, and the way back to the newest. */
function Facts({ app, model, detail }: DetailPaneProps): ReactNode {
  const t = useText(topicsText);
  const state = useModel(detail.value.state);
  const picked = useModel(detail.picked);
  const newest = useModel(detail.newest);
  const timeFormat = useModelPart(app.inspector.settings, (settings) => settings.timeFormat);
  const message: LoadedMessage | undefined = state.step === 'loaded' ? state : undefined;
  const packet = message?.detail;
  return (
    <div className="topics-facts">
      {packet === undefined ? null : (
        <>
          <button
            type="button"
            className="link mono"
            title={t('detail.show-packet', { seq: packet.seq + 1 })}
            onClick={() => app.navigation.go({ to: 'packet', source: model.source, seq: packet.seq })}
          >
            #{formatInteger(packet.seq + 1)}
          </button>
          <span className="mono number">{messageTime(packet.timeUs, timeFormat)}</span>
          <span className={packet.direction === 'client-to-server' ? 'tone-out' : 'tone-in'}>
            {packet.direction === 'client-to-server' ? t('detail.out') : t('detail.in')}
          </span>
          <span className={`tone-qos${packet.qos ?? 0}`}>QoS {packet.qos ?? 0}</span>
          {packet.retain === true ? <Badge text={t('detail.retained')} /> : null}
          {packet.dup === true ? <Badge text={t('detail.dup')} tone="warning" /> : null}
        </>
      )}
      <span className="grow" />
      {picked !== undefined && picked !== newest ? (
        <button type="button" className="link" onClick={() => detail.pick(undefined)}>
          {t('detail.to-newest')}
        </button>
      ) : (
        <span className="faint">{t('detail.newest')}</span>
      )}
    </div>
  );
}
