/** A connection to a server with a shaped link before it. Without conditions everything passes straight on. */

import { type LinkConditions, presetOf } from '../../../shared/contract/shaping.ts';
import type {
  Clock,
  Random,
  Transport,
  TransportEvents,
  TransportFailure,
  TransportOptions,
} from '../sources/ports.ts';
import type { Relay, RelayEvents } from '../sources/tap-ports.ts';
import { LinkShaper, wayOf } from './link-shaper.ts';

/** An end in order that the link does not carry within this time becomes an abrupt one: nobody waits for it any more. */
const LONGEST_END_MS = 5000;

export interface ShapedLinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly conditions: LinkConditions;
  /** When the conditions began, microseconds of the clock. */
  readonly sinceUs: number;
  readonly target: Pick<TransportOptions, 'host' | 'port' | 'connectTimeoutMs'>;
  /** Called once, when no more comes of it. */
  readonly over?: () => void;
}

type Inner = Pick<Transport, 'write' | 'unsentBytes' | 'pause' | 'resume' | 'destroy'> & {
  start(events: RelayEvents): void;
};
type OwnerEvents = TransportEvents & Partial<Pick<RelayEvents, 'ended'>>;

/**
 * What transports and relays have in common. To connect costs a round trip of the link before the connection's own; its handshakes are not slowed.
 * Who closes first, and how, is told in its place behind the bytes before it; whoever drops the connection is not kept waiting.
 */
export abstract class ShapedLink<I extends Inner> {
  protected readonly inner: I;
  readonly #options: ShapedLinkOptions;
  readonly #up: LinkShaper;
  readonly #down: LinkShaper;
  #isShaped: boolean;
  #events: OwnerEvents | undefined;
  #began = false;
  #innerClosed = false;
  #dropped = false;
  /** Why it was dropped, where the inner connection cannot know. */
  #dropReason: TransportFailure | undefined;
  #over = false;
  /** The owner was told to wait for `drained`; the inner connection said so to us. */
  #ownerWaits = false;
  #innerWaits = false;
  #paused = false;
  #limit: Disposable | undefined;

