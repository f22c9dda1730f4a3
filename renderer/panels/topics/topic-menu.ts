/** What the context menu of a topic offers. */

import { checkTopicName } from '../../../shared/mqtt/topics.ts';
import type { AppModel } from '../../model/app-model.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import { quoteTerm, subtreeFilter, subtreeTopicFilter } from '../../model/topics-names.ts';
import type { TopicRow } from '../../model/topics-rows.ts';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { topicsText } from './strings/text.ts';

export interface TopicMenuOptions {
  readonly app: AppModel;
  readonly model: TopicsModel;
  readonly row: TopicRow;
  readonly onHistory: () => void;
}

export function topicMenu({ app, model, row, onHistory }: TopicMenuOptions): readonly MenuEntry[] {
  const t = topicsText;
  const { navigation, inspector } = app;
  const { source } = model;
  const summary = inspector.sources.get().find((candidate) => candidate.id === source);
  const name = row.topic;
  const connected = summary?.kind === 'session' && summary.state === 'connected';
  const subscribed = new Set(
    model.subscriptions.report.get()?.session?.subscriptions.map((subscription) => subscription.topicFilter),
  );
  const below = subtreeTopicFilter(name);
  const subscribe = (topicFilter: string) => void model.subscriptions.subscribe({ topicFilter, qos: 0 });
  return [
    { id: 'history', title: t('menu.history'), keys: '↵', disabled: !row.isTopic, onPress: onHistory },
    {
      id: 'expand',
      title: t('menu.expand-all'),
      keys: '*',
      disabled: !row.hasChildren,
      onPress: () => model.tree.setExpanded(row.node, true, true),
    },
    { separator: true },
    { id: 'copy', title: t('menu.copy'), onPress: () => void app.actions.copy(name) },
    {
      id: 'publish',
      title: t('menu.publish'),
      disabled: checkTopicName(name) !== undefined,
      onPress: () => {
        const qos = row.qos === 1 || row.qos === 2 ? row.qos : 0;
        navigation.go({
          to: 'publish',
          source,
          message: { topic: name, payload: new Uint8Array(0), qos, retain: false },
        });
      },
    },
    { separator: true },
    {
      id: 'packets',
      title: t('menu.packets'),
      onPress: () => navigation.go({ to: 'packets', source, filter: `topic:${quoteTerm(name)}` }),
    },
    {
      id: 'packets-below',
      title: t('menu.packets-below'),
      disabled: !row.hasChildren,
      onPress: () => navigation.go({ to: 'packets', source, filter: subtreeFilter(name) }),
    },
    { separator: true },
    ...(subscribed.has(name)
      ? []
      : [
          {
            id: 'subscribe',
            title: t('menu.subscribe'),
            disabled: !connected,
            onPress: () => subscribe(name),
          },
        ]),
    ...(subscribed.has(below)
      ? []
      : [
          {
            id: 'subscribe-below',
            title: t('menu.subscribe-below'),
            disabled: !connected,
            onPress: () => subscribe(below),
          },
        ]),
    ...[name, below]
      .filter((filter) => subscribed.has(filter))
      .map((filter) => ({
        id: `unsubscribe ${filter}`,
        title: t('menu.unsubscribe', { filter }),
        disabled: !connected,
        onPress: () => void model.subscriptions.unsubscribe(filter),
      })),
    { separator: true },
    {
      id: 'clear',
      title: t('menu.clear'),
      disabled: !row.isTopic || !connected,
      onPress: () => void model.retained.ask(name, false),
    },
    {
      id: 'clear-below',
      title: t('menu.clear-below'),
      disabled: !row.hasChildren || !connected,
      onPress: () => void model.retained.ask(name, true),
    },
  ];
}
