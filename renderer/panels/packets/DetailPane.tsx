/** The selected packet: its fields and bytes, its payload, its flow, and what caused it. */

import { Copy, MessageSquarePlus, Send, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ColourMark } from '../../../shared/contract/colours.ts';
import type { FlowDetail } from '../../../shared/contract/flow-records.ts';
import type { Seq } from '../../../shared/contract/identifiers.ts';
import type { PacketDetail } from '../../../shared/contract/packet-records.ts';
import { versionName } from '../../../shared/mqtt/version.ts';
import type { AppModel } from '../../model/app-model.ts';
import { showColourRule } from '../../model/colour-rules.ts';
import { errorWords } from '../../model/error-text.ts';
import { formatInteger, formatTime } from '../../model/format.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import type { PacketsModel } from '../../model/packets.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { MenuButton } from '../../ui/Menu.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { CommentNote } from './CommentNote.tsx';
import { FieldsTab } from './FieldsTab.tsx';
import { FlowTab } from './FlowTab.tsx';
import { InterventionNotes } from './InterventionNotes.tsx';
import { InitiatorLink } from './InitiatorLink.tsx';
import { copyEntries, writesCredentials } from './packet-copy.ts';
import { PayloadTab } from './PayloadTab.tsx';
import { resendEntries } from './packet-resend.ts';
import { packetsText } from './strings/text.ts';

export interface DetailPaneProps {
  readonly app: AppModel;
  readonly model: PacketsModel;
  readonly onClose: () => void;
}

type TabId = 'fields' | 'payload' | 'flow' | 'initiator';