  constructor(inner: I, options: ShapedLinkOptions) {
    const { clock, random, conditions, sinceUs } = options;
    this.inner = inner;
    this.#options = options;
    this.#isShaped = presetOf(conditions) !== 'off';
    this.#up = new LinkShaper({
      clock,
      random,
      way: wayOf(conditions, 'up', sinceUs),
      arrived: (bytes) => this.#leave(bytes),
      room: () => this.#tellRoom(),
    });
    this.#down = new LinkShaper({
      clock,
      random,
      way: wayOf(conditions, 'down', sinceUs),
      arrived: (bytes) => this.#events?.data(bytes),
      room: () => {
        if (!this.#paused) this.inner.resume();
      },
    });
  }

  /** Other conditions from now on, also for what is on its way. */
  shape(conditions: LinkConditions, sinceUs: number): void {
    this.#isShaped = presetOf(conditions) !== 'off';
    this.#up.shape(wayOf(conditions, 'up', sinceUs));
    this.#down.shape(wayOf(conditions, 'down', sinceUs));
  }

  /** Resets the connection, as a router that forgot it: both ends notice at once. */
  cut(): void {
    if (this.#over || this.#dropped || this.#events === undefined) return;
    const { host, port } = this.#options.target;
    this.drop(() => this.cutInner(), { code: 'tcp-reset', data: { host, port } });
  }

  start(events: OwnerEvents): void {
    if (this.#events !== undefined) throw new Error('a transport starts once');
    this.#events = events;
    if (!this.#isShaped) {
      this.#begin();
      return;
    }
    const { clock, target } = this.#options;
    const startUs = clock.nowUs();
    this.#limit = clock.after(target.connectTimeoutMs, () => this.#unreached(startUs));
    this.#up.follow(() => this.#begin());
  }

  write(bytes: Uint8Array): boolean {
    if (this.#isShaped || !this.#up.isIdle) {
      this.#ownerWaits = !this.#up.push(bytes);
    } else {
      this.#innerWaits = !this.inner.write(bytes);
      this.#ownerWaits = this.#innerWaits;
    }
    return !this.#ownerWaits;
  }

  /** What is on its way is not copied: its memory is read until it leaves. */
  get unsentBytes(): number | undefined {
    const unsent = this.inner.unsentBytes;
    return unsent === undefined ? undefined : unsent + this.#up.bytes;
  }

  pause(): void {
    this.#paused = true;
    this.#down.hold();
    this.inner.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#down.release();
    if (!this.#down.isFull) this.inner.resume();
  }

  destroy(): void {
    this.drop(() => this.inner.destroy());
  }

  protected abstract cutInner(): void;

  /** Does `act` to the inner connection once what was written has left. */
  protected afterWrites(act: () => void): void {
    if (this.#isShaped || !this.#up.isIdle) this.#up.follow(act);
    else act();
  }

  /** Closes in order, or abruptly where the link does not let it: `closed` follows in any case. */
  protected endBy(act: () => void): void {
    if (!this.#began) {
      this.destroy();
      return;
    }
    if (this.#isShaped) {
      this.#limit?.[Symbol.dispose]();
      this.#limit = this.#options.clock.after(LONGEST_END_MS, () => this.destroy());
    }
    this.afterWrites(act);
  }

  /** Drops the inner connection by `act`; `closed` follows, with `reason` or what the inner connection says. */
  protected drop(act: () => void, reason?: TransportFailure): void {
    if (this.#over || this.#dropped || this.#events === undefined) return;
    this.#dropped = true;
    this.#dropReason = reason;
    this.#up.clear();
    this.#down.clear();
    if (this.#began && !this.#innerClosed) {
      act();
      return;
    }
    const failure = reason ?? { code: 'aborted', data: { stage: this.#began ? 'open' : 'start' } };
    this.#limit?.[Symbol.dispose]();
    this.#limit = this.#options.clock.after(0, () => this.#close(failure));
  }

  #begin(): void {
    this.#began = true;
    this.inner.start({
      stage: (stage) => {
        if (!this.#over) this.#events?.stage(stage);
      },
      keyLog: (line) => this.#events?.keyLog?.(line),
      open: (facts) =>
        this.#tell(() => {
          this.#limit?.[Symbol.dispose]();
          this.#limit = undefined;
          this.#events?.open(facts);
        }),
      data: (bytes) => this.#come(bytes),
      drained: () => {
        this.#innerWaits = false;
        this.#up.release();
        this.#tellRoom();
      },
      ended: () => this.#tell(() => this.#events?.ended?.()),
      closed: (failure) => {
        this.#innerClosed = true;
        if (this.#dropped) this.#close(this.#dropReason ?? failure);
        else this.#tell(() => this.#close(failure));
      },
    });
  }

  #come(bytes: Uint8Array): void {
    if (this.#dropped) return;
    if (!this.#isShaped && this.#down.isIdle) this.#events?.data(bytes);
    else if (!this.#down.push(bytes.slice())) this.inner.pause();
  }

  #leave(bytes: Uint8Array): void {
    if (this.#innerClosed || this.inner.write(bytes)) return;
    this.#innerWaits = true;
    this.#up.hold();
  }

  #tellRoom(): void {
    if (!this.#ownerWaits || this.#innerWaits || this.#up.isFull || this.#innerClosed) return;
    this.#ownerWaits = false;
    this.#events?.drained();
  }

  /** Runs `task` behind the bytes that came before it. */
  #tell(task: () => void): void {
    if (this.#dropped) return;
    if (!this.#isShaped && this.#down.isIdle) task();
    else this.#down.follow(task);
  }

  #unreached(startUs: number): void {
    const { clock, target } = this.#options;
    const { host, port, connectTimeoutMs: timeoutMs } = target;
    const failure: TransportFailure = { code: 'timeout', data: { stage: 'tcp', timeoutMs, host, port } };
    if (!this.#began) this.#events?.stage({ name: 'tcp', startUs, endUs: clock.nowUs(), failure, facts: {} });
    this.drop(() => this.inner.destroy(), failure);
  }

  #close(failure: TransportFailure | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#limit?.[Symbol.dispose]();
    this.#up.clear();
    this.#down.clear();
    this.#events?.closed(failure);
    this.#options.over?.();
  }
}

/** A session's or a script's way to its broker. */
export class ShapedTransport extends ShapedLink<Transport> implements Transport {
  end(): void {
    this.endBy(() => this.inner.end());
  }

  protected override cutInner(): void {
    this.inner.destroy();
  }
}

/** A tap's way on to its server. */
export class ShapedRelay extends ShapedLink<Relay> implements Relay {
  finish(): void {
    this.afterWrites(() => this.inner.finish());
  }

  reset(): void {
    this.drop(() => this.inner.reset());
  }

  protected override cutInner(): void {
    this.inner.reset();
  }
}
