/** The connection of one source: its report, which attempt is looked at, and what can be done with it. */

import { InspectorError } from '../../shared/contract/errors.ts';
import type {
  CertificateRecord,
  ConnectionAttempt,
  ConnectionReport,
} from '../../shared/contract/connection-records.ts';
import type { SourceId } from '../../shared/contract/identifiers.ts';
import type { Inspector } from './inspector.ts';
import { createStore, derive, disposable, type Readable } from './store.ts';

export class ConnectionModel implements Disposable {
  readonly source: SourceId;
  readonly #inspector: Inspector;
  readonly #report = createStore<ConnectionReport | undefined>(undefined);
  readonly #failure = createStore<InspectorError | undefined>(undefined);
  /** Connection number of the attempt that was chosen; undefined follows the newest. */
  readonly #chosen = createStore<number | undefined>(undefined);
  readonly attempt: Readable<ConnectionAttempt | undefined>;
  #live: Disposable | undefined;

  constructor(inspector: Inspector, source: SourceId) {
    this.#inspector = inspector;
    this.source = source;
    this.attempt = derive([this.#report, this.#chosen], () => {
      const attempts = this.#report.get()?.attempts ?? [];
      return attempts.find((attempt) => attempt.connection === this.#chosen.get()) ?? attempts.at(-1);
    });
  }

  /** Undefined until the first push. */
  get report(): Readable<ConnectionReport | undefined> {
    return this.#report;
  }
  /** Why the last request was refused. */
  get failure(): Readable<InspectorError | undefined> {
    return this.#failure;
  }
  get chosen(): Readable<number | undefined> {
    return this.#chosen;
  }

  /** Keeps the report coming while the panel is on screen. */
  show(): Disposable {
    const { source } = this;
    const live = this.#inspector.openView({
      kind: 'connection',
      open: () => this.#inspector.call('openConnectionView', { source }),
      push: (push) => this.#report.set(push.report),
      failed: (error) => this.#failure.set(error),
    });
    this.#live = live;
    return disposable(() => {
      live[Symbol.dispose]();
      if (this.#live === live) this.#live = undefined;
    });
  }

  choose(connection: number | undefined): void {
    this.#chosen.set(connection);
  }

  dismiss(): void {
    this.#failure.set(undefined);
  }

  connect(): Promise<boolean> {
    this.#chosen.set(undefined);
    return this.#ask(() => this.#inspector.call('connect', { source: this.source }));
  }

  disconnect(): Promise<boolean> {
    return this.#ask(() => this.#inspector.call('disconnect', { source: this.source }));
  }

  /** Cuts the connection without DISCONNECT, so that the broker sends the will. */
  abort(): Promise<boolean> {
    return this.#ask(() => this.#inspector.call('disconnect', { source: this.source, abort: true }));
  }

  /** Sends AUTH with the answer to the waiting challenge. */
  answer(data: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this.#ask(() => this.#inspector.call('authenticate', { source: this.source, reasonCode: 0x18, data }));
  }

  /** Opens a session like this one under a client identifier of its own; the saved profile stays as it is. */
  async reopenWithNewClientId(): Promise<SourceId | undefined> {
    let opened: SourceId | undefined;
    await this.#ask(async () => {
      opened = (await this.#inspector.call('reopenSession', { source: this.source })).id;
    });
    return opened;
  }

  [Symbol.dispose](): void {
    this.#live?.[Symbol.dispose]();
  }

  async #ask(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.#failure.set(undefined);
      return true;
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      this.#failure.set(error);
      return false;
    }
  }
}

export type Validity = 'valid' | 'expired' | 'not-yet-valid' | 'expires-soon';

/** Certificates that end within so many days are flagged. */
export const SOON_DAYS = 21;
const DAY_MS = 86_400_000;

export function validityOf(certificate: CertificateRecord, nowMs: number): Validity {
  if (nowMs < certificate.validFromMs) return 'not-yet-valid';
  if (nowMs > certificate.validToMs) return 'expired';
  return certificate.validToMs - nowMs < SOON_DAYS * DAY_MS ? 'expires-soon' : 'valid';
}