export function DetailPane({ app, model, onClose }: DetailPaneProps): ReactNode {
  const t = useText(packetsText);
  const detail = useModel(model.detail);
  const [wanted, setWanted] = useState<TabId>('fields');
  /** The packet whose comment is being written. */
  const [commenting, setCommenting] = useState<Seq>();
  const packet = detail.step === 'loaded' ? detail.packet : undefined;
  const flow = detail.step === 'loaded' ? detail.flow : undefined;
  if (commenting !== undefined && packet !== undefined && packet.seq !== commenting) setCommenting(undefined);
  const tabs = tabsOf(packet);
  const tab = tabs.includes(wanted) ? wanted : 'fields';
  return (
    <section
      className="detail"
      aria-label={t('tabs.label')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="bar detail-head">
        <Tabs
          label={t('tabs.label')}
          prefix="packet"
          items={tabs.map((id) => ({ id, title: t(`tab.${id}`) }))}
          selected={tab}
          onSelect={(id) => setWanted(tabs.find((candidate) => candidate === id) ?? 'fields')}
        />
        <span className="grow" />
        {packet === undefined ? null : <Identity app={app} packet={packet} />}
        {packet === undefined || packet.comment !== undefined ? null : (
          <Button label={t('comment.add')} onPress={() => setCommenting(packet.seq)}>
            <MessageSquarePlus aria-hidden />
          </Button>
        )}
        {packet === undefined ? null : <ResendButton app={app} packet={packet} />}
        {packet === undefined ? null : <CopyButton app={app} packet={packet} />}
        <Button label={t('detail.close')} keys="Esc" onPress={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div className="detail-body" role="tabpanel" id={`packet-panel-${tab}`} aria-labelledby={`packet-tab-${tab}`}>
        {detail.step === 'failed' ? (
          <EmptyState
            text={`${errorWords(detail.error).what} ${errorWords(detail.error).hint}`}
            action={{ label: t('detail.retry'), onPress: () => model.reloadDetail() }}
          />
        ) : packet === undefined ? null : (
          <>
            {packet.mark === undefined ? null : <MarkLine app={app} mark={packet.mark} />}
            <InterventionNotes app={app} packet={packet} />
            <CommentNote
              key={`${packet.source}-${packet.seq}`}
              app={app}
              packet={packet}
              writing={commenting === packet.seq}
              onWriting={(writing) => setCommenting(writing ? packet.seq : undefined)}
              onChanged={() => model.reloadDetail()}
            />
            <TabBody key={tab} app={app} tab={tab} packet={packet} flow={flow} />
          </>
        )}
      </div>
    </section>
  );
}

function tabsOf(packet: PacketDetail | undefined): readonly TabId[] {
  if (packet === undefined) return ['fields'];
  const tabs: TabId[] = ['fields'];
  if (packet.type === 'publish') tabs.push('payload');
  if (packet.flow !== undefined) tabs.push('flow');
  if (packet.initiator !== undefined && packet.initiator !== '') tabs.push('initiator');
  return tabs;
}

function Identity({ app, packet }: { readonly app: AppModel; readonly packet: PacketDetail }): ReactNode {
  const { timeFormat } = useModel(app.inspector.settings);
  const time = formatTime(packet.timeUs, timeFormat === 'relative' ? 'clock' : timeFormat, 0);
  return (
    <span className="detail-identity ellipsis" title={time}>
      {[formatInteger(packet.seq + 1), TYPE_NAMES[packet.type]].filter((part) => part !== '').join(' · ')}
    </span>
  );
}

/** The rule that colours the packet's row; leads to it. */
function MarkLine({ app, mark }: { readonly app: AppModel; readonly mark: ColourMark }): ReactNode {
  const t = useText(packetsText);
  return (
    <p className="detail-mark">
      <span className="quiet">{t('detail.mark')}</span>{' '}
      <button
        type="button"
        className="ellipsis"
        data-colour={mark.colour}
        title={t('detail.mark.show')}
        onClick={() => showColourRule(app, mark.rule)}
      >
        {mark.name}
      </button>
    </p>
  );
}

function ResendButton({ app, packet }: { readonly app: AppModel; readonly packet: PacketDetail }): ReactNode {
  const t = useText(packetsText);
  useModel(app.inspector.sources);
  const { source, seq, type, malformed } = packet;
  const entries = resendEntries(app, { source, seq, type, malformed: malformed !== undefined });
  if (entries.length === 0) return null;
  return (
    <MenuButton label={t('menu.resend')} entries={entries} className="icon-button">
      <Send aria-hidden />
    </MenuButton>
  );
}

function CopyButton({ app, packet }: { readonly app: AppModel; readonly packet: PacketDetail }): ReactNode {
  const t = useText(packetsText);
  const withCredentials = useModel(writesCredentials);
  const { source, seq, type, malformed } = packet;
  const entries = copyEntries(app, { source, seq, type, malformed: malformed !== undefined }, withCredentials);
  if (entries.length === 0) return null;
  return (
    <MenuButton label={t('menu.copy')} entries={entries} className="icon-button">
      <Copy aria-hidden />
    </MenuButton>
  );
}

interface TabBodyProps {
  readonly app: AppModel;
  readonly tab: TabId;
  readonly packet: PacketDetail;
  readonly flow: FlowDetail | undefined;
}

function TabBody({ app, tab, packet, flow }: TabBodyProps): ReactNode {
  const t = useText(packetsText);
  switch (tab) {
    case 'fields':
      return (
        <>
          {packet.versionGuessed && packet.type !== 'event' ? (
            <p className="note" data-tone="warning">
              {t('detail.version-guessed', { version: versionName(packet.protocolVersion) })}
            </p>
          ) : null}
          <FieldsTab app={app} packet={packet} />
          {flow === undefined ? null : <FlowTab app={app} packet={packet} flow={flow} />}
        </>
      );
    case 'payload':
      return <PayloadTab key={`${packet.source}-${packet.seq}`} app={app} packet={packet} />;
    case 'flow':
      return flow === undefined ? null : <FlowTab app={app} packet={packet} flow={flow} />;
    case 'initiator':
      return (
        <p className="detail-line">
          {t('initiator.text')} <InitiatorLink app={app} initiator={packet.initiator ?? ''} reachable />
        </p>
      );
  }
}
