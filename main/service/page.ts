/** One connected page: its views, and the frames that tell it what changed. */

import type { Port } from '../../shared/contract/port.ts';
import type { Frame, ViewPush } from '../../shared/contract/pushes.ts';
import type { SourceId, ViewId } from '../../shared/contract/identifiers.ts';
import type { SourceStats } from '../../shared/contract/source-records.ts';
import { createServer, type Handlers, type Server } from '../../shared/contract/rpc.ts';
import { InspectorError } from '../../shared/contract/errors.ts';
import type { Clock } from '../engine/sources/ports.ts';
import type { Reading } from './live-file.ts';
import type { LiveView } from './live-view.ts';
import type { PacketExport } from './packet-export.ts';

/** What changes for all pages alike; each is sent again only where it changed since the page last got it. */
export type Broadcast = Pick<
  Frame,
  'sources' | 'settings' | 'profiles' | 'notices' | 'repeats' | 'replays' | 'comparisons' | 'taps' | 'shaping' | 'rules'
>;

export interface PageEvents {
  closed(): void;
  faulted(procedure: string, error: unknown): void;
}

/**
 * Least time between two frames that bring only what went on by itself: thirty a second read as continuous, and leave the page
 * every other animation frame for what its user does. What a page asked for goes out with the next tick.
 */
const LIVE_US = 30_000;
/** A page that took long to apply a frame rests half as long before the next, so that it is never busy with frames alone; but no longer than this. */
const LONGEST_REST_US = 250_000;

/**
 * Sends at most one frame at a time: the next one waits until the page has applied the last, so that a slow page gets fewer
 * frames and never a growing queue. What a frame carries is read when it is made, so nothing is lost by waiting.
 */
export class Page {
  readonly #server: Server;
  readonly #views = new Map<ViewId, LiveView>();
  readonly #sentStats = new Map<SourceId, { readonly stats: SourceStats; readonly text: string }>();
  readonly #readings = new Set<Reading>();
  readonly #writings = new Map<number, PacketExport>();
  #nextWriting = 0;
  #pending: Broadcast = {};
  #number = 0;
  #acknowledged = 0;
  #nextView = 0;
  #sentAtUs = 0;
  /** Of what goes on by itself, nothing before this. */
  #liveAtUs = 0;
  /** The page did something since the last frame, or was told something, and waits to see it. */
  #awaited = false;

  constructor(port: Port, handlers: (page: Page) => Handlers, clock: Clock, events: PageEvents) {
    this.#server = createServer(port, handlers(this), {
      acknowledged: (frame) => {
        if (frame <= this.#acknowledged) return;
        this.#acknowledged = frame;
        const nowUs = clock.nowUs();
        const restUs = Math.min((nowUs - this.#sentAtUs) / 2, LONGEST_REST_US);
        this.#liveAtUs = Math.max(this.#sentAtUs + LIVE_US, nowUs + restUs);
      },
      closed: () => {
        this.#leave();
        events.closed();
      },
      faulted: (procedure, error) => events.faulted(procedure, error),
    });
  }

  /** Makes a view under a new number. */
  open(make: (view: ViewId) => LiveView): { view: ViewId } {
    const view = this.#nextView;
    this.#nextView += 1;
    this.#awaited = true;
    this.#views.set(view, make(view));
    return { view };
  }

  /** Throws `no-such-view`, also where the view is of another kind. */
  view<V extends LiveView>(view: ViewId, kind: abstract new (...parameters: never[]) => V): V {
    const found = this.anyView(view);
    if (!(found instanceof kind)) throw new InspectorError('no-such-view', { view });
    return found;
  }

  /** For a procedure of the page, which then waits for a frame. Throws `no-such-view`. */
  anyView(view: ViewId): LiveView {
    const found = this.#views.get(view);
    if (found === undefined) throw new InspectorError('no-such-view', { view });
    this.#awaited = true;
    return found;
  }

  /** The page sends the bytes of a file; it ends where the page goes. */
  reads(reading: Reading): void {
    for (const each of this.#readings) if (each.record.state !== 'reading') this.#readings.delete(each);
    this.#readings.add(reading);
  }

  /** The page reads the bytes of a file that is written, under the number that is answered. */
  writes(writing: PacketExport): number {
    const number = this.#nextWriting;
    this.#nextWriting += 1;
    this.#writings.set(number, writing);
    return number;
  }

  /** Throws `no-such-export`. */
  writing(number: number): PacketExport {
    const found = this.#writings.get(number);
    if (found === undefined) throw new InspectorError('no-such-export', { export: number });
    return found;
  }

  endWriting(number: number): void {
    this.#writings.get(number)?.close();
    this.#writings.delete(number);
  }

  closeView(view: ViewId): void {
    this.#views.get(view)?.close();
    this.#views.delete(view);
  }

  closeViews(): void {
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
  }

  /** The views of a source that is gone say nothing more. */
  closeViewsOf(source: SourceId): void {
    for (const [id, view] of this.#views) if (view.source === source) this.closeView(id);
    this.#sentStats.delete(source);
  }

  /** Goes out with the next frame; a later value of the same member replaces an earlier one. */
  tell(broadcast: Broadcast): void {
    this.#pending = { ...this.#pending, ...broadcast };
    this.#awaited = true;
  }

  /**
   * Makes and sends the next frame, unless the page is busy with the last, had one a moment ago and asked for nothing since, or there is
   * nothing new. `stats` are of all sources; an object that was sent is taken to be unchanged.
   */
  sendFrame(nowUs: number, stats: readonly SourceStats[]): void {
    if (this.#acknowledged < this.#number) return;
    if (nowUs < this.#liveAtUs && !this.#awaited) return;
    this.#awaited = false;
    const views: ViewPush[] = [];
    for (const view of this.#views.values()) {
      const push = view.collect(nowUs);
      if (push !== undefined) views.push(push);
    }
    const changedStats = stats.filter((each) => this.#statsChanged(each));
    if (views.length === 0 && changedStats.length === 0 && Object.keys(this.#pending).length === 0) return;
    this.#number += 1;
    this.#sentAtUs = nowUs;
    this.#server.sendFrame({ number: this.#number, views, stats: changedStats, ...this.#pending });
    this.#pending = {};
  }

  close(): void {
    this.#leave();
    this.#server.close();
  }

  #leave(): void {
    this.closeViews();
    for (const reading of this.#readings) reading.end('interrupted');
    this.#readings.clear();
    for (const number of this.#writings.keys()) this.endWriting(number);
  }

  #statsChanged(stats: SourceStats): boolean {
    const sent = this.#sentStats.get(stats.source);
    if (sent?.stats === stats) return false;
    const text = JSON.stringify(stats);
    this.#sentStats.set(stats.source, { stats, text });
    return sent?.text !== text;
  }
}
