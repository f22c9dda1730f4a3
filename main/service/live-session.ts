/** A session that the app itself opened from a profile: the source whose user publishes and subscribes. */

import type { Profile, Secrets } from '../../shared/contract/profiles.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Settings } from '../../shared/contract/settings.ts';
import type { Clock, Random, TransportFactory } from '../engine/sources/ports.ts';
import { SessionSource } from '../engine/sources/session-source.ts';
import { type KindFacts, LiveSource } from './live-source.ts';
import type { Rules } from './rules.ts';
import { endpointOf, sessionOptions, transportOptions } from './session-options.ts';

export interface LiveSessionOptions {
  readonly id: SourceId;
  readonly profile: Profile;
  readonly secrets: Secrets;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly createTransport: TransportFactory;
  readonly demo: boolean;
  readonly rules: Rules;
  readonly stalledAfterUs: () => number;
  /** The summary changed. */
  readonly changed: () => void;
}

export class LiveSession extends LiveSource<SessionSource> {
  readonly profile: Profile;
  /** As typed or stored when it was opened; they serve a session opened anew. */
  readonly secrets: Secrets;
  readonly isDemo: boolean;
  #reconnectAtMs: number | undefined;

  /** Throws `bad-topic` and `not-base64` for a profile that cannot be put on the wire. */
  constructor({ profile, secrets, demo, createTransport, rules, ...options }: LiveSessionOptions) {
    const { clock, random } = options;
    super({
      ...options,
      name: profile.name,
      pieces: 'large',
      drive: (recording, noteChange) =>
        new SessionSource(
          {
            session: sessionOptions(profile, secrets, random),
            transport: transportOptions(profile, secrets),
            recording,
            clock,
            createTransport,
            makeGate: rules.gates({ id: options.id, name: () => this.shownName }, recording, 'session'),
          },
          {
            changed: noteChange,
            fact: (fact) => {
              if (fact.fact === 'reconnect-scheduled') this.#reconnectAtMs = Date.now() + fact.delayMs;
            },
            settled: () => undefined,
          },
        ),
    });
    this.profile = profile;
    this.secrets = secrets;
    this.isDemo = demo;
  }

  get session(): SessionSource {
    return this.source;
  }

  protected override get profileId(): string {
    return this.profile.id;
  }

  protected override kindFacts(): KindFacts {
    const { profile } = this;
    return {
      kind: 'session',
      colour: profile.colour,
      endpoint: endpointOf(profile),
      demo: this.isDemo,
      ...(this.state === 'waiting' && this.#reconnectAtMs !== undefined ? { reconnectAtMs: this.#reconnectAtMs } : {}),
    };
  }
}
