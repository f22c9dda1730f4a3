/** Where rules are on and yet do nothing: sources that are not recorded, and clients of scripts. */

import type { ReactNode } from 'react';
import type { SourceId } from '../../../shared/contract/identifiers.ts';
import type { AppModel } from '../../model/app-model.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { NoticeBar } from '../../ui/NoticeBar.tsx';
import { rulesText } from './strings/text.ts';

/** Names that one line has room for. */
const NAMED = 3;

export interface ScopeNotesProps {
  readonly app: AppModel;
  readonly source: SourceId | undefined;
}

export function ScopeNotes({ app, source }: ScopeNotesProps): ReactNode {
  const t = useText(rulesText);
  const book = useModelPart(app.inspector.rules, (record) => record.book);
  const sources = useModel(app.inspector.sources);
  if (!book.rules.some(({ enabled }) => enabled)) return null;
  const unrecorded = sources.filter(({ kind, recording }) => (kind === 'session' || kind === 'tap') && !recording);
  const script = sources.find(({ id, kind }) => id === source && kind === 'script');
  const names = unrecorded.slice(0, NAMED).map(({ name }) => name);
  if (unrecorded.length > NAMED) names.push('…');
  const record = () => {
    for (const { id } of unrecorded)
      void app.actions.run(() => app.inspector.call('setRecording', { source: id, recording: true }));
  };
  return (
    <>
      {unrecorded.length === 0 ? null : (
        <NoticeBar
          level="warning"
          text={t('note.not-recorded', { names: names.join(', ') })}
          action={{ label: t('note.record'), onPress: record }}
        />
      )}
      {script === undefined ? null : <NoticeBar level="info" text={t('note.script', { name: script.name })} />}
    </>
  );
}
