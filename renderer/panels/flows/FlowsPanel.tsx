/** The Flows panel: gauges, filter, one row an exchange, and the selected one as a ladder. */

import { type ReactNode, useLayoutEffect, useRef } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { withChip } from '../../model/flows-filter.ts';
import { FlowsModel } from '../../model/flows-model.ts';
import type { PanelProps } from '../../model/panel.ts';
import { disposeAll } from '../../model/store.ts';
import { perSource } from '../../model/per-source.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import type { VirtualListHandle } from '../../ui/VirtualList.tsx';
import { FilterBar } from './FilterBar.tsx';
import './flows.css';
import { FlowList } from './FlowList.tsx';
import { Gauges } from './Gauges.tsx';
import { LadderPane } from './LadderPane.tsx';
import { flowsText } from './strings/text.ts';

const flowsModel = perSource((inspector, source) => new FlowsModel(inspector, source));

export function Panel({ app, source }: PanelProps): ReactNode {
  if (source === undefined) return null;
  return <SourceFlows key={source} app={app} source={source} />;
}

function SourceFlows({ app, source }: { readonly app: AppModel; readonly source: SourceId }): ReactNode {
  const t = useText(flowsText);
  const model = flowsModel(app.inspector, source);
  const ladder = useModel(model.ladder);
  const list = useRef<VirtualListHandle>(null);
  const filter = useRef<{ focus(): void }>(null);

  // Before the list's own effect, which says what is on screen: the model must have a view to tell it to.
  useLayoutEffect(() => {
    const reveal = async (flow: number) => {
      const row = await model.reveal(flow);
      if (row >= 0) list.current?.reveal(row, 'centre');
      list.current?.focus();
    };
    const parts = disposeAll([
      model.show(),
      app.navigation.serve({
        flow: (request) => {
          if (request.source === source) void reveal(request.flow);
        },
      }),
      app.commands.add([
        {
          id: 'flows.filter',
          title: () => flowsText('command.filter'),
          keys: 'Mod+F',
          panel: 'flows',
          run: () => filter.current?.focus(),
        },
        {
          id: 'flows.stalled',
          title: () => flowsText('command.stalled'),
          panel: 'flows',
          run: () => void model.setFilter(withChip(model.filter.get(), 'stalled')),
        },
      ]),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model, source]);

  return (
    <div className="flows">
      <FilterBar app={app} model={model} handle={filter} />
      <Gauges model={model} />
      <div className="flows-main">
        <SplitPane
          name="flows"
          direction="horizontal"
          secondSize={34}
          minFirst={420}
          minSecond={320}
          handleLabel={t('ladder.resize')}
          first={<FlowList app={app} model={model} handle={list} />}
          {...(ladder.step === 'none' ? {} : { second: <LadderPane app={app} model={model} /> })}
        />
      </div>
    </div>
  );
}
