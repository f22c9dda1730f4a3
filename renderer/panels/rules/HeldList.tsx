/** The packets that wait at a breakpoint, oldest first, and what they keep waiting. */

import type { ReactNode } from 'react';
import type { HeldPacket } from '../../../shared/contract/rules.ts';
import type { AppModel } from '../../model/app-model.ts';
import { formatBytes } from '../../model/format.ts';
import type { HeldModel } from '../../model/held-model.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useNowUs } from '../../ui/use-now.ts';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { aboutWords, behindWords, waitedWords } from './held-words.ts';
import { ruleNameOf } from './rule-words.ts';
import { rulesText } from './strings/text.ts';

export interface HeldListProps {
  readonly app: AppModel;
  readonly model: HeldModel;
  /** The selected one is on screen beside the list. */
  readonly isShown: boolean;
  /** A packet was chosen: it is to be shown. */
  readonly onChoose: () => void;
}

/** Pixels: two lines. */
const ROW = 40;

export function HeldList({ app, model, isShown, onChoose }: HeldListProps): ReactNode {
  const t = useText(rulesText);
  const held = useModel(model.held);
  const selected = useModel(model.selected);
  const now = useNowUs(1000, held.length > 0);
  const none = held.length === 0;
  return (
    <section className="rules-held" aria-label={t('held.title')}>
      <div className="bar rules-bar">
        <h2>{t('held.title')}</h2>
        {none ? null : <span className="number quiet">{held.length}</span>}
        <span className="grow" />
        <Button
          label={t('held.forward-all')}
          disabled={none}
          attributes={{ title: `${t('held.all.help')} (Shift+F8)` }}
          onPress={() => void model.resolveAll('forward')}
        />
        <Button
          label={t('held.drop-all')}
          disabled={none}
          attributes={{ title: t('held.all.help') }}
          onPress={() => void model.resolveAll('drop')}
        />
      </div>
      <VirtualList
        total={held.length}
        rowHeight={ROW}
        label={t('held.title')}
        selected={isShown ? held.findIndex(({ id }) => id === selected?.id) : -1}
        onSelect={(index) => {
          model.select(held[index]?.id);
          onChoose();
        }}
        onRowKey={(event, index) => {
          if (event.key !== 'Delete' || held[index] === undefined) return;
          event.preventDefault();
          void model.resolve({ kind: 'drop' });
        }}
        renderRow={(index) => {
          const packet = held[index];
          return packet === undefined ? null : <HeldRow app={app} packet={packet} nowUs={now} />;
        }}
        empty={<EmptyState text={t('held.none')} />}
      />
    </section>
  );
}

interface HeldRowProps {
  readonly app: AppModel;
  readonly packet: HeldPacket;
  readonly nowUs: number;
}

function HeldRow({ app, packet, nowUs }: HeldRowProps): ReactNode {
  const t = useText(rulesText);
  const { rules } = useModelPart(app.inspector.rules, ({ book }) => book);
  const source = useModel(app.inspector.sources).find(({ id }) => id === packet.source);
  const up = packet.direction === 'client-to-server';
  const behind = behindWords(packet);
  return (
    <div className="rules-held-cells" role="presentation">
      <span
        role="gridcell"
        className={`rules-arrow ${up ? 'tone-out' : 'tone-in'}`}
        aria-label={t(up ? 'held.up' : 'held.down')}
      >
        {up ? '→' : '←'}
      </span>
      <span role="gridcell" className="rules-what">
        <span className="rules-name mono">
          <b>{TYPE_NAMES[packet.type]}</b>
          <span className="ellipsis">{aboutWords(packet)}</span>
        </span>
        <span className="rules-name quiet">
          <span className="ellipsis">
            {[
              source?.name ?? '',
              formatBytes(packet.length),
              t('held.by', { rule: ruleNameOf(rules, packet.rule) }),
            ].join(' · ')}
          </span>
        </span>
      </span>
      <span role="gridcell" className="rules-wait">
        <span className="number">{waitedWords(packet, nowUs)}</span>
        <span className="rules-name quiet">
          {behind}
          {packet.senderStopped ? (
            <Badge text={t('held.stopped')} tone="warning" tooltip={t('held.stopped.help')} />
          ) : null}
        </span>
      </span>
    </div>
  );
}
