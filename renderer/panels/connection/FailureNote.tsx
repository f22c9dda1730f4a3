/** Why an attempt failed: what happened, what to try, the exact code, and what can be done at once. */

import type { ReactNode } from 'react';
import type { ConnectionFailure } from '../../../shared/contract/connection-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { failureStory } from '../../model/connection-failure.ts';
import type { ConnectionModel } from '../../model/connection-model.ts';
import { useModel, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { connectionText } from './strings/text.ts';

export interface FailureNoteProps {
  readonly app: AppModel;
  readonly model: ConnectionModel;
  readonly failure: ConnectionFailure;
}

const SESSION_TAKEN_OVER = 0x8e;

export function FailureNote({ app, model, failure }: FailureNoteProps): ReactNode {
  const t = useText(connectionText);
  const sources = useModel(app.inspector.sources);
  const report = useModel(model.report);
  const source = sources.find((candidate) => candidate.id === model.source);
  if (source === undefined) return null;
  const clientId = report?.session?.clientId ?? source.clientId;
  const { endpoint, protocolVersion, profileId } = source;
  const story = failureStory(failure, { endpoint, clientId, protocolVersion });
  const ours = source.kind === 'session';
  const idTrouble = failure.code === 'taken-over' || failure.data['reasonCode'] === SESSION_TAKEN_OVER;
  const reopen = async () => {
    const opened = await model.reopenWithNewClientId();
    if (opened !== undefined) app.navigation.go({ to: 'connection', source: opened });
  };
  return (
    <section className="note connection-failure" data-tone="error" aria-label={t('failure.label')}>
      <p className="connection-what">{story.what}</p>
      {story.advice.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <dl className="facts">
        {story.peerSaid === undefined ? null : (
          <div>
            <dt>{t('failure.said')}</dt>
            <dd>“{story.peerSaid}”</dd>
          </div>
        )}
        <div>
          <dt>{t('failure.exact')}</dt>
          <dd className="mono">{story.exact}</dd>
        </div>
      </dl>
      <div className="connection-actions">
        {ours && idTrouble ? <Button kind="framed" label={t('failure.new-id')} onPress={() => void reopen()} /> : null}
        {ours ? (
          <Button
            kind="framed"
            label={t('failure.settings')}
            onPress={() =>
              app.navigation.go({ to: 'profile', ...(profileId === undefined ? { like: source.id } : { profileId }) })
            }
          />
        ) : null}
        <Button
          label={t('failure.wire')}
          onPress={() => app.navigation.go({ to: 'packets', source: source.id, filter: '' })}
        />
      </div>
    </section>
  );
}
