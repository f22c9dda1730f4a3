/** The Connection panel: how the broker was reached, why that failed, and what session and security came of it. */

import { type ReactNode, useEffect, useState } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { ConnectionModel } from '../../model/connection-model.ts';
import { errorWords } from '../../model/error-text.ts';
import type { PanelProps } from '../../model/panel.ts';
import { PerSource } from '../../model/per-source.ts';
import { disposeAll } from '../../model/store.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import '../../ui/form-fields.css';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { AttemptList } from './AttemptList.tsx';
import { Challenge } from './Challenge.tsx';
import { ConnectionBar } from './ConnectionBar.tsx';
import './connection.css';
import { DeviceView } from './DeviceView.tsx';
import { FailureNote } from './FailureNote.tsx';
import { SecurityView } from './SecurityView.tsx';
import { SessionView } from './SessionView.tsx';
import { connectionText } from './strings/text.ts';
import { WaterfallView } from './WaterfallView.tsx';

const models = new WeakMap<AppModel, PerSource<ConnectionModel>>();

function modelOf(app: AppModel, source: SourceId): ConnectionModel {
  const known = models.get(app) ?? new PerSource(app.inspector, (id) => new ConnectionModel(app.inspector, id));
  models.set(app, known);
  return known.of(source);
}

export function Panel({ app, source }: PanelProps): ReactNode {
  const t = useText(connectionText);
  const sources = useModel(app.inspector.sources);
  const summary = sources.find((candidate) => candidate.id === source);
  if (source === undefined || summary === undefined) return null;
  if (summary.kind !== 'session' && summary.kind !== 'tap')
    return (
      <EmptyState
        text={t('not-a-session', { kind: t(`kind.${summary.kind}`) })}
        action={{ label: t('not-a-session.action'), onPress: () => app.navigation.showPanel('packets') }}
      />
    );
  return <SourceConnection key={source} app={app} source={source} />;
}

const TABS = ['session', 'security', 'device'] as const;
type Tab = (typeof TABS)[number];

function SourceConnection({ app, source }: { readonly app: AppModel; readonly source: SourceId }): ReactNode {
  const t = useText(connectionText);
  const model = modelOf(app, source);
  const report = useModel(model.report);
  const attempt = useModel(model.attempt);
  const failure = useModel(model.failure);
  const stats = useModel(app.inspector.statsOf(source));
  const [chosen, setChosen] = useState<Tab>('session');
  useEffect(() => {
    const parts = disposeAll([model.show(), app.navigation.serve({ connection: () => model.choose(undefined) })]);
    return () => parts[Symbol.dispose]();
  }, [app, model]);
  const device = attempt?.device;
  const tabs = TABS.filter((id) => id !== 'device' || device !== undefined);
  const tab = tabs.includes(chosen) ? chosen : 'session';
  const words = failure === undefined ? undefined : errorWords(failure);
  const close = { label: t('close'), onPress: () => model.dismiss() };
  return (
    <div className="connection">
      <ConnectionBar app={app} model={model} />
      {words === undefined ? null : <NoticeBar level="error" text={words.what} hint={words.hint} dismiss={close} />}
      <div className="connection-main">
        <SplitPane
          name="connection"
          direction="horizontal"
          secondSize={40}
          minFirst={460}
          minSecond={340}
          handleLabel={t('resize')}
          first={
            <div className="connection-left">
              <AttemptList model={model} />
              <div className="connection-scroll">
                {report?.challenge === undefined ? null : <Challenge model={model} challenge={report.challenge} />}
                {attempt === undefined ? (
                  <EmptyState text={t('attempt.none')} />
                ) : (
                  <>
                    <WaterfallView key={attempt.connection} attempt={attempt} />
                    {attempt.failure === undefined ? null : (
                      <FailureNote app={app} model={model} failure={attempt.failure} />
                    )}
                  </>
                )}
              </div>
            </div>
          }
          second={
            <div className="connection-right">
              <div className="bar connection-tabs">
                <Tabs
                  label={t('tabs.label')}
                  items={tabs.map((id) => ({ id, title: t(`tab.${id}`) }))}
                  selected={tab}
                  onSelect={(id) => setChosen(TABS.find((known) => known === id) ?? 'session')}
                  prefix="connection"
                />
              </div>
              <div
                className="connection-scroll"
                role="tabpanel"
                id={`connection-panel-${tab}`}
                aria-labelledby={`connection-tab-${tab}`}
                tabIndex={0}
              >
                {tab === 'session' ? (
                  <SessionView report={report} attempt={attempt} window={stats?.inFlightLimit} />
                ) : tab === 'device' && device !== undefined ? (
                  <DeviceView app={app} device={device} />
                ) : (
                  <SecurityView app={app} source={source} attempt={attempt} />
                )}
              </div>
            </div>
          }
        />
      </div>
    </div>
  );
}
