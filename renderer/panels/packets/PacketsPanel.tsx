/** Every control packet of a source in order of time, filtered, with the selected one opened beside the list. */

import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { FilterHistory } from '../../model/filter-history.ts';
import { PacketsModel } from '../../model/packets.ts';
import type { PanelProps } from '../../model/panel.ts';
import { PerSource } from '../../model/per-source.ts';
import { disposeAll } from '../../model/store.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import type { VirtualListHandle } from '../../ui/VirtualList.tsx';
import { DetailPane } from './DetailPane.tsx';
import { FilterBar } from './FilterBar.tsx';
import { PacketList } from './PacketList.tsx';
import { resendCommands } from './packet-resend.ts';
import { saveCommands } from './packet-save.ts';
import './packets.css';
import { packetsText } from './strings/text.ts';

interface PanelModels {
  readonly sources: PerSource<PacketsModel>;
  readonly history: FilterHistory;
}

const models = new WeakMap<AppModel, PanelModels>();

function modelsOf(app: AppModel): PanelModels {
  const known = models.get(app);
  if (known !== undefined) return known;
  const made = {
    sources: new PerSource(app.inspector, (source) => new PacketsModel(app.inspector, source)),
    history: new FilterHistory(app.inspector, 'packet-filters'),
  };
  models.set(app, made);
  return made;
}

export function PacketsPanel({ app, source }: PanelProps): ReactNode {
  if (source === undefined) return null;
  return <SourcePackets key={source} app={app} source={source} />;
}

/** Below this the detail stands under the list instead of beside it. */
const NARROW_PX = 820;

function SourcePackets({ app, source }: { readonly app: AppModel; readonly source: SourceId }): ReactNode {
  const t = useText(packetsText);
  const { sources, history } = modelsOf(app);
  const model = sources.of(source);
  const list = useRef<VirtualListHandle>(null);
  const filter = useRef<{ focus(): void }>(null);
  const root = useRef<HTMLDivElement>(null);
  const [narrow, setNarrow] = useState(false);
  const selected = useModel(model.selection) !== undefined;

  // Before the list's own effect, which says what is on screen: a panel that is shown again must have a view to tell it to.
  useLayoutEffect(() => {
    const view = model.open();
    void history.load();
    return () => view[Symbol.dispose]();
  }, [model, history]);

  useEffect(() => {
    const parts = disposeAll([
      app.navigation.serve({
        packet: (request) => {
          if (request.source !== source) return;
          void model.reveal(request.seq);
        },
        packets: (request) => {
          if (request.source === source) model.showFilter(request.filter);
        },
      }),
      app.commands.add([
        {
          id: 'packets.filter',
          title: () => packetsText('command.filter'),
          keys: 'Mod+F',
          panel: 'packets',
          run: () => filter.current?.focus(),
        },
        {
          id: 'packets.newest',
          title: () => packetsText('command.newest'),
          keys: 'Mod+End',
          panel: 'packets',
          run: () => model.follow(true),
        },
        ...saveCommands(app, model),
        ...resendCommands(app, () => {
          const detail = model.detail.get();
          return detail.step === 'loaded' ? detail.packet : undefined;
        }),
      ]),
    ]);
    return () => parts[Symbol.dispose]();
  }, [app, model, source]);

  useEffect(() => {
    const kept = app.saving.filters.get(source) ?? '';
    if (kept !== '' && kept !== model.filter.get()) model.showFilter(kept);
    const keeping = model.filter.subscribe(() => app.saving.filters.set(source, model.filter.get()));
    return () => keeping[Symbol.dispose]();
  }, [app, model, source]);

  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setNarrow(element.clientWidth < NARROW_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const openDetail = useCallback(() => {
    const enter = (): void => {
      const detail = root.current?.querySelector('.detail');
      const target =
        detail?.querySelector<HTMLElement>('[role="tree"]') ?? detail?.querySelector<HTMLElement>('[role="tab"]');
      target?.focus();
    };
    /** The detail before is shown until the one that was asked for is there. */
    const isThere = (): boolean => {
      const detail = model.detail.get();
      return detail.step !== 'loading' && (detail.step === 'none' || detail.seq === model.selection.get()?.seq);
    };
    if (isThere()) {
      enter();
      return;
    }
    // The packet is on its way: whoever stays in the list gets there with it.
    const from = document.activeElement;
    const waiting = model.detail.subscribe(() => {
      if (!isThere()) return;
      waiting[Symbol.dispose]();
      requestAnimationFrame(() => {
        if (document.activeElement === from) enter();
      });
    });
  }, [model]);
  const close = useCallback(() => {
    model.clearSelection();
    list.current?.focus();
  }, [model]);

  return (
    <div ref={root} className="packets">
      <FilterBar app={app} model={model} history={history} handle={filter} />
      <SplitPane
        name="packets"
        direction={narrow ? 'vertical' : 'horizontal'}
        first={<PacketList app={app} model={model} handle={list} onOpen={openDetail} />}
        second={selected ? <DetailPane app={app} model={model} onClose={close} /> : undefined}
        secondSize={narrow ? 50 : 38}
        minFirst={narrow ? 120 : 380}
        minSecond={narrow ? 140 : 320}
        handleLabel={t('detail.resize')}
      />
    </div>
  );
}
