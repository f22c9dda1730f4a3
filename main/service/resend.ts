/** A captured PUBLISH or SUBSCRIBE sent once more, by the same session or another one. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Seq, SourceId } from '../../shared/contract/identifiers.ts';
import { capturedMessage } from './captured-message.ts';
import { requireRow } from './packet-detail.ts';
import { decodeRow } from './packet-json.ts';
import type { RunningService } from './service.ts';
import { sessionFailure } from './session-failure.ts';
import { subscriptionRequests } from './session-options.ts';

/**
 * A message goes with its properties where the session speaks 5.0; a subscription with its identifier and options there.
 *
 * Throws `no-such-packet`, what publishing and subscribing throw, and `wrong-state` while the session is not connected: what is sent again at
 * once is meant for now, not for a queue.
 */
export function resend(service: RunningService, from: SourceId, seq: Seq, to: SourceId): void {
  const live = service.source(from);
  requireRow(live, seq);
  const session = service.session(to);
  if (session.state !== 'connected')
    throw new InspectorError('wrong-state', { source: to, state: session.state, needs: 'connected' });
  const message = capturedMessage(live.recording, seq);
  if (message !== undefined) {
    service.publish({ source: to, ...message });
    return;
  }
  const packet = decodeRow(live.recording, seq).result?.packet;
  if (packet?.type !== 'subscribe') throw new InspectorError('refused', { reason: 'not-a-message' });
  const subscriptionIdentifier = packet.properties?.subscriptionIdentifiers?.[0];
  const requests = packet.subscriptions.map((subscription) => ({
    ...subscription,
    ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
  }));
  const outcome = session.session.subscribe(subscriptionRequests(requests, session.protocolVersion));
  if (outcome.outcome === 'refused') throw sessionFailure(session, outcome);
}
