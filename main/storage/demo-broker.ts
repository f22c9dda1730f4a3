/** What the service asks of the built-in broker; {@link file://../hosts/broker/demo-broker.ts} is the real one. */

import type { SubscriptionRequest } from '../../shared/contract/profiles.ts';

export interface DemoBroker {
  /** Starts the broker and its devices; further calls answer with the same port. Rejects with `port-taken` where no port is free. */
  start(): Promise<{ readonly port: number; readonly suggestedSubscriptions: readonly SubscriptionRequest[] }>;
  /** Ends devices, connections and listener. Safe to call at any time. */
  stop(): Promise<void>;
}
