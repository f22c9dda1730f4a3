/** What a session would not do, as the contract's errors. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { Refusal } from '../engine/sources/session-source.ts';
import type { LiveSession } from './live-session.ts';

/** Refusals that only another state of the session would lift. */
const NEEDS: Readonly<Record<string, string>> = {
  offline: 'connected',
  closing: 'connected',
  'wrong-state': 'connected',
};

export function sessionFailure(source: LiveSession, refusal: Refusal): InspectorError {
  const needs = NEEDS[refusal.reason];
  if (needs !== undefined) {
    return new InspectorError('wrong-state', { source: source.id, state: source.session.state, needs });
  }
  return new InspectorError('refused', {
    reason: refusal.reason,
    ...(refusal.limit === undefined ? {} : { limit: refusal.limit }),
    ...(refusal.actual === undefined ? {} : { actual: refusal.actual }),
  });
}
