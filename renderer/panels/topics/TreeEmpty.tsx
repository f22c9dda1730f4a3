/** Why the tree is empty, and what to do about it. */

import type { ReactNode } from 'react';
import type { AppModel } from '../../model/app-model.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import { useModel, useModelPart, useText } from '../../model/use-store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { topicsText } from './strings/text.ts';

export interface TreeEmptyProps {
  readonly app: AppModel;
  readonly model: TopicsModel;
  readonly searching: boolean;
  /** Goes to the form that subscribes. */
  readonly onSubscribe: () => void;
}

export function TreeEmpty({ app, model, searching, onSubscribe }: TreeEmptyProps): ReactNode {
  const t = useText(topicsText);
  const search = useModelPart(model.tree.options, (options) => options.search);
  const topics = useModelPart(model.tree.push, (push) => push?.topics ?? 0);
  const report = useModel(model.subscriptions.report);
  const source = useModel(app.inspector.sources).find((candidate) => candidate.id === model.source);
  if (source === undefined) return null;
  if (search !== '' && topics > 0)
    return (
      <EmptyState
        text={searching ? t('search.running') : t('search.none')}
        action={searching ? undefined : { label: t('search.clear'), onPress: () => model.tree.setSearch('') }}
      />
    );
  if (source.kind !== 'session') return <EmptyState text={t('empty.no-messages')} />;
  if (source.state !== 'connected')
    return (
      <EmptyState text={t.of(`empty.state.${source.state}`, { name: source.name })}>
        <div className="topics-actions">
          {source.state === 'connecting' || source.state === 'disconnecting' ? null : (
            <Button
              kind="framed"
              label={t('empty.connect')}
              onPress={() => void app.inspector.call('connect', { source: source.id }).catch(() => undefined)}
            />
          )}
          <Button
            kind="framed"
            label={t('empty.show-connection')}
            onPress={() => app.navigation.go({ to: 'connection', source: source.id })}
          />
        </div>
      </EmptyState>
    );
  if (report === undefined) return null;
  const count = report.session?.subscriptions.length ?? 0;
  if (count > 0) return <EmptyState text={t('empty.waiting', { count })} />;
  return (
    <EmptyState text={t('empty.nothing-subscribed')}>
      <div className="topics-actions">
        <Button kind="framed" label={t('empty.subscribe')} onPress={onSubscribe} />
        <Button
          kind="framed"
          label={t('empty.subscribe-all')}
          onPress={() => void model.subscriptions.subscribe({ topicFilter: '#', qos: 0 })}
        />
      </div>
      <p className="faint">{t('empty.subscribe-all-hint')}</p>
    </EmptyState>
  );
}
