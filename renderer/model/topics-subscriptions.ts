/** What a session is subscribed to and what was granted, and the two requests that change it. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type { SubscriptionRequest } from '../../shared/contract/profiles.ts';
import type { ConnectionReport, SubscriptionRecord } from '../../shared/contract/connection-records.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import { checkTopicFilter, type TopicFault } from '../../shared/mqtt/topics.ts';
import type { Inspector } from './inspector.ts';
import { createStore, type Readable } from './store.ts';

/** How the broker answered one subscription. */
export type Grant =
  | { readonly kind: 'awaited' }
  | { readonly kind: 'granted'; readonly qos: number; readonly less: boolean }
  | { readonly kind: 'refused'; readonly reasonCode: number };

/** @mqtt MQTT-3.9.3-1 */
export function grantOf(subscription: SubscriptionRecord): Grant {
  const { reasonCode } = subscription;
  if (reasonCode === undefined) return { kind: 'awaited' };
  if (reasonCode >= 0x80) return { kind: 'refused', reasonCode };
  return { kind: 'granted', qos: reasonCode, less: reasonCode < subscription.qos };
}

/** What a subscription form holds; the MQTT 5 options are sent only where they differ from the default. */
export interface SubscriptionForm {
  readonly topicFilter: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  /** As typed; empty sends none. */
  readonly subscriptionIdentifier: string;
}

export const EMPTY_FORM: SubscriptionForm = {
  topicFilter: '',
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
  subscriptionIdentifier: '',
};

export type FormFault =
  | { readonly field: 'topicFilter'; readonly fault: TopicFault }
  /** A shared subscription may not be no-local. */
  | { readonly field: 'noLocal' }
  | { readonly field: 'subscriptionIdentifier' };

const MAX_SUBSCRIPTION_IDENTIFIER = 268_435_455;

/**
 * The first thing that MQTT forbids in the form.
 * @mqtt MQTT-3.8.3-4
 */
export function checkForm(form: SubscriptionForm, version: number): FormFault | undefined {
  const fault = checkTopicFilter(form.topicFilter, version === 5);
  if (fault !== undefined) return { field: 'topicFilter', fault };
  if (version !== 5) return undefined;
  if (form.noLocal && form.topicFilter.startsWith('$share/')) return { field: 'noLocal' };
  const identifier = form.subscriptionIdentifier.trim();
  if (identifier === '') return undefined;
  const number = Number(identifier);
  const legal = /^\d+$/.test(identifier) && number >= 1 && number <= MAX_SUBSCRIPTION_IDENTIFIER;
  return legal ? undefined : { field: 'subscriptionIdentifier' };
}

/** The form of a request. */
export function formOf(request: SubscriptionRequest): SubscriptionForm {
  return {
    topicFilter: request.topicFilter,
    qos: request.qos,
    noLocal: request.noLocal ?? false,
    retainAsPublished: request.retainAsPublished ?? false,
    retainHandling: request.retainHandling ?? 0,
    subscriptionIdentifier: String(request.subscriptionIdentifier ?? ''),
  };
}

/** The request for a form that {@link checkForm} let pass. */
export function requestOf(form: SubscriptionForm, version: number): SubscriptionRequest {
  const { topicFilter, qos } = form;
  if (version !== 5) return { topicFilter, qos };
  const identifier = form.subscriptionIdentifier.trim();
  return {
    topicFilter,
    qos,
    ...(form.noLocal ? { noLocal: true } : {}),
    ...(form.retainAsPublished ? { retainAsPublished: true } : {}),
    ...(form.retainHandling === 0 ? {} : { retainHandling: form.retainHandling }),
    ...(identifier === '' ? {} : { subscriptionIdentifier: Number(identifier) }),
  };
}

export class Subscriptions implements Disposable {
  readonly #inspector: Inspector;
  readonly #source: SourceId;
  readonly #report = createStore<ConnectionReport | undefined>(undefined);
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  readonly #live: Disposable;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.#source = source;
    this.#live = inspector.openView({
      kind: 'connection',
      open: () => inspector.call('openConnectionView', { source }),
      push: (push) => this.#report.set(push.report),
    });
  }

  /** Undefined until the first push. */
  get report(): Readable<ConnectionReport | undefined> {
    return this.#report;
  }

  /** Why the last request did not go out; refusals of the broker stand with their subscription. */
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }

  clearFailure(): void {
    this.#failure.set(undefined);
  }

  /** @returns whether the SUBSCRIBE was taken; the broker's answer comes with the report */
  subscribe(request: SubscriptionRequest): Promise<boolean> {
    return this.#ask(this.#inspector.call('subscribe', { source: this.#source, subscriptions: [request] }));
  }

  unsubscribe(topicFilter: string): Promise<boolean> {
    return this.#ask(this.#inspector.call('unsubscribe', { source: this.#source, topicFilters: [topicFilter] }));
  }

  [Symbol.dispose](): void {
    this.#live[Symbol.dispose]();
  }

  async #ask(answer: Promise<unknown>): Promise<boolean> {
    try {
      await answer;
      this.#failure.set(undefined);
      return true;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      this.#failure.set(error);
      return false;
    }
  }
}
