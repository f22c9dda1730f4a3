/** One connection of a device through a tap: the source whose packets a device sends. */

import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { TapReference } from '../../shared/contract/source-records.ts';
import type { Settings } from '../../shared/contract/settings.ts';
import type { Clock, Random } from '../engine/sources/ports.ts';
import { TapSource, type TapSourceListener, type TapSourceOptions } from '../engine/sources/tap-source.ts';
import { type KindFacts, LiveSource } from './live-source.ts';
import type { Rules } from './rules.ts';

export interface LiveTapOptions extends Pick<TapSourceOptions, 'device' | 'connectOn'> {
  readonly id: SourceId;
  readonly tap: TapReference;
  /** Where the tap passes everything on to, without credentials. */
  readonly endpoint: string;
  readonly settings: Settings;
  readonly rules: Rules;
  readonly clock: Clock;
  readonly random: Random;
  readonly stalledAfterUs: () => number;
  /** The summary changed. */
  readonly changed: () => void;
  readonly ended: TapSourceListener['ended'];
}

export class LiveTap extends LiveSource<TapSource> {
  readonly isDemo = false;
  protected override readonly profileId = '';
  readonly tap: TapReference;
  readonly #endpoint: string;
  readonly #remoteAddress: string;

  constructor({ tap, endpoint, device, connectOn, ended, rules, ...options }: LiveTapOptions) {
    const { clock } = options;
    super({
      ...options,
      name: '',
      pieces: 'small',
      drive: (recording, changed) => {
        const makeGate = rules.gates({ id: options.id, name: () => this.shownName }, recording, 'tap');
        return new TapSource({ recording, clock, device, connectOn, makeGate }, { changed, ended });
      },
    });
    this.tap = tap;
    this.#endpoint = endpoint;
    this.#remoteAddress = device.remoteAddress;
  }

  /** Whether the device and its server are gone. */
  get over(): boolean {
    return this.source.over;
  }

  protected override kindFacts(): KindFacts {
    return {
      kind: 'tap',
      colour: '',
      endpoint: this.#endpoint,
      demo: false,
      tap: this.tap,
      ...(this.name === '' ? { name: this.clientId || this.#remoteAddress } : {}),
    };
  }
}
