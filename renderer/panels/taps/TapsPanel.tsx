/** Taps: at the left the form of a new one, at the right those that listen and who came through them. */

import { type ReactNode, useEffect } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import type { PanelProps } from '../../model/panel.ts';
import { TapsModel } from '../../model/taps-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import '../../ui/form-fields.css';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { tapsText } from './strings/text.ts';
import { TapForm } from './TapForm.tsx';
import { TapList } from './TapList.tsx';
import './taps.css';

const models = new WeakMap<AppModel, TapsModel>();

function modelOf(app: AppModel): TapsModel {
  const known = models.get(app) ?? new TapsModel(app);
  models.set(app, known);
  return known;
}

export function Panel({ app }: PanelProps): ReactNode {
  const t = useText(tapsText);
  const model = modelOf(app);
  const { state } = useModel(app.inspector.link);
  useEffect(() => {
    if (state === 'connected') void app.inspector.loadProfiles().catch(() => undefined);
  }, [app, state]);
  useEffect(() => {
    const served = app.navigation.serve({ tap: () => undefined });
    return () => served[Symbol.dispose]();
  }, [app]);
  return (
    <div className="taps">
      <SplitPane
        name="taps"
        direction="horizontal"
        secondSize={60}
        minFirst={380}
        minSecond={380}
        handleLabel={t('resize')}
        first={<TapForm app={app} model={model} />}
        second={<TapList app={app} model={model} />}
      />
    </div>
  );
}
