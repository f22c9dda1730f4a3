/** One packet that waits: what can become of it, what is typed over it, and its fields and bytes. */

import { type ReactNode, useEffect } from 'react';
import type { HeldPacket } from '../../../shared/contract/rules.ts';
import type { AppModel } from '../../model/app-model.ts';
import { errorWords } from '../../model/error-text.ts';
import { formatInteger } from '../../model/format.ts';
import type { HeldModel, LoadedHeld } from '../../model/held-model.ts';
import { fieldItems } from '../../model/packet-fields.ts';
import { TYPE_NAMES } from '../../model/packet-names.ts';
import { malformedWords } from '../../model/statement-text.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FieldBytes } from '../../ui/FieldBytes.tsx';
import { HexView } from '../../ui/HexView.tsx';
import { MalformedNote } from '../../ui/MalformedNote.tsx';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { useNowUs } from '../../ui/use-now.ts';
import { HeldEditor } from './HeldEditor.tsx';
import { aboutWords, behindWords, waitedWords } from './held-words.ts';
import { ruleNameOf } from './rule-words.ts';
import { rulesText } from './strings/text.ts';

export interface HeldPaneProps {
  readonly app: AppModel;
  readonly model: HeldModel;
  readonly packet: HeldPacket;
}

/** Give it a key that changes with the packet. */
export function HeldPane({ app, model, packet }: HeldPaneProps): ReactNode {
  const t = useText(rulesText);
  const loaded = useModel(model.loaded);
  const failure = useModel(model.failure);
  const words = failure === undefined ? undefined : errorWords(failure);
  const { state } = useModel(app.inspector.link);
  useEffect(() => {
    if (state === 'connected') void model.load();
  }, [model, state]);
  return (
    <section className="rules-pane" aria-label={t('held.pane', { number: packet.seq + 1 })}>
      <Identity app={app} packet={packet} />
      <Verdicts model={model} />
      {words === undefined ? null : <NoticeBar level="error" text={words.what} hint={words.hint} />}
      {packet.senderStopped ? <NoticeBar level="warning" text={t('held.stopped.help')} /> : null}
      {loaded === undefined ? (
        <EmptyState text={t('held.loading')} />
      ) : (
        <div className="rules-pane-body">
          <HeldEditor model={model} packet={packet} edit={loaded.edit} />
          <Content model={model} loaded={loaded} />
        </div>
      )}
    </section>
  );
}

function Identity({ app, packet }: Omit<HeldPaneProps, 'model'>): ReactNode {
  const t = useText(rulesText);
  const { rules } = useModelPart(app.inspector.rules, ({ book }) => book);
  const now = useNowUs(1000);
  const { type, direction, source, seq, rule } = packet;
  const up = direction === 'client-to-server';
  const facts = [
    t('held.waited', { time: waitedWords(packet, now) }),
    t('held.by', { rule: ruleNameOf(rules, rule) }),
    behindWords(packet),
  ];
  return (
    <header className="rules-identity">
      <h2 className="mono">
        <span className="number faint">{formatInteger(seq + 1)}</span>
        <span className={up ? 'tone-out' : 'tone-in'} role="img" aria-label={t(up ? 'held.up' : 'held.down')}>
          {up ? '→' : '←'}
        </span>
        {TYPE_NAMES[type]}
        <span className="ellipsis quiet">{aboutWords(packet)}</span>
      </h2>
      <p className="quiet">
        {facts.filter((fact) => fact !== '').join(' · ')}{' '}
        <button type="button" className="link" onClick={() => app.navigation.go({ to: 'packet', source, seq })}>
          {t('held.show')}
        </button>
      </p>
    </header>
  );
}

function Verdicts({ model }: { readonly model: HeldModel }): ReactNode {
  const t = useText(rulesText);
  const verdict = useModel(model.verdict);
  const wrong = 'fault' in verdict;
  return (
    <div className="bar rules-verdicts">
      {verdict.changed ? (
        <>
          <Button
            kind="primary"
            label={t('held.forward-edited')}
            keys="F8"
            disabled={wrong}
            onPress={() => void model.forward()}
          />
          <Button
            kind="framed"
            label={t('held.forward-original')}
            onPress={() => void model.resolve({ kind: 'forward' })}
          />
        </>
      ) : (
        <Button kind="primary" label={t('held.forward')} keys="F8" onPress={() => void model.forward()} />
      )}
      <Button kind="framed" label={t('held.drop')} keys="Del" onPress={() => void model.resolve({ kind: 'drop' })} />
      <Button
        kind="framed"
        label={t('held.duplicate')}
        attributes={{ title: t('held.duplicate.help') }}
        onPress={() => void model.resolve({ kind: 'duplicate', copies: 1 })}
      />
      <span className="grow" />
      <Button
        kind="framed"
        label={t('held.close')}
        attributes={{ title: t('held.close.help') }}
        onPress={() => void model.resolve({ kind: 'close' })}
      />
      <Button
        kind="framed"
        className="danger"
        label={t('held.reset')}
        attributes={{ title: t('held.reset.help') }}
        onPress={() => void model.resolve({ kind: 'reset' })}
      />
    </div>
  );
}

/** The packet as it came, or the bytes that were typed instead. */
function Content({ model, loaded }: { readonly model: HeldModel; readonly loaded: LoadedHeld }): ReactNode {
  const t = useText(rulesText);
  const typed = useModel(model.typed);
  const shown =
    typed !== undefined && loaded.edit.as === 'bytes'
      ? typed
      : loaded.decoded === undefined
        ? undefined
        : { ...loaded.decoded, bytes: loaded.bytes };
  if (shown === undefined) return <HexView label={t('bytes.label')} bytes={loaded.bytes} />;
  const { malformed } = shown;
  return (
    <>
      {shown !== typed ? null : (
        <p className="rules-note quiet" role="status">
          {[
            t('edit.typed', { count: shown.packets }),
            ...(shown.rest > 0 ? [t('edit.rest', { count: shown.rest })] : []),
          ].join(' · ')}
        </p>
      )}
      {malformed === undefined ? null : <MalformedNote {...malformedWords(malformed)} />}
      <FieldBytes
        fieldsLabel={t('fields.label')}
        bytesLabel={t('bytes.label')}
        fields={shown.fields}
        items={fieldItems(shown)}
        bytes={shown.bytes}
        fault={malformed?.offset}
      />
    </>
  );
}
