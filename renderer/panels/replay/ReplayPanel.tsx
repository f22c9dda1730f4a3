/** Replay: at the left which messages go where and how fast, at the right those that are on their way. */

import { type ReactNode, useEffect } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import type { PanelProps } from '../../model/panel.ts';
import { ReplayModel } from '../../model/replay-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import '../../ui/form-fields.css';
import { SplitPane } from '../../ui/SplitPane.tsx';
import './replay.css';
import { ReplayForm } from './ReplayForm.tsx';
import { ReplayList } from './ReplayList.tsx';
import { replayText } from './strings/text.ts';

const models = new WeakMap<AppModel, ReplayModel>();

function modelOf(app: AppModel): ReplayModel {
  const known = models.get(app) ?? new ReplayModel(app);
  models.set(app, known);
  return known;
}

export function Panel({ app, source }: PanelProps): ReactNode {
  const t = useText(replayText);
  const model = modelOf(app);
  const sources = useModel(app.inspector.sources);
  useEffect(() => {
    const served = app.navigation.serve({
      replay: ({ source: from, filter, fromSeq, chosen }) =>
        model.change({ from, filter: filter ?? '', fromSeq, chosen }),
    });
    return () => served[Symbol.dispose]();
  }, [app, model]);
  useEffect(() => model.settle(sources, source), [model, source, sources]);
  useEffect(() => void model.look(), [model]);
  return (
    <div className="replay">
      <SplitPane
        name="replay"
        direction="horizontal"
        secondSize={45}
        minFirst={420}
        minSecond={320}
        handleLabel={t('resize')}
        first={<ReplayForm app={app} model={model} />}
        second={<ReplayList app={app} model={model} />}
      />
    </div>
  );
}
