/** Compare: what to compare, both sides row by row, and the open row's fields and payloads. */

import { type ReactNode, useEffect } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import { CompareModel } from '../../model/compare-model.ts';
import type { PanelProps } from '../../model/panel.ts';
import { disposeAll } from '../../model/store.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { CompareDetail } from './CompareDetail.tsx';
import { CompareForm } from './CompareForm.tsx';
import { CompareList } from './CompareList.tsx';
import './compare.css';
import { compareText } from './strings/text.ts';

const models = new WeakMap<AppModel, CompareModel>();

function modelOf(app: AppModel): CompareModel {
  const known = models.get(app) ?? new CompareModel(app);
  models.set(app, known);
  return known;
}

export function Panel({ app, source }: PanelProps): ReactNode {
  const t = useText(compareText);
  const model = modelOf(app);
  const sources = useModel(app.inspector.sources);
  const selected = useModel(model.selected);
  useEffect(() => {
    const parts = disposeAll([
      app.navigation.serve({
        compare: ({ source: of, side, flow }) => model.changeSide(side, { source: of, flow }),
      }),
      app.commands.add([
        {
          id: 'compare.next',
          title: () => compareText('command.next'),
          keys: 'F7',
          panel: 'compare',
          run: () => void model.step(false),
        },
        {
          id: 'compare.previous',
          title: () => compareText('command.previous'),
          keys: 'Shift+F7',
          panel: 'compare',
          run: () => void model.step(true),
        },
      ]),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model]);
  useEffect(() => model.settle(sources, source), [model, source, sources]);
  return (
    <div className="compare">
      <CompareForm app={app} model={model} />
      <div className="compare-main">
        <SplitPane
          name="compare"
          direction="vertical"
          secondSize={40}
          minFirst={120}
          minSecond={120}
          handleLabel={t('resize')}
          first={<CompareList app={app} model={model} />}
          second={selected === undefined ? undefined : <CompareDetail app={app} model={model} />}
        />
      </div>
    </div>
  );
}
