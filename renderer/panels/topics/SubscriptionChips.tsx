/** Active subscriptions, each with what the broker granted, and a button that takes it away. */

import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SubscriptionRecord } from '../../../shared/contract/connection-records.ts';
import type { AppModel } from '../../model/app-model.ts';
import { reasonWords } from '../../model/packet-names.ts';
import type { TopicsModel } from '../../model/topics-model.ts';
import { type Grant, grantOf } from '../../model/topics-subscriptions.ts';
import { useModelPart, useText } from '../../model/use-store.ts';
import { type TopicsText, topicsText } from './strings/text.ts';

/** Chips before the list is folded. */
const SHOWN = 12;

export function SubscriptionChips({ app, model }: { readonly app: AppModel; readonly model: TopicsModel }): ReactNode {
  const t = useText(topicsText);
  const session = useModelPart(model.subscriptions.report, (report) => report?.session);
  const connected = useModelPart(
    app.inspector.sources,
    (sources) => sources.find((source) => source.id === model.source)?.state === 'connected',
  );
  const [all, setAll] = useState(false);
  const subscriptions = session?.subscriptions ?? [];
  if (subscriptions.length === 0) return null;
  const shown = all ? subscriptions : subscriptions.slice(0, SHOWN);
  return (
    <div className="topics-subscriptions">
      <ul aria-label={t('subscriptions.label')}>
        {shown.map((subscription) => (
          <Chip
            key={subscription.topicFilter}
            t={t}
            subscription={subscription}
            version={session?.protocolVersion ?? 4}
            removable={connected}
            onRemove={() => void model.subscriptions.unsubscribe(subscription.topicFilter)}
          />
        ))}
      </ul>
      {subscriptions.length > SHOWN ? (
        <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('subscriptions.fewer') : t('subscriptions.more', { count: subscriptions.length - SHOWN })}
        </button>
      ) : null}
    </div>
  );
}

interface ChipProps {
  readonly t: TopicsText;
  readonly subscription: SubscriptionRecord;
  readonly version: 3 | 4 | 5;
  readonly removable: boolean;
  readonly onRemove: () => void;
}

function Chip({ t, subscription, version, removable, onRemove }: ChipProps): ReactNode {
  const grant = grantOf(subscription);
  return (
    <li className="topics-chip" data-grant={grant.kind}>
      <span className="mono ellipsis" title={subscription.topicFilter}>
        {subscription.topicFilter}
      </span>
      <span className="topics-grant" title={grantTooltip(t, subscription, grant)}>
        {grantText(t, subscription, grant, version)}
      </span>
      <button
        type="button"
        className="topics-chip-remove"
        aria-label={t('subscriptions.remove', { filter: subscription.topicFilter })}
        title={t('subscriptions.remove', { filter: subscription.topicFilter })}
        disabled={!removable}
        onClick={onRemove}
      >
        <X aria-hidden />
      </button>
    </li>
  );
}

function grantText(t: TopicsText, subscription: SubscriptionRecord, grant: Grant, version: 3 | 4 | 5): string {
  if (grant.kind === 'awaited') return t('subscriptions.awaited');
  if (grant.kind === 'granted')
    return grant.less
      ? t('subscriptions.granted-less', { qos: grant.qos, asked: subscription.qos })
      : t('subscriptions.granted', { qos: grant.qos });
  return t('subscriptions.refused', { reason: reasonWords('suback', grant.reasonCode, version) });
}

function grantTooltip(t: TopicsText, subscription: SubscriptionRecord, grant: Grant): string | undefined {
  if (grant.kind !== 'granted' || !grant.less) return undefined;
  return t('subscriptions.granted-less-tooltip', { qos: grant.qos, asked: subscription.qos });
}
