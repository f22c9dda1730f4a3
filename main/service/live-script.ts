/** A client of a script: the source whose packets somebody else's code sends. */

import type { ScriptTarget } from '../../shared/contract/script-link.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { RunRecord } from '../../shared/contract/source-records.ts';
import type { Settings } from '../../shared/contract/settings.ts';
import type { Clock, Random, TransportFactory } from '../engine/sources/ports.ts';
import { type ScriptMode, ScriptSource, type ScriptSourceListener } from '../engine/sources/script-source.ts';
import { type KindFacts, LiveSource } from './live-source.ts';
import { scriptEndpoint } from './script-target.ts';

export interface LiveScriptOptions {
  readonly id: SourceId;
  /** Empty: named by the client identifier that its CONNECT carries. */
  readonly name: string;
  readonly mode: ScriptMode;
  readonly run: RunRecord;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly createTransport: TransportFactory;
  readonly stalledAfterUs: () => number;
  /** The summary changed. */
  readonly changed: () => void;
  /** Who sends the packets. */
  readonly listener: Omit<ScriptSourceListener, 'changed'>;
}

export class LiveScript extends LiveSource<ScriptSource> {
  readonly isDemo = false;
  protected override readonly profileId = '';
  readonly run: RunRecord;
  #endpoint = '';

  constructor({ mode, run, createTransport, listener, ...options }: LiveScriptOptions) {
    const { clock } = options;
    super({
      ...options,
      pieces: 'small',
      drive: (recording, changed) =>
        new ScriptSource({ mode, recording, clock, createTransport }, { ...listener, changed }),
    });
    this.run = run;
  }

  get script(): ScriptSource {
    return this.source;
  }

  /** Where the newest attempt goes. */
  set target(target: ScriptTarget) {
    this.#endpoint = scriptEndpoint(target);
  }

  protected override kindFacts(): KindFacts {
    return {
      kind: 'script',
      colour: '',
      endpoint: this.#endpoint,
      demo: false,
      run: this.run,
      ...(this.name === '' ? { name: this.clientId || this.#endpoint || 'script' } : {}),
    };
  }
}
